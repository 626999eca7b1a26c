export { ChaosCache, type Fault } from './chaos-cache.js';
export { ManualClock } from './manual-clock.js';
