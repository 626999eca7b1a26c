const BY_NAME: ReadonlyMap<string, number> = new Map([
  ['NaN', NaN],
  ['Infinity', Infinity],
  ['-Infinity', -Infinity],
  ['-0', -0],
]);

/** The name of a number that JSON cannot write; `undefined` for every other value. */
export function numberName(value: unknown): string | undefined {
  if (Object.is(value, -0)) return '-0';
  return typeof value === 'number' && !Number.isFinite(value) ? String(value) : undefined;
}

/** The number of that name; `undefined` where it is none of them. */
export function numberNamed(name: unknown): number | undefined {
  return typeof name === 'string' ? BY_NAME.get(name) : undefined;
}
