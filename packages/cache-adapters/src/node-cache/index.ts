export { nodeCache, type NodeCacheInstance } from './node-cache-adapter.js';
