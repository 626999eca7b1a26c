/**
 * A service in small, behind a migration whose next has broken down: its flags come from the
 * environment, requests and answers go over the channel to its parent.
 */
import { systemClock } from '@resync/cache-contract';
import { ReferenceCache } from '@resync/cache-contract/testing';
import { CacheMigrationManager } from '@resync/cache-migration';
import { checkPlan, environmentSource, RolloutDriver, StateSources } from '../../dist/index.js';

const clock = systemClock;
const broken = () => Promise.reject(new Error('next is down'));
const next = new ReferenceCache({ clock });

const manager = new CacheMigrationManager({
  component: 'cache',
  legacy: new ReferenceCache({ clock }),
  next,
  clock,
});

const steps = [
  { stage: 'dualwrite' },
  { stage: 'shadow' },
  { stage: 'live', percentage: 0 },
  { stage: 'live', percentage: 100 },
].map((step) => ({ ...step, atLeast: '0s', samples: 0 }));

const driver = new RolloutDriver({
  plan: checkPlan({
    version: 1,
    components: [{ name: 'cache', steps, watch: '0s' }],
    finish: { after: '0s', steps: [{ stage: 'rampdown', atLeast: '0s' }] },
  }),
  components: { cache: { migration: manager } },
  clock,
});

const sources = new StateSources([environmentSource({ environment: process.env })]);
await sources.start();
await driver.handle({ kind: 'wishes', wishes: sources.wishes }, 'environment');
for (let looks = 0; looks < 12; looks += 1) await driver.look();
if (manager.state.stage === 'rampdown')
  Object.assign(next, { get: broken, lookup: broken, set: broken });

process.on('message', async (message) => {
  const key = String(message);
  try {
    await manager.set(key, `value of ${key}`);
    process.send?.({ stage: manager.state.stage, value: await manager.get(key) });
  } catch (error) {
    process.send?.({
      stage: manager.state.stage,
      error: error instanceof Error ? error.message : String(error),
    });
  }
});
process.send?.('ready');
