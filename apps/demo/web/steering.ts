import type { Notice, Wish } from './model.js';

const KEY = 'resync-token';

/** The token from the address, which is taken out of it, or the one that this tab had before. */
export function tokenOfTab(): string | undefined {
  const given = /^#token=([0-9a-zA-Z_-]+)$/.exec(location.hash)?.[1];
  if (given === undefined) return sessionStorage.getItem(KEY) ?? undefined;
  history.replaceState(undefined, '', location.pathname);
  keepToken(given);
  return given;
}

/** Keeps the token as long as the tab is open. */
export function keepToken(token: string): void {
  sessionStorage.setItem(KEY, token);
}

/** Gives up a token that is not the service's. */
export function dropToken(): void {
  sessionStorage.removeItem(KEY);
}

/** What came of asking. */
export interface Outcome extends Notice {
  readonly isTokenWrong: boolean;
}

/** Asks the service for something. Never rejects. */
export async function ask(wish: Wish, token: string): Promise<Outcome> {
  const [path, body] = requestOf(wish);
  try {
    const response = await fetch(path, {
      method: 'POST',
      headers: {
        authorization: `Bearer ${token}`,
        'content-type': 'application/json',
        'x-operator': 'page',
      },
      body: JSON.stringify(body),
    });
    const answer = (await response.json()) as { tookMs?: number; detail?: string; error?: string };
    if (response.ok) {
      return { kind: 'done', text: doneOf(wish, answer.tookMs), isTokenWrong: false };
    }
    if (response.status === 401) {
      return { kind: 'refused', text: WRONG_TOKEN, isTokenWrong: true };
    }
    const why = answer.detail ?? answer.error ?? `status ${response.status}`;
    return { kind: 'refused', text: `Refused: ${why}`, isTokenWrong: false };
  } catch {
    return { kind: 'refused', text: 'The service did not answer.', isTokenWrong: false };
  }
}

/** A service that was started again has a new one. */
const WRONG_TOKEN =
  'The token is not that of this service. Open the link that its terminal shows now, or enter the token from there.';

const WHY = 'asked for on the page';

function requestOf(wish: Wish): readonly [path: string, body: object] {
  switch (wish.kind) {
    case 'pause':
      return ['/admin/pause', { why: WHY }];
    case 'resume all':
      return ['/admin/resume', { why: WHY }];
    case 'promote':
    case 'resume':
      return [`/admin/${wish.kind}`, { component: wish.component, why: WHY }];
    case 'roll back':
      return ['/admin/rollback', { component: wish.component, why: WHY }];
    case 'roll back cold':
      return ['/admin/rollback', { component: wish.component, why: WHY, cold: true }];
    case 'fault':
      return ['/live/faults', { component: wish.component, fault: wish.fault }];
    case 'kill redis':
      return ['/live/redis', {}];
    case 'memory':
      return ['/live/memory', { pressure: wish.pressure }];
  }
}

function doneOf(wish: Wish, tookMs: number | undefined): string {
  const took = tookMs === undefined ? '' : ` in ${tookMs.toFixed(tookMs < 10 ? 1 : 0)} ms`;
  switch (wish.kind) {
    case 'pause':
      return 'The rollout is paused.';
    case 'resume all':
      return 'The rollout goes on.';
    case 'promote':
      return `${wish.component}: promoted${took}.`;
    case 'resume':
      return `${wish.component}: goes on.`;
    case 'roll back':
    case 'roll back cold':
      return `${wish.component}: rolled back${took}.`;
    case 'fault':
      return wish.fault === 'none'
        ? `${wish.component}: works again.`
        : `${wish.component}: the fault is there.`;
    case 'kill redis':
      return 'Redis is gone, and comes back in some seconds.';
    case 'memory':
      return wish.pressure === 'on' ? 'Memory is under pressure.' : 'The memory is free again.';
  }
}
