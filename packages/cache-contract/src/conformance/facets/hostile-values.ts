// What a caller may hand over, by accident or not.

/** Throws, whatever it is called as. */
export function thrower(): never {
  throw new Error('touched');
}

/** An object that throws whatever one does with it. */
export function hostileProxy(): object {
  return new Proxy(
    {},
    {
      get: thrower,
      has: thrower,
      ownKeys: thrower,
      getPrototypeOf: thrower,
      getOwnPropertyDescriptor: thrower,
    },
  );
}

/** What `get` could not hand over through a promise. */
export const UNSTORABLE: readonly (readonly [string, unknown])[] = [
  ['a promise', Promise.resolve(1)],
  ['an object with a then of its own', { then: () => undefined }],
  ['an object that throws whatever one does', hostileProxy()],
];

/** What one cache can hold and another cannot. */
export function hostileValues(): readonly (readonly [string, unknown])[] {
  const cyclic: { self?: unknown } = {};
  cyclic.self = cyclic;
  let deep: unknown = 'bottom';
  for (let level = 0; level < 100_000; level += 1) deep = [deep];
  return [
    ['minus zero', -0],
    ['a bigint', 10n],
    ['a symbol', Symbol('value')],
    ['a function', () => 1],
    ['a date', new Date(0)],
    ['an invalid date', new Date(NaN)],
    ['a map', new Map([['a', 1]])],
    ['a regular expression', /x/g],
    ['an error', new Error('as a value')],
    ['bytes', new Uint8Array([1, 2, 3])],
    ['an instance of a class', new URL('http://127.0.0.1/')],
    ['a frozen object', Object.freeze({ a: Object.freeze([1]) })],
    ['an object without a prototype', Object.assign(Object.create(null) as object, { a: 1 })],
    ['an object with an own __proto__', JSON.parse('{"__proto__":{"polluted":true}}')],
    ['an object with NaN inside', { a: NaN }],
    ['a list with undefined inside', [undefined]],
    ['an array with a hole', Array.from({ length: 3 }).fill(1, 0, 1)],
    ['an object that refers to itself', cyclic],
    ['an object a hundred thousand levels deep', deep],
    [
      'an object with a getter that throws',
      Object.defineProperty({}, 'a', { get: thrower, enumerable: true }),
    ],
    ['an object whose JSON throws', { toJSON: thrower }],
    ['an object whose JSON is another', { toJSON: () => 'another' }],
    ['text with a lone surrogate', 'a\uD800b'],
    ['a text of five million characters', 'x'.repeat(5_000_000)],
  ];
}
