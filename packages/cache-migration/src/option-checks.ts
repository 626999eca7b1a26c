import { describeValue } from '@resync/cache-contract';
import { MigrationError } from './migration-error.js';

/** @throws MigrationError `INVALID_OPTION`, always */
export function refuseOption(name: string, expected: string, got: unknown): never {
  throw new MigrationError(
    'INVALID_OPTION',
    `expected ${name} to be ${expected}; got ${describeValue(got)}`,
  );
}

/** The defaults with what was given in their place; every one a number over 0. */
export function numbersOver<T extends { readonly [Name in keyof T]: number }>(
  defaults: T,
  given: { readonly [Name in keyof T]?: unknown } = {},
  group: string,
): T {
  const entries = Object.entries(defaults).map(([name, fallback]) => {
    const value: unknown = given[name as keyof T] ?? fallback;
    assertPositive(`${group}.${name}`, value);
    return [name, value];
  });
  return Object.fromEntries(entries) as T;
}

/** @throws MigrationError `INVALID_OPTION` */
export function assertPositive(name: string, value: unknown): void {
  if (typeof value === 'number' && value > 0) return;
  refuseOption(name, 'a number over 0', value);
}
