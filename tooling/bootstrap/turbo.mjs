import { pnpm } from './pnpm.mjs';

/**
 * Runs turbo, which finds pnpm on its PATH this way.
 *
 * @param {string[]} args
 */
export async function turbo(args) {
  await pnpm(['exec', 'turbo', ...args], 'shown');
}
