import type { Awaitable } from './cache-storage.js';

/** As `Promise.all`, and without waiting where there is nothing to wait for. */
export function allOf<T>(answers: readonly Awaitable<T>[]): Awaitable<readonly T[]> {
  if (!answers.some(isPromise)) return answers as readonly T[];
  return Promise.all(answers.map(async (answer) => answer));
}

function isPromise(answer: unknown): boolean {
  return answer instanceof Promise;
}
