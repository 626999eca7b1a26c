import type { EvictionPolicy, PolicyPorts } from './eviction-policy.js';
import { Lru } from './lru.js';
import { S3Fifo } from './s3-fifo.js';

/** The policies by name; the first is the default. */
export const POLICIES = {
  's3-fifo': (ports) => new S3Fifo(ports),
  lru: () => new Lru(),
} as const satisfies Record<string, (ports: PolicyPorts) => EvictionPolicy>;

/** The name of an eviction policy. */
export type PolicyName = keyof typeof POLICIES;
