import { types } from 'node:util';

/** Names a value by type and size, and shows nothing of its content. Never throws, whatever it is given. */
export function describeShape(value: unknown): string {
  try {
    return shapeOf(value);
  } catch {
    return 'an object that cannot be looked at';
  }
}

function shapeOf(value: unknown): string {
  if (value === null) return 'null';
  if (typeof value === 'string') return `a string of ${value.length} characters`;
  if (typeof value !== 'object') return `a ${typeof value}`;
  if (Array.isArray(value)) return `an array of ${value.length}`;
  if (types.isMap(value)) return `a Map of ${value.size}`;
  if (types.isSet(value)) return `a Set of ${value.size}`;
  if (types.isDate(value)) return 'a Date';
  if (ArrayBuffer.isView(value) || types.isAnyArrayBuffer(value)) {
    return `${value.byteLength} bytes`;
  }
  return `an object of ${Object.keys(value).length} properties`;
}
