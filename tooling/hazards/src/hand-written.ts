import type { SubjectKind } from './subject.js';
import { addOnMiss } from './subjects/add-on-miss.js';
import { naiveRouter } from './subjects/naive-router.js';
import { readThroughTwoTier } from './subjects/read-through-two-tier.js';
import { retryQueue } from './subjects/retry-queue.js';
import { tryNextCatchLegacy } from './subjects/try-next-catch-legacy.js';
import { writeBothIgnoreErrors } from './subjects/write-both-ignore-errors.js';

/** What teams write by hand. */
export const handWritten: readonly SubjectKind[] = [
  tryNextCatchLegacy,
  writeBothIgnoreErrors,
  naiveRouter,
  addOnMiss,
  readThroughTwoTier,
  retryQueue,
];
