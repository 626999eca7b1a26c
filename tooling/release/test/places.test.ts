import { readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { describe, expect, it } from 'vitest';
import { anchorsOf, linksIn, pathsNamedIn } from '../src/places-in.js';
import { root, textOf } from '../src/texts.js';
import { workspacePaths } from '../src/workspace-paths.js';

const paths = workspacePaths();
const texts = paths.filter((path) => path.endsWith('.md') && !path.endsWith('CHANGELOG.md'));

describe('every link', () => {
  it.each(texts)('of %s leads to a file, and to a heading of it', (text) => {
    const astray = linksIn(textOf(text)).filter((link) => {
      const [file = '', anchor] = link.split('#');
      const target = file === '' ? text : normalize(join(dirname(text), file)).replace(/\/$/, '');
      if (!paths.includes(target)) return true;
      return anchor !== undefined && !anchorsOf(textOf(target)).includes(anchor);
    });
    expect(astray).toEqual([]);
  });
});

describe('every path', () => {
  it.each(['ARCHITECTURE.md', 'docs/intentional.md'])('that %s names is there', (text) => {
    const named = pathsNamedIn(textOf(text));
    expect(named.length).toBeGreaterThan(20);
    const isThere = (name: string): boolean => {
      const end = name.replace(/\/$/, '').replaceAll('.', '\\.').replaceAll('*', '[^/]*');
      const pattern = new RegExp(`(^|/)${end}$`);
      return paths.some((path) => pattern.test(path));
    };
    expect(named.filter((name) => !isThere(name))).toEqual([]);
  });
});

it('every test that docs/intentional.md names by its title is there', () => {
  const sources = paths
    .filter((path) => /\/(test|proof|conformance)\/.*\.ts$/.test(path))
    .map((path) => readFileSync(join(root, path), 'utf8'));
  const titles = [...textOf('docs/intentional.md').matchAll(/^\|.*\|([^|]*)\|$/gm)].flatMap(
    ([, check = '']) => [...check.matchAll(/"([^"]+)"/g)].map(([, title = '']) => title),
  );
  expect(titles.length).toBeGreaterThan(20);
  // A title may leave out what comes from a table.
  const isThere = (title: string): boolean => {
    const parts = title.split('…').map((part) => part.trim());
    return sources.some((source) => parts.every((part) => source.includes(part)));
  };
  expect(titles.filter((title) => !isThere(title))).toEqual([]);
});
