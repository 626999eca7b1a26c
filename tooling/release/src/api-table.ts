/** The names that the API table of a README gives, by the subpaths that it gives them for. */
export function apiTableOf(readme: string): ReadonlyMap<string, readonly string[]> {
  const table =
    /^\| from +\| names +\| what +\|\n\|[ |-]+\|\n((?:\|.*\n)+)/m.exec(readme)?.[1] ?? '';
  const found = new Map<string, string[]>();
  let subpath = '';
  for (const line of table.trimEnd().split('\n')) {
    const [, from = '', names = ''] = line.split('|');
    subpath = spansOf(from)[0] ?? subpath;
    const known = found.get(subpath) ?? [];
    found.set(subpath, [...known, ...spansOf(names).map(nameIn)]);
  }
  return found;
}

function spansOf(cell: string): readonly string[] {
  return [...cell.matchAll(/`([^`]+)`/g)].map(([, span = '']) => span);
}

/** Of a call as it is written: what is called. */
function nameIn(span: string): string {
  return /^\w+/.exec(span)?.[0] ?? span;
}
