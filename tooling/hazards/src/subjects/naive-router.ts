import { NaiveRouter } from '@resync/tooling-naive-router';
import type { SubjectKind } from '../subject.js';

/** The router that the other checkers of this repository are tried on. */
export const naiveRouter: SubjectKind = {
  name: 'naive-router',
  who: 'a team in a hurry: the new cache first, filled on a miss; written at once, one success is enough',
  create: (parts) => {
    const router = new NaiveRouter(parts);
    return {
      get state() {
        return router.state;
      },
      get: (key) => router.get(key),
      set: (key, value, options) => router.set(key, value, options),
      delete: (key) => router.delete(key),
      clear: () => router.clear(),
      getOrSet: (key, loader) => router.getOrSet(key, loader),
      transition: (target) => router.transition(target),
      rollback: () => router.rollback(),
      close: () => router.shutdown(),
    };
  },
};
