export { RedisStorage, type RedisClient, type RedisStorageOptions } from './redis-storage.js';
export { jsonCodec, type ValueCodec } from './value-codec.js';
