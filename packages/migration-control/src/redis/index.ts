export { RedisAudit } from '../audit/redis-audit.js';
export {
  publishWishes,
  redisSource,
  type RedisSourceOptions,
  type RedisSubscriber,
} from '../sources/redis-source.js';
export type { RedisCommands } from './redis-commands.js';
