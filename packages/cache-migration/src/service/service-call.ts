import type { Method } from './method.js';

/** One call of a method of the service. */
export interface ServiceCall {
  readonly method: Method;
  readonly args: readonly unknown[];
}

/**
 * Makes the call on an object, as its own. An answer that is no promise becomes one, what is thrown a
 * rejection; a promise is returned as it is. A `then` that starts the work, as of a lazy query, is
 * called once.
 */
export function makeOn(service: object, { method, args }: ServiceCall): Promise<unknown> {
  try {
    const called = Reflect.get(service, method.name) as (...args: unknown[]) => unknown;
    const answer = Reflect.apply(called, service, args);
    return answer instanceof Promise ? answer : Promise.resolve(answer);
  } catch (error) {
    // eslint-disable-next-line @typescript-eslint/prefer-promise-reject-errors -- what the service threw goes on as it is
    return Promise.reject(error);
  }
}
