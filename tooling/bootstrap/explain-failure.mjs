import { ChildFailure } from './child.mjs';

const NO_NETWORK =
  /\b(ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ETIMEDOUT|ENETUNREACH|EHOSTUNREACH|ERR_SOCKET_TIMEOUT|ERR_PNPM_META_FETCH_FAIL|FETCH_ERROR)\b/;
const NO_SPACE = /\bENOSPC\b/;
const STALE_LOCKFILE = /ERR_PNPM_OUTDATED_LOCKFILE/;

const LAST_LINES = 20;

/**
 * What went wrong, for whoever started the command: one line where that says it.
 *
 * @param {unknown} error
 */
export function explain(error) {
  if (!(error instanceof ChildFailure)) return String(error);
  const { code, isShown, output, message } = error;
  const network = NO_NETWORK.exec(output);
  if (network !== null) {
    return `the npm registry could not be reached (${network[0]}); check the network or the proxy, and try again`;
  }
  if (NO_SPACE.test(output)) return 'the disk is full (ENOSPC); make room, and try again';
  if (STALE_LOCKFILE.test(output)) {
    return 'pnpm-lock.yaml does not fit the package.json files; run `npx pnpm@10.34.9 install`';
  }
  if (isShown) return `failed (${code}); see above`;
  return `${message}; its last lines:\n${output.trimEnd().split('\n').slice(-LAST_LINES).join('\n')}`;
}
