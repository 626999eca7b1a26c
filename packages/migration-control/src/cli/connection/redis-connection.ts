import type { Clock } from '@resync/cache-contract';
import { CommandError } from '../command-error.js';
import type { Connection } from './connection.js';

/** Where a control store is, and who speaks to it. */
export interface RedisConnectionOptions {
  readonly url: string;
  readonly namespace: string;
  readonly who: string;
  /** Milliseconds for one answer. */
  readonly timeoutMs: number;
  readonly clock: Clock;
}

export async function openRedisConnection(options: RedisConnectionOptions): Promise<Connection> {
  throw new CommandError('UNREACHABLE', options.url);
}
