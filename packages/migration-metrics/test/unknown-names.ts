import { METRICS, SERVICE_METRICS } from '../src/index.js';

const KNOWN = new Set([
  'up',
  ...Object.values({ ...METRICS, ...SERVICE_METRICS }).flatMap(({ kind, name }) =>
    kind === 'histogram' ? ['bucket', 'sum', 'count'].map((part) => `${name}_${part}`) : [name],
  ),
]);

/** Names of series in a query that no metric has. */
export function unknownNamesIn(query: string): readonly string[] {
  const names = query
    .replace(/"[^"]*"/g, '')
    .replace(/\{[^}]*\}/g, ' ')
    .replace(/\[[^\]]*\]/g, ' ')
    .replace(/\b(by|on|group_left|group_right|without) *\([^)]*\)/g, ' ')
    .match(/[a-z_][a-z0-9_:]*(?![a-z0-9_:]* *\()/gi);
  return (names ?? []).filter((name) => !WORDS.has(name) && !KNOWN.has(name));
}

const WORDS = new Set([
  'and',
  'or',
  'unless',
  'by',
  'on',
  'offset',
  'bool',
  'Inf',
  'NaN',
  'm',
  'h',
]);
