export { ttlCache, type TtlCacheInstance } from './ttl-cache-adapter.js';
