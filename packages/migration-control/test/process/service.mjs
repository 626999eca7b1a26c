/**
 * A service in small, behind a migration from the old cache to one that breaks down at the end of its
 * rollout: its flags come from the environment, requests and answers go over the channel to its parent.
 * When it is ended well it leaves a snapshot of the old cache, which it begins with when it is started.
 */
import { systemClock } from '@resync/cache-contract';
import { ReferenceCache } from '@resync/cache-contract/testing';
import { AsyncTTLCache, legacyCache } from '@resync/cache-legacy';
import { CacheMigrationManager } from '@resync/cache-migration';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { checkPlan, environmentSource, RolloutDriver, StateSources } from '../../dist/index.js';

const clock = systemClock;
const file = process.env.SNAPSHOT;
const broken = () => Promise.reject(new Error('next is down'));

const old = new AsyncTTLCache({ ttlSeconds: 3600 });
if (existsSync(file)) await old.restoreFromSnapshot(JSON.parse(readFileSync(file, 'utf8')));
const next = new ReferenceCache({ clock });
const manager = new CacheMigrationManager({
  component: 'cache',
  legacy: legacyCache(old),
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

const carryOut = {
  set: ([key, value]) => manager.set(key, value),
  get: ([key]) => manager.get(key),
  delete: ([key]) => manager.delete(key),
  'break next': async () => Object.assign(next, { get: broken, lookup: broken, set: broken }),
};

process.on('message', async ([kind, ...rest]) => {
  const { stage } = manager.state;
  try {
    process.send({ stage, value: await carryOut[kind](rest) });
  } catch (error) {
    process.send({ stage, error: error.message });
  }
});
process.once('SIGTERM', () => {
  writeFileSync(file, JSON.stringify(old.createBackupSnapshot()));
  process.exit();
});
process.send('ready');
