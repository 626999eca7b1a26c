import { brokenNext, hungNext } from './catalogue/broken-next.js';
import { componentIsolation } from './catalogue/component-isolation.js';
import { fuzzing } from './catalogue/fuzzing.js';
import { leak } from './catalogue/leak.js';
import { loadProfiles } from './catalogue/load-profiles.js';
import { networkPartition, redisOutage } from './catalogue/lost-redis.js';
import { memoryPressure } from './catalogue/memory-pressure.js';
import { restart } from './catalogue/restart.js';
import { rollout } from './catalogue/rollout.js';
import { slowRelease } from './catalogue/slow-release.js';
import { thunderingHerd } from './catalogue/thundering-herd.js';
import type { Scenario } from './scenario.js';

/** All scenarios, in the order of `all`. */
export const SCENARIOS: readonly Scenario[] = [
  rollout,
  slowRelease,
  brokenNext,
  hungNext,
  componentIsolation,
  redisOutage,
  networkPartition,
  memoryPressure,
  restart,
  thunderingHerd,
  fuzzing,
  ...loadProfiles,
  leak,
];
