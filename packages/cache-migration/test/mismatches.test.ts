import { createHash } from 'node:crypto';
import { expect, it } from 'vitest';
import { describeShape } from '../src/observation/describe-shape.js';
import { shadowing } from './fixtures/shadowing.js';

const SECRET_KEY = 'user:4711:token';
const SECRET_VALUE = 'hunter2 hunter2';

it('keeps a sample that shows neither the key nor the values', async () => {
  const { clock, manager, legacyInner, nextInner, verdictOn, samples } = await shadowing();
  await legacyInner.set(SECRET_KEY, SECRET_VALUE);
  await nextInner.set(SECRET_KEY, { [SECRET_VALUE]: SECRET_VALUE });
  await verdictOn(SECRET_KEY);
  expect(manager.mismatches).toEqual([
    {
      key: createHash('sha256').update(SECRET_KEY).digest('hex').slice(0, 16),
      verdict: 'value',
      at: clock.now(),
      stage: 'shadow',
      epoch: 3,
      legacy: 'a string of 15 characters',
      next: 'an object of 1 properties',
    },
  ]);
  expect(samples).toEqual(manager.mismatches);
  expect(JSON.stringify(manager.mismatches)).not.toMatch(/hunter2|4711/);
});

it('says what a missing entry is', async () => {
  const { manager, legacyInner, verdictOn } = await shadowing();
  await legacyInner.set('key', [1, 2]);
  await verdictOn('key');
  expect(manager.mismatches).toMatchObject([{ legacy: 'an array of 2', next: 'nothing' }]);
});

it('shows what it is told to, and not much of it', async () => {
  const { manager, legacyInner, verdictOn } = await shadowing({
    redactKey: (key) => key.replace(/\d+/, '#'),
    redact: (value) => `${String(value)} and so on, ${'on and '.repeat(100)}`,
  });
  await legacyInner.set(SECRET_KEY, 'ABEND');
  await verdictOn(SECRET_KEY);
  const [sample] = manager.mismatches;
  expect(sample).toMatchObject({ key: 'user:#:token', next: 'nothing' });
  expect(sample?.legacy).toMatch(/^ABEND and so on/);
  expect(sample?.legacy).toHaveLength(200);
});

it('survives a redaction that throws, and shows nothing then', async () => {
  const fail = (): never => {
    throw new Error(SECRET_VALUE);
  };
  const { manager, legacyInner, verdictOn } = await shadowing({ redactKey: fail, redact: fail });
  await legacyInner.set(SECRET_KEY, SECRET_VALUE);
  expect(await verdictOn(SECRET_KEY)).toBe('absent');
  expect(manager.mismatches).toMatchObject([
    { key: 'the redaction failed', legacy: 'the redaction failed' },
  ]);
});

it('keeps the last ones only, the newest last', async () => {
  const { manager, legacyInner, verdictOn } = await shadowing({
    samples: 2,
    redactKey: (key) => key,
  });
  const before = manager.mismatches;
  for (const key of ['a', 'b', 'c']) {
    await legacyInner.set(key, 1);
    await verdictOn(key);
  }
  expect(manager.mismatches.map(({ key }) => key)).toEqual(['b', 'c']);
  expect(before).toEqual([]);
  expect(Object.isFrozen(manager.mismatches)).toBe(true);
});

it('keeps none where none are wished for, and reports them all the same', async () => {
  const { manager, legacyInner, verdictOn, samples } = await shadowing({ samples: 0 });
  await legacyInner.set('key', 1);
  await verdictOn('key');
  expect(manager.mismatches).toEqual([]);
  expect(samples).toMatchObject([{ verdict: 'absent' }]);
});

it.each<[string, unknown]>([
  ['null', null],
  ['a boolean', true],
  ['a bigint', 7n],
  ['a function', () => 1],
  ['a Map of 1', new Map([[1, 2]])],
  ['a Set of 0', new Set()],
  ['a Date', new Date(0)],
  ['6 bytes', new Uint16Array(3)],
  ['4 bytes', new ArrayBuffer(4)],
  ['6 bytes', Buffer.from('secret')],
  ['an object of 0 properties', Object.create(null)],
  ['an object of 1 properties', { [Symbol.toStringTag]: 'x', constructor: { name: 'secret' } }],
  [
    'an object that cannot be looked at',
    new Proxy(
      {},
      {
        ownKeys: () => {
          throw new Error('secret');
        },
      },
    ),
  ],
])('names a value by type and size: %s', (shape, value) => {
  expect(describeShape(value)).toBe(shape);
});
