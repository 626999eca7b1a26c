export { lruCache, type LruCacheInstance } from './lru-cache-adapter.js';
export {
  lruCacheFacade,
  type LruCacheFacade,
  type LruCacheFacadeOptions,
  type SyncStore,
} from './lru-cache-facade.js';
