import type { Clock, Timer } from '@resync/cache-contract';
import type { ComponentReport, RolloutReport } from '@resync/migration-control';
import { figuresOf, shareOfNext, type RecordedSecond } from './component-recorder.js';
import type { FedComponent } from './fed-component.js';
import { LiveHistory } from './live-history.js';
import { LoadMeter, type WatchedLoad } from './load-meter.js';
import {
  ALL,
  type FaultName,
  type PageComponent,
  type PageHello,
  type PageKpis,
  type PageMessages,
  type PageSnapshot,
  type Phase,
} from './page-messages.js';
import type { Timeline } from './timeline.js';

/** What a feed asks. */
export interface LiveFeedOptions {
  readonly components: readonly FedComponent[];
  readonly timeline: Timeline;
  readonly clock: Clock;
  readonly faultOf: (component: string) => FaultName;
  readonly isUnderMemoryPressure: () => boolean;
  /** Undefined as long as no plan moves the components. */
  readonly report: () => Promise<RolloutReport> | undefined;
  readonly kpis: PageKpis;
  /** The Redis that the demo started; default: it started none. */
  readonly redis?: () => 'up' | 'down' | undefined;
}

/** Somebody who watches. */
export type FeedListener = <K extends keyof PageMessages>(
  name: K,
  message: PageMessages[K],
) => void;

const SECOND = 1000;

/** One snapshot a second, and what happens in between, for whoever watches. */
export class LiveFeed {
  readonly #options: LiveFeedOptions;
  readonly #history: LiveHistory;
  readonly #load = new LoadMeter();
  readonly #listeners = new Set<FeedListener>();
  readonly #unfollow: () => void;
  #kpis: PageKpis;
  #phase: Phase = 'preparing';
  #seconds: ReadonlyMap<string, readonly RecordedSecond[]> = new Map();
  #snapshot: PageSnapshot;
  #measuredAt: number;
  #timer: Timer | undefined;

  constructor(options: LiveFeedOptions) {
    const { components, clock, timeline, kpis } = options;
    this.#options = options;
    this.#kpis = kpis;
    this.#history = new LiveHistory(components.map(({ component }) => component));
    this.#measuredAt = clock.monotonic();
    this.#seconds = this.#measure(1);
    this.#snapshot = this.#compose(undefined);
    this.#unfollow = timeline.follow((event) => this.#send('event', event));
  }

  /** From now on there is a snapshot every second. */
  start(): void {
    this.#timer = this.#options.clock.schedule(() => {
      void this.look().finally(() => {
        if (this.#timer !== undefined) this.start();
      });
    }, SECOND);
  }

  end(): void {
    this.#timer?.cancel();
    this.#timer = undefined;
    this.#unfollow();
    this.#listeners.clear();
  }

  set phase(phase: Phase) {
    this.#phase = phase;
  }

  /** Whose requests are shown; undefined: nobody's. */
  set load(load: WatchedLoad | undefined) {
    this.#load.watch(load);
  }

  set kpis(kpis: PageKpis) {
    this.#kpis = kpis;
    this.#send('kpis', kpis);
  }

  get hello(): PageHello {
    const { events } = this.#options.timeline;
    return { snapshot: this.#snapshot, history: this.#history.all, events, kpis: this.#kpis };
  }

  /** @returns ends it */
  follow(listener: FeedListener): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Ends a second, and tells. */
  async look(): Promise<void> {
    const { clock } = this.#options;
    const now = clock.monotonic();
    const seconds = Math.max(0.001, (now - this.#measuredAt) / SECOND);
    this.#measuredAt = now;
    this.#seconds = this.#measure(seconds);
    this.#load.endSecond(seconds);
    this.#snapshot = this.#compose(await this.#options.report());
    this.#history.add(this.#snapshot.at, this.#snapshot.figures);
    this.#send('second', this.#snapshot);
  }

  /** Tells where everything stands, without ending the second: somebody has changed something. */
  async tell(): Promise<void> {
    this.#snapshot = this.#compose(await this.#options.report());
    this.#send('change', this.#snapshot);
  }

  #measure(seconds: number): ReadonlyMap<string, readonly RecordedSecond[]> {
    return new Map(this.#options.components.map((fed) => [fed.component, fed.endSecond(seconds)]));
  }

  #compose(report: RolloutReport | undefined): PageSnapshot {
    const { components, clock, isUnderMemoryPressure, redis } = this.#options;
    const figures = Object.fromEntries(
      [...this.#seconds].map(([name, second]) => [name, figuresOf(second)]),
    );
    return {
      at: clock.now(),
      phase: this.#phase,
      isPaused: report?.isPaused ?? false,
      isUnderMemoryPressure: isUnderMemoryPressure(),
      components: components.map((fed) => this.#component(fed, report)),
      figures: { ...figures, [ALL]: figuresOf([...this.#seconds.values()].flat()) },
      load: this.#load.now,
      redis: redis?.(),
    };
  }

  #component(fed: FedComponent, report: RolloutReport | undefined): PageComponent {
    const { component: name } = fed;
    const { stage, percentage } = fed.at();
    const reported = report?.components.find((one) => one.name === name);
    const seconds = this.#seconds.get(name);
    return {
      name,
      at: { stage, percentage },
      status: reported?.status,
      isOnTheWay: isOnTheWay(reported),
      next: reported?.next,
      holding: reported?.holding ?? '',
      fault: this.#options.faultOf(name),
      share: seconds === undefined ? null : shareOfNext(seconds),
      members: fed.members?.(),
    };
  }

  #send<K extends keyof PageMessages>(name: K, message: PageMessages[K]): void {
    for (const listener of this.#listeners) listener(name, message);
  }
}

/** In `off` it is nowhere that it could have come to. */
function isOnTheWay(reported: ComponentReport | undefined): boolean {
  if (reported === undefined) return false;
  const isBelowSteps = reported.step.position < 0 && reported.at.stage === 'off';
  return reported.since === null && !isBelowSteps;
}
