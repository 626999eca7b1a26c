export { ChaosCache, type ChaosOptions, type Fault, type FaultScope } from './chaos-cache.js';
export type { CacheCall, CacheOperation } from './intercepted-cache.js';
export { ManualClock } from './manual-clock.js';
export {
  CallHistory,
  RecordingCache,
  type CallOutcome,
  type RecordedCall,
} from './recording-cache.js';
export { ReferenceCache, ReferenceStore, type ReferenceCacheOptions } from './reference-cache.js';
