import { describe, expect, it } from 'vitest';
import { ControlError, flagsFromEnvironment } from '../../src/index.js';

it('has no opinion where nothing is set, and metrics on', () => {
  expect(flagsFromEnvironment({ PATH: '/bin', APP_NAME: 'resync' })).toEqual({
    useNewCache: undefined,
    useNewTws: undefined,
    useNewRateLimit: undefined,
    enableMetrics: true,
  });
});

it.each([
  ['true', true],
  ['TRUE', true],
  [' yes ', true],
  ['1', true],
  ['on', true],
  ['false', false],
  ['No', false],
  ['0', false],
  ['off', false],
  ['', undefined],
])('reads %j as %s', (text, expected) => {
  expect(flagsFromEnvironment({ APP_MIGRATION_USE_NEW_CACHE: text }).useNewCache).toBe(expected);
});

it('switches metrics off, and knows each flag apart', () => {
  expect(
    flagsFromEnvironment({
      APP_MIGRATION_USE_NEW_TWS: 'true',
      APP_MIGRATION_USE_NEW_RATE_LIMIT: 'false',
      APP_MIGRATION_ENABLE_METRICS: 'false',
    }),
  ).toEqual({
    useNewCache: undefined,
    useNewTws: true,
    useNewRateLimit: false,
    enableMetrics: false,
  });
});

it('takes another prefix', () => {
  const environment = { X_MIGRATION_USE_NEW_CACHE: 'true', APP_MIGRATION_USE_NEW_CACHE: 'junk' };
  expect(flagsFromEnvironment(environment, 'X_').useNewCache).toBe(true);
});

describe('refuses', () => {
  it.each(['treu', '2', 'null', 'undefined', 'enabled'])('%j, naming what is accepted', (text) => {
    const read = (): unknown => flagsFromEnvironment({ APP_MIGRATION_USE_NEW_CACHE: text });
    expect(read).toThrow(ControlError);
    expect(read).toThrow(
      `expected APP_MIGRATION_USE_NEW_CACHE to be one of true, 1, yes, on, false, 0, no, off; got "${text}"`,
    );
  });

  it('a flag that does not exist', () => {
    expect(() => flagsFromEnvironment({ APP_MIGRATION_USE_NEW_CAHCE: 'true' })).toThrow(
      /expected a flag of .*APP_MIGRATION_USE_NEW_CACHE.*got APP_MIGRATION_USE_NEW_CAHCE/,
    );
  });

  it('everything at once', () => {
    expect(() =>
      flagsFromEnvironment({
        APP_MIGRATION_USE_NEW_CACHE: 'maybe',
        APP_MIGRATION_ENABLE_METRICS: 'perhaps',
      }),
    ).toThrow(/maybe[^]*perhaps/);
  });
});
