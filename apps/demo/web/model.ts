import {
  ALL,
  type FaultName,
  type PageEvent,
  type PageHello,
  type PageKpis,
  type PageMessages,
  type PageSnapshot,
} from '../server/live/page-messages.js';
import { emptyHistory, withSecond, type History } from './history.js';

/** `connecting`: nothing has come yet. `lost`: what is shown is old. */
type Connection = 'connecting' | 'live' | 'lost';

/** What came of the last thing that was asked for. */
export interface Notice {
  readonly kind: 'done' | 'refused';
  readonly text: string;
}

/** Everything that the page shows. */
export interface PageModel {
  readonly connection: Connection;
  readonly snapshot: PageSnapshot | undefined;
  readonly history: History;
  /** The oldest first. */
  readonly events: readonly PageEvent[];
  readonly kpis: PageKpis;
  /** Whose figures the charts show: a component, or `all`. */
  readonly charted: string;
  /** The moment under the pointer, in milliseconds since the epoch. */
  readonly pointedAt: number | undefined;
  readonly token: string | undefined;
  readonly notice: Notice | undefined;
  /** What was asked for and has not been answered. */
  readonly pending: readonly Wish[];
}

export const EMPTY_MODEL: PageModel = {
  connection: 'connecting',
  snapshot: undefined,
  history: emptyHistory(),
  events: [],
  kpis: { of: 'rehearsal', rows: [] },
  charted: ALL,
  pointedAt: undefined,
  token: undefined,
  notice: undefined,
  pending: [],
};

/** As many as the server keeps. */
const KEPT_EVENTS = 200;

/** The model after a message. */
export function received<K extends keyof PageMessages>(
  model: PageModel,
  name: K,
  message: PageMessages[K],
): PageModel {
  switch (name) {
    case 'hello': {
      const { snapshot, history, events, kpis } = message as PageHello;
      return { ...model, connection: 'live', snapshot, history, events, kpis };
    }
    case 'second': {
      const snapshot = message as PageSnapshot;
      return {
        ...model,
        connection: 'live',
        snapshot,
        history: withSecond(model.history, snapshot),
      };
    }
    case 'change':
      return { ...model, connection: 'live', snapshot: message as PageSnapshot };
    case 'event':
      return { ...model, events: [...model.events, message as PageEvent].slice(-KEPT_EVENTS) };
    case 'kpis':
      return { ...model, kpis: message as PageKpis };
  }
}

/** Whether somebody who has the token may steer now. */
export function maySteer({ connection, snapshot, token }: PageModel): boolean {
  return connection === 'live' && snapshot?.phase === 'rollout' && token !== undefined;
}

/** What the page asks of the service. */
export type Wish =
  | { readonly kind: 'pause' | 'resume all' | 'kill redis' }
  | {
      readonly kind: 'promote' | 'resume' | 'roll back' | 'roll back cold';
      readonly component: string;
    }
  | { readonly kind: 'fault'; readonly component: string; readonly fault: FaultName }
  | { readonly kind: 'memory'; readonly pressure: 'on' | 'off' };

/** What can be done on the page. */
export interface PageActions {
  ask(wish: Wish): void;
  chart(name: string): void;
  point(at: number | undefined): void;
  useToken(token: string): void;
}
