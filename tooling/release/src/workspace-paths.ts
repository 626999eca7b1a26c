import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './texts.js';

/** What is made, installed, or kept by tools. */
const LEFT_OUT = /^(node_modules|dist|coverage|\..+)$/;

/** Every file and folder of the workspace, from its root on. */
export function workspacePaths(folder = ''): readonly string[] {
  return readdirSync(join(root, folder), { withFileTypes: true }).flatMap((entry) => {
    if (LEFT_OUT.test(entry.name)) return [];
    const path = folder === '' ? entry.name : `${folder}/${entry.name}`;
    return entry.isDirectory() ? [path, ...workspacePaths(path)] : [path];
  });
}
