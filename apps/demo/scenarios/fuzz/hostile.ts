/** Random choices, by seed. */
export interface Dice {
  /** 0 up to 1. */
  uniform(): number;
  /** 0 to `below - 1`. */
  number(below: number): number;
  oneOf<T>(list: readonly [T, ...T[]]): T;
}

export function diceFrom(uniform: () => number): Dice {
  const number = (below: number): number => Math.floor(uniform() * below);
  return { uniform, number, oneOf: (list) => list[number(list.length)] ?? list[0] };
}

/** Keys that a cache takes, some of them odd. */
export function someKey(dice: Dice): string {
  const plain = `key-${dice.number(12)}`;
  if (dice.uniform() < 0.8) return plain;
  return dice.oneOf([
    'k'.repeat(1000),
    'Schlüssel',
    '键',
    '👩‍🚀',
    ' ',
    '\t',
    '__proto__',
    '{}*?',
    '0',
  ]);
}

/** Keys that it must refuse. */
export function badKey(dice: Dice): unknown {
  return dice.oneOf<unknown>(['', 'k'.repeat(1001), 'a\nb', 'a\rb', 'a\0b', '\ud800', 1, null, {}]);
}

/** Values that it takes; `mark` makes each its own. */
export function someValue(dice: Dice, mark: number): unknown {
  return dice.oneOf<unknown>([
    mark,
    `${mark}`,
    { mark, list: [null, false, 0, ''], deep: { text: '\u2028' } },
    [mark],
    null,
    false,
    0,
    '',
  ]);
}

/** Lifetimes in milliseconds that it takes. */
export function someTtl(dice: Dice): number {
  return dice.oneOf([0, 1, 10.5, 5000, 60_000, 31_536_000_000]);
}

/** Lifetimes that it must refuse. */
export function badTtl(dice: Dice): unknown {
  return dice.oneOf<unknown>([-1, NaN, -Infinity, 31_536_000_001, '60', null]);
}
