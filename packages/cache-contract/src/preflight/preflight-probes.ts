import type { Probe } from './probe.js';
import { api } from './probes/api.js';
import { contents } from './probes/contents.js';
import { expiry } from './probes/expiry.js';
import { room } from './probes/room.js';

/** Every question of the preflight. */
export const preflightProbes: readonly Probe[] = [...api, ...expiry, ...contents, ...room];
