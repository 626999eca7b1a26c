/** What is imported, whole or by names, and from where. */
const IMPORT = /^import (?:(\w+)|\{([^}]+)\}) from '([^']+)';$/m;

/**
 * An example as somebody with CommonJS writes it: what it imports is required, and what it awaits at
 * its top is in a function.
 *
 * @throws Error for an import that is written in another way than the examples do
 */
export function asCommonJs(example: string): string {
  const imports: string[] = [];
  const body = example.replaceAll(new RegExp(IMPORT, 'gm'), (line: string) => {
    const [, whole, names, from] = IMPORT.exec(line) ?? [];
    // An ES module's default is a property where it is required.
    if (whole !== undefined) imports.push(`const ${whole} = asDefault(require('${from ?? ''}'));`);
    else
      imports.push(`const {${(names ?? '').replaceAll(' as ', ': ')}} = require('${from ?? ''}');`);
    return '';
  });
  if (/^import /m.test(body)) throw new Error(`expected plain imports; got ${body}`);
  const asDefault = 'const asDefault = (module) => module.default ?? module;';
  return `'use strict';\n${asDefault}\n${imports.join('\n')}\n(async () => {\n${body}\n})();\n`;
}
