export { keyvCache } from './keyv-adapter.js';
export type { KeyvCacheOptions } from './keyv-backend.js';
export type { KeyvInstance, KeyvRaw } from './keyv-instance.js';
export { keyvStore, type KeyvStore, type KeyvStoreEntry } from './keyv-store.js';
