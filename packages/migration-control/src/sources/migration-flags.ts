import { ControlError } from '../control-error.js';
import { ACCEPTED_BOOLEANS, readBoolean } from './wish.js';

/**
 * What the environment says. `true`: may migrate. `false`: a request to take the component back.
 * `undefined`: no opinion, so nothing is migrated by it.
 */
export interface MigrationFlags {
  readonly useNewCache: boolean | undefined;
  readonly useNewTws: boolean | undefined;
  readonly useNewRateLimit: boolean | undefined;
  /** True unless it is switched off. */
  readonly enableMetrics: boolean;
}

/** The names of the flags, without their prefix. */
export const FLAG_NAMES = {
  useNewCache: 'MIGRATION_USE_NEW_CACHE',
  useNewTws: 'MIGRATION_USE_NEW_TWS',
  useNewRateLimit: 'MIGRATION_USE_NEW_RATE_LIMIT',
  enableMetrics: 'MIGRATION_ENABLE_METRICS',
} as const satisfies Record<keyof MigrationFlags, string>;

/**
 * Reads the flags from an environment. A variable that is empty counts as unset.
 *
 * @param environment usually `process.env`
 * @param prefix before every name; `APP_` by default
 * @throws ControlError `INVALID_FLAG` that names every value which is not accepted and every variable
 *   under `<prefix>MIGRATION_` which is no flag, so that a typing error cannot pass for "unset"
 */
export function flagsFromEnvironment(
  environment: Readonly<Record<string, string | undefined>>,
  prefix = 'APP_',
): MigrationFlags {
  const faults = unknownNames(environment, prefix);
  const read = (name: string): boolean | undefined => {
    const text = environment[prefix + name];
    if (text === undefined || text === '') return undefined;
    const value = readBoolean(text);
    if (value === undefined) {
      faults.push(
        `expected ${prefix + name} to be one of ${ACCEPTED_BOOLEANS}; got ${JSON.stringify(text)}`,
      );
    }
    return value;
  };
  const flags: MigrationFlags = {
    useNewCache: read(FLAG_NAMES.useNewCache),
    useNewTws: read(FLAG_NAMES.useNewTws),
    useNewRateLimit: read(FLAG_NAMES.useNewRateLimit),
    enableMetrics: read(FLAG_NAMES.enableMetrics) ?? true,
  };
  if (faults.length > 0) throw new ControlError('INVALID_FLAG', faults.join('\n'));
  return flags;
}

function unknownNames(
  environment: Readonly<Record<string, string | undefined>>,
  prefix: string,
): string[] {
  const known = Object.values(FLAG_NAMES).map((name) => prefix + name);
  return Object.keys(environment)
    .filter((name) => name.startsWith(`${prefix}MIGRATION_`) && !known.includes(name))
    .map((name) => `expected a flag of ${known.join(', ')}; got ${name}`);
}
