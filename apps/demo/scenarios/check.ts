/** One thing that a scenario looked at, with its figure. */
export interface Check {
  readonly title: string;
  readonly measured: string;
  readonly expected: string;
  readonly isMet: boolean;
}

/** There must be none of it. */
export function none(title: string, count: number): Check {
  return { title, measured: inWords(count), expected: '0', isMet: count === 0 };
}

export function atLeast(title: string, value: number, least: number): Check {
  return {
    title,
    measured: inWords(value),
    expected: `≥ ${inWords(least)}`,
    isMet: value >= least,
  };
}

export function atMost(title: string, value: number, most: number): Check {
  return { title, measured: inWords(value), expected: `≤ ${inWords(most)}`, isMet: value <= most };
}

/** A figure that nothing hangs on. */
export function figure(title: string, measured: string): Check {
  return { title, measured, expected: '', isMet: true };
}

/** What was seen must be what was expected, or match it. */
export function equal(title: string, measured: string, expected: string | RegExp): Check {
  const isMet = typeof expected === 'string' ? measured === expected : expected.test(measured);
  const wanted = typeof expected === 'string' ? expected : expected.source;
  return { title, measured, expected: wanted, isMet };
}

function inWords(value: number): string {
  return Number(value.toPrecision(4)).toLocaleString('en', { maximumFractionDigits: 3 });
}
