import type { StateSource } from './state-source.js';
import { flagsFromEnvironment, type MigrationFlags } from './migration-flags.js';
import type { Wish, Wishes } from './wish.js';

/** The flags that say something of components. */
export type ComponentFlag = Exclude<keyof MigrationFlags, 'enableMetrics'>;

/** What the environment is told. */
export interface EnvironmentSourceOptions {
  /** Usually `process.env`. It does not change while the process runs: a change takes a restart. */
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** The components that each flag stands for. Default: `cache`, `tws` and `rate-limit`. */
  readonly components?: Readonly<Partial<Record<ComponentFlag, readonly string[]>>>;
  /** Default `APP_`. */
  readonly prefix?: string;
}

const COMPONENTS = {
  useNewCache: ['cache'],
  useNewTws: ['tws'],
  useNewRateLimit: ['rate-limit'],
} as const satisfies Record<ComponentFlag, readonly string[]>;

/**
 * The flags of the environment.
 *
 * @throws ControlError `INVALID_FLAG` at once: a process with a flag that is not accepted does not start
 */
export function environmentSource(options: EnvironmentSourceOptions): StateSource {
  const flags = flagsFromEnvironment(options.environment, options.prefix);
  const components = { ...COMPONENTS, ...options.components };
  const said: [string, Wish][] = [];
  for (const flag of Object.keys(COMPONENTS) as ComponentFlag[]) {
    const wish = flags[flag];
    if (wish !== undefined)
      said.push(...components[flag].map((name) => [name, wish] as [string, Wish]));
  }
  const wishes: Wishes = Object.fromEntries(said);
  return {
    name: 'environment',
    watch: async (listener) => {
      listener.said(wishes);
      return { close: async () => undefined };
    },
  };
}
