export { describeCache } from './describe-cache.js';
export type { Bounds, CacheContext, ConformanceCase, Facet, Subject } from './conformance-case.js';
export type { CacheFactory, ConformanceOptions } from './run-case.js';
