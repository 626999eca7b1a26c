export {
  AsyncTTLCache,
  type AsyncTTLCacheOptions,
  type DetailedMetrics,
  type LegacyEntry,
  type RemovalCounts,
} from './async-ttl-cache.js';
export { legacyCache } from './legacy-cache.js';
export { legacyFacade, type FacadeMetrics, type LegacyFacade } from './legacy-facade.js';
