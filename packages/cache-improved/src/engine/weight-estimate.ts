/** What an entry takes beside its key and value: its place in the map and in the arrays. */
const ENTRY = 64;
const OBJECT = 32;
const REFERENCE = 8;
/** How many parts of a value are looked at; the others are taken to be like these. */
const MOST_PARTS = 64;

interface Budget {
  parts: number;
}

/**
 * About how many bytes of memory an entry takes, where `maxBytes` is given and `sizeOf` is not. Nothing
 * is serialised: a string counts two bytes a character, a buffer its length, and of lists and objects at
 * most 64 parts are looked at, without calling an accessor of theirs.
 */
export function estimateWeight(value: unknown, key: string): number {
  try {
    return ENTRY + textWeight(key) + Math.ceil(weightOf(value, { parts: MOST_PARTS }));
  } catch {
    // A proxy that does not want to be looked at.
    return ENTRY + textWeight(key) + OBJECT;
  }
}

function weightOf(value: unknown, budget: Budget): number {
  if (typeof value === 'string') return textWeight(value);
  if (typeof value === 'bigint' || typeof value === 'function') return OBJECT;
  if (typeof value !== 'object' || value === null) return REFERENCE;
  if (ArrayBuffer.isView(value) || value instanceof ArrayBuffer) return OBJECT + value.byteLength;
  if (value instanceof Map) return OBJECT + partsWeight(value.entries(), value.size, budget);
  if (value instanceof Set) return OBJECT + partsWeight(value.values(), value.size, budget);
  if (Array.isArray(value)) return OBJECT + partsWeight(value.values(), value.length, budget);
  const names = Object.keys(value);
  return OBJECT + partsWeight(membersOf(value, names), names.length, budget);
}

function textWeight(text: string): number {
  return OBJECT / 2 + 2 * text.length;
}

function partsWeight(parts: Iterator<unknown>, count: number, budget: Budget): number {
  let weight = 0;
  let seen = 0;
  while (seen < count && budget.parts > 0) {
    const part = parts.next();
    if (part.done === true) break;
    budget.parts -= 1;
    seen += 1;
    weight += REFERENCE + weightOf(part.value, budget);
  }
  return seen === 0 ? count * REFERENCE : (weight / seen) * count;
}

/** The values of its members; of accessors nothing. */
function* membersOf(value: object, names: readonly string[]): Iterator<unknown> {
  for (const name of names) {
    yield Object.getOwnPropertyDescriptor(value, name)?.value as unknown;
  }
}
