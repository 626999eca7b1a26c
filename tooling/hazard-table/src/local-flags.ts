import { basicLogger, init, type LDClient } from '@launchdarkly/node-server-sdk';
import { TestData } from '@launchdarkly/node-server-sdk/integrations';
import type { Target } from '@resync/tooling-hazards';

/** Seconds; the flags come from memory. */
const START_LIMIT = 10;

/** A migration flag of its own. */
export interface MigrationFlag {
  readonly key: string;
  change(stage: Target['stage']): Promise<void>;
}

/** One client of LaunchDarkly, as an application has one, with flags from memory: it asks no network. */
export class LocalFlags {
  readonly client: LDClient;
  readonly #flags: TestData;
  #made = 0;

  private constructor(client: LDClient, flags: TestData) {
    this.client = client;
    this.#flags = flags;
  }

  static async start(): Promise<LocalFlags> {
    const flags = new TestData();
    const client = init('no key is needed', {
      updateProcessor: flags.getFactory(),
      sendEvents: false,
      diagnosticOptOut: true,
      logger: basicLogger({ level: 'none' }),
    });
    await client.waitForInitialization({ timeout: START_LIMIT });
    return new LocalFlags(client, flags);
  }

  /** A new flag, which stands at `off`. */
  async makeFlag(): Promise<MigrationFlag> {
    this.#made += 1;
    const key = `cache-${this.#made}`;
    const change: MigrationFlag['change'] = async (stage) => {
      await this.#flags.update(this.#flags.flag(key).valueForAll(stage));
    };
    await change('off');
    return { key, change };
  }

  close(): void {
    this.client.close();
  }
}
