import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * A fault that the tests of its package must catch.
 *
 * @typedef {object} Fault
 * @property {string} id `area/name`
 * @property {string} what what is so where the fault is, as a fact
 * @property {string} package the folder in `packages/`
 * @property {string} file below that folder
 * @property {string} find a piece of the file, which is there once
 * @property {string} replace what stands in its place
 */

/**
 * The source with the fault in it.
 *
 * @param {Fault} fault
 * @param {string} source
 * @throws Error where the fault does not fit the source
 */
export function seed({ id, package: name, file, find, replace }, source) {
  const parts = source.split(find);
  const [before, after] = parts;
  if (parts.length !== 2 || before === undefined || after === undefined || find === replace) {
    throw new Error(
      `the fault ${id} no longer fits: expected its text once in ${name}/${file}, and another ` +
        `in its place; found it ${parts.length - 1} times`,
    );
  }
  return before + replace + after;
}

/**
 * What is wrong with the faults before any of them is tried; empty where nothing is.
 *
 * @param {readonly Fault[]} faults
 * @param {(name: string) => string} folderOf where a package is
 * @returns {string[]}
 */
export function misfits(faults, folderOf) {
  const ids = new Set();
  return faults.flatMap((fault) => {
    const isTwice = ids.has(fault.id);
    ids.add(fault.id);
    if (isTwice) return [`expected an id once; got ${fault.id} twice`];
    try {
      seed(fault, readFileSync(join(folderOf(fault.package), fault.file), 'utf8'));
      return [];
    } catch (error) {
      return [error instanceof Error ? error.message : String(error)];
    }
  });
}
