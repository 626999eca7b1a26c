import { pnpm } from './pnpm.mjs';

/**
 * Runs turbo, which finds pnpm on its PATH this way.
 *
 * @param {string[]} args
 * @param {import('./child.mjs').Output} [output]
 */
export async function turbo(args, output = 'shown') {
  await pnpm(['exec', 'turbo', ...args], output);
}
