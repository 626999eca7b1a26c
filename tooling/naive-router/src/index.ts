export { AddOnMiss } from './add-on-miss.js';
export { EmptyLegacyBeforeRampdown } from './empty-legacy-before-rampdown.js';
export { HandWrittenRouter } from './hand-written-router.js';
export { NaiveRouter } from './naive-router.js';
export { PromoteWithoutDrain } from './promote-without-drain.js';
export { TryNextCatchLegacy } from './try-next-catch-legacy.js';
export { WriteBothIgnoreErrors } from './write-both-ignore-errors.js';
