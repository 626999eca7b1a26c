import { describe, expect, it } from 'vitest';
import { apiTableOf } from '../src/api-table.js';
import { codeBlocksOf, examplesOf } from '../src/code-blocks.js';
import { exportedNamesOf } from '../src/exported-names.js';
import { PACKAGES, textOf } from '../src/texts.js';

describe.each(PACKAGES)('the README of %s', (name) => {
  const readme = textOf(`packages/${name}/README.md`);
  const table = apiTableOf(readme);
  const exported = exportedNamesOf(name);

  it('has a row for each subpath, and for none that there is not', () => {
    expect([...table.keys()].sort()).toEqual([...exported.keys()].sort());
  });

  it.each([...exported])('names all that %s exports', (subpath, { values }) => {
    const named = table.get(subpath) ?? [];
    expect(values.filter((value) => !named.includes(value))).toEqual([]);
  });

  it('names nothing that is not exported', () => {
    const all = [...exported.values()].flatMap(({ values, types }) => [...values, ...types]);
    expect([...table.values()].flat().filter((named) => !all.includes(named))).toEqual([]);
  });

  it('installs what its examples import', () => {
    const installed = codeBlocksOf(readme)
      .filter(({ language, code }) => language === 'sh' && code.startsWith('npm install '))
      .flatMap(({ code }) => code.trim().split(' ').slice(2));
    const imported = examplesOf(readme).flatMap((example) =>
      [...example.matchAll(/ from '((?:@[^/']+\/)?[^/']+)[^']*';$/gm)].map(([, from = '']) => from),
    );
    expect(imported.length).toBeGreaterThan(0);
    expect(
      imported.filter((from) => !from.startsWith('node:') && !installed.includes(from)),
    ).toEqual([]);
  });
});
