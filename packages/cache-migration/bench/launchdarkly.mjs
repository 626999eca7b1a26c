import {
  createMigration,
  init,
  integrations,
  LDMigrationStage,
  LDMigrationSuccess,
  LDSerialExecution,
  LDExecutionOrdering,
} from '@launchdarkly/node-server-sdk';
import { BareCache } from './bare-cache.mjs';
import { compare } from './compare.mjs';
import { fill, gets } from './loops.mjs';
import { migrationAt } from './migrations.mjs';

const FLAG = 'cache-migration';
const CONTEXT = { kind: 'user', key: 'bench' };

/** LaunchDarkly's migrator reads so many times as long as ours, at least. */
export const LAUNCHDARKLY_BAR = 30;

/** The stages that both know by the same name. */
const STAGES = /** @type {const} */ ([
  'off',
  'dualwrite',
  'shadow',
  'live',
  'rampdown',
  'complete',
]);

/**
 * A read of LaunchDarkly's migrator against a read of ours, stage by stage, both over bare caches. The
 * flag comes from test data in this process; nothing is sent anywhere.
 *
 * @param {{ rounds: number, count: number }} size
 */
export async function compareWithLaunchDarkly(size) {
  const data = new integrations.TestData();
  const client = init('sdk-key-of-a-bench', {
    updateProcessor: data.getFactory(),
    sendEvents: false,
    diagnosticOptOut: true,
    logger: { error: ignore, warn: ignore, info: ignore, debug: ignore },
  });
  await client.waitForInitialization({ timeout: 10 });
  const legacy = new BareCache();
  const next = new BareCache();
  await fill(legacy);
  await fill(next);
  const migrator = createMigration(client, {
    readOld: async (/** @type {string | undefined} */ key) =>
      LDMigrationSuccess(await legacy.get(String(key))),
    readNew: async (/** @type {string | undefined} */ key) =>
      LDMigrationSuccess(await next.get(String(key))),
    writeOld: async () => LDMigrationSuccess(true),
    writeNew: async () => LDMigrationSuccess(true),
    execution: new LDSerialExecution(LDExecutionOrdering.Fixed),
    latencyTracking: false,
    errorTracking: false,
  });
  const theirs = {
    /** @param {string} key */
    get: async (key) => {
      const result = await migrator.read(FLAG, CONTEXT, LDMigrationStage.Off, key);
      return result.success ? result.result : undefined;
    },
  };
  const rows = [];
  for (const stage of STAGES) {
    await data.update(data.flag(FLAG).valueForAll(stage));
    const ours = await migrationAt(stage);
    rows.push({ stage, ...(await compare(gets(ours), gets(theirs), size)) });
  }
  client.close();
  return rows;
}

function ignore() {
  return undefined;
}
