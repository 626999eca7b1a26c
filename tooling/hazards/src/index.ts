export { handWritten } from './hand-written.js';
export type { Scenario, Verdict } from './scenario.js';
export { scenarios } from './scenarios.js';
export type { CreateSubject, Subject, SubjectKind, SubjectParts, Target } from './subject.js';
export { resync } from './subjects/resync.js';
export { markOf, tableOf, type HazardRow, type HazardTable } from './table.js';
