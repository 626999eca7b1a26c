export { binaryCodec, type BinaryCodec } from './binary-codec.js';
export { redisClientOptions, type RedisClientSettings } from './client-options.js';
export { RedisBus, type RedisBusOptions, type RedisSubscriber } from './redis-bus.js';
export type { RedisClient, RedisReplyTypes } from './redis-client.js';
export { RedisError, type RedisFailure } from './redis-error.js';
export { RedisStorage, type RedisStorageOptions } from './redis-storage.js';
export { jsonCodec, type ValueCodec } from '../value-codec.js';
export type { EncryptionKey, EncryptionOptions } from './value-encryption.js';
