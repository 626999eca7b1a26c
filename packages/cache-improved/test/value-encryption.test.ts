import { expect, it } from 'vitest';
import { ValueEncryption } from '../src/redis/value-encryption.js';

const [first, second] = [Buffer.alloc(32, 1), Buffer.alloc(32, 2)];
const text = Buffer.from('{"secret":1}');

function encryption(...keys: readonly { id: string; key: Uint8Array }[]): ValueEncryption {
  return new ValueEncryption('jobs', { keys });
}

it('gives back what it encrypted, and shows nothing of it', () => {
  const mine = encryption({ id: 'k1', key: first });
  const encrypted = mine.encrypt('key', text);
  expect(encrypted.includes('secret')).toBe(false);
  expect(mine.decrypt('key', encrypted)).toEqual(text);
  expect(mine.decrypt('key', mine.encrypt('key', Buffer.alloc(0)))).toEqual(Buffer.alloc(0));
});

it('encrypts the same value differently each time', () => {
  const mine = encryption({ id: 'k1', key: first });
  const seen = new Set(Array.from({ length: 100 }, () => mine.encrypt('key', text).toString('hex')));
  expect(seen.size).toBe(100);
});

it('reads what was encrypted before the key was changed', () => {
  const old = encryption({ id: 'k1', key: first }).encrypt('key', text);
  const changed = encryption({ id: 'k2', key: second }, { id: 'k1', key: first });
  expect(changed.decrypt('key', old)).toEqual(text);
  expect(changed.encrypt('key', text).toString('latin1', 1, 3)).toBe('k2');
  expect(() => encryption({ id: 'k2', key: second }).decrypt('key', old)).toThrow('no known key');
});

it.each<[string, (bytes: Buffer) => unknown]>([
  ['another key of the cache', (bytes) => encryption({ id: 'k1', key: first }).decrypt('kez', bytes)],
  [
    'another namespace',
    (bytes) =>
      new ValueEncryption('jobz', { keys: [{ id: 'k1', key: first }] }).decrypt('key', bytes),
  ],
  ['another secret of that id', (bytes) => encryption({ id: 'k1', key: second }).decrypt('key', bytes)],
])('decrypts nothing for %s', (_, decrypt) => {
  const encrypted = encryption({ id: 'k1', key: first }).encrypt('key', text);
  expect(() => decrypt(encrypted)).toThrow(Error);
});

it('notices every change of a byte, and every cut', () => {
  const mine = encryption({ id: 'k1', key: first });
  const encrypted = mine.encrypt('key', text);
  for (let at = 0; at < encrypted.length; at += 1) {
    const changed = Buffer.from(encrypted);
    changed[at] = (changed[at] ?? 0) ^ 1;
    expect(() => mine.decrypt('key', changed), `byte ${at}`).toThrow(Error);
    expect(() => mine.decrypt('key', encrypted.subarray(0, at)), `cut at ${at}`).toThrow(Error);
  }
});

it('keeps its keys though the caller changes theirs', () => {
  const key = Buffer.alloc(32, 3);
  const mine = encryption({ id: 'k1', key });
  const encrypted = mine.encrypt('key', text);
  key.fill(0);
  expect(mine.decrypt('key', encrypted)).toEqual(text);
});

it.each([
  ['no key', []],
  ['a short key', [{ id: 'k1', key: Buffer.alloc(16) }]],
  ['an empty id', [{ id: '', key: first }]],
  ['a long id', [{ id: 'x'.repeat(33), key: first }]],
  ['an id that comes twice', [{ id: 'k1', key: first }, { id: 'k1', key: second }]],
])('refuses %s', (_, keys) => {
  expect(() => encryption(...keys)).toThrow(expect.objectContaining({ code: 'INVALID_OPTION' }));
});
