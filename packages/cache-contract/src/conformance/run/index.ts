export type { Bounds, CacheContext, ConformanceCase, Facet, Subject } from '../conformance-case.js';
export type { CacheFactory, ConformanceOptions } from '../run-case.js';
export { runConformance, type CaseReport, type ConformanceReport } from '../run-conformance.js';
