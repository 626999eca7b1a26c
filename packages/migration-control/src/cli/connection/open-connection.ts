import { stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { Clock } from '@resync/cache-contract';
import { CommandError } from '../command-error.js';
import type { CommandOptions } from '../command.js';
import { readGivenFile } from '../read-given-file.js';
import type { Terminal } from '../terminal.js';
import type { Connection } from './connection.js';
import { HttpConnection } from './http-connection.js';
import { timeoutOf } from './timeout-of.js';

/** Variables of the environment. */
type Environment = Readonly<Record<string, string | undefined>>;

/** Where a command is run. */
export interface Surroundings {
  readonly environment: Environment;
  readonly folder: string;
  readonly terminal: Terminal;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  /** Who is logged in; undefined: nobody who has a name. */
  readonly userName: () => string | undefined;
}

const DEFAULT_URL = 'http://127.0.0.1:3000/admin';
/** What says which rollout of a control store is meant. */
const OF_REDIS = ['namespace', 'plan', 'fleets'] as const;

/**
 * Connects to the service or to the control store, as the options and the environment say.
 *
 * @throws CommandError
 */
export async function openConnection(
  options: CommandOptions,
  surroundings: Surroundings,
): Promise<Connection> {
  const { clock, environment, signal } = surroundings;
  const timeoutMs = timeoutOf(options);
  const who = options.text('as') ?? surroundings.userName() ?? 'unknown';
  const redis = redisUrl(options, environment);
  if (redis !== undefined) {
    const rollout = await rolloutOn(options, surroundings);
    const { openRedisConnection } = await import('./redis-connection.js');
    return openRedisConnection({ url: redis, ...rollout, who, timeoutMs, clock });
  }
  const url = checkUrl(options.text('url') ?? given(environment['RESYNC_URL']) ?? DEFAULT_URL);
  const token = await tokenFrom(options, surroundings);
  return new HttpConnection({ url, token, who, timeoutMs, clock, signal });
}

/** Which rollout is meant, on a server that may hold several. */
async function rolloutOn(
  options: CommandOptions,
  { folder }: Surroundings,
): Promise<{ readonly namespace: string; readonly plan: string; readonly fleets: string }> {
  const [namespace, path] = [options.text('namespace'), options.text('plan')];
  if (namespace === undefined || path === undefined) {
    throw new CommandError(
      'USAGE',
      'expected --namespace and --plan beside --redis: the name of the rollout on the server, and its plan',
    );
  }
  const plan = await readGivenFile(folder, path, 'a plan');
  return { namespace, plan, fleets: options.text('fleets') ?? `${namespace}.%` };
}

function redisUrl(options: CommandOptions, environment: Environment): string | undefined {
  const named = OF_REDIS.filter((name) => options.has(name)).map((name) => `--${name}`);
  const ownUrl = options.text('redis');
  const isForRedis = ownUrl !== undefined || named.length > 0;
  if (!isForRedis) return undefined;
  if (options.text('url') !== undefined) {
    const one = ownUrl === undefined ? named.join(' and ') : '--redis';
    throw new CommandError('USAGE', `expected --url or ${one}; got both`);
  }
  return ownUrl === undefined ? redisVariable(environment, named) : checkRedisUrl(ownUrl);
}

/** Nothing that names a rollout on a control store goes to a service, which may be another one. */
function redisVariable(environment: Environment, named: readonly string[]): string {
  const url = given(environment['RESYNC_REDIS']);
  if (url !== undefined) return url;
  throw new CommandError(
    'USAGE',
    `expected the control store that ${named.join(' and ')} belong to, with --redis or the variable RESYNC_REDIS; got neither`,
  );
}

function checkRedisUrl(given: string): string {
  const url = URL.canParse(given) ? new URL(given) : undefined;
  if (url === undefined || !['redis:', 'rediss:'].includes(url.protocol)) {
    throw new CommandError('USAGE', 'expected --redis as a URL such as redis://127.0.0.1:6379');
  }
  if (url.password !== '') {
    throw new CommandError(
      'USAGE',
      'expected --redis without a password, which others on this machine can read there; set RESYNC_REDIS instead',
    );
  }
  return given;
}

/** A variable that is set to nothing is not set. */
function given(variable: string | undefined): string | undefined {
  return variable === '' ? undefined : variable;
}

function checkUrl(given: string): string {
  const url = URL.canParse(given) ? new URL(given) : undefined;
  if (
    url === undefined ||
    !['http:', 'https:'].includes(url.protocol) ||
    url.search !== '' ||
    url.hash !== ''
  ) {
    throw new CommandError(
      'USAGE',
      `expected a URL such as ${DEFAULT_URL}; got ${JSON.stringify(given)}`,
    );
  }
  if (url.username !== '' || url.password !== '') {
    throw new CommandError(
      'USAGE',
      'expected a URL without a user and a password; the token goes into RESYNC_TOKEN',
    );
  }
  const isLocal = /^(localhost|127(\.\d+){3}|\[::1\])$/.test(url.hostname);
  if (url.protocol === 'http:' && !isLocal) {
    throw new CommandError(
      'USAGE',
      `expected https for ${url.hostname}, or others would read the token on its way. A tunnel does too: ssh -L 3000:127.0.0.1:3000 ${url.hostname}`,
    );
  }
  // Of a service alone: where its admin surface is unless somebody put it elsewhere.
  if (url.pathname === '/') url.pathname = '/admin';
  return url.href.replace(/\/$/, '');
}

async function tokenFrom(
  options: CommandOptions,
  { environment, folder, terminal }: Surroundings,
): Promise<string> {
  const path = options.text('token-file');
  if (path === undefined) {
    const token = environment['RESYNC_TOKEN'] ?? '';
    if (token !== '') return checkToken(token, 'RESYNC_TOKEN');
    throw new CommandError(
      'USAGE',
      'expected the admin token of the service in the variable RESYNC_TOKEN, or in a file that --token-file names; got neither',
    );
  }
  const token = await readGivenFile(folder, path, 'the admin token');
  const { mode } = await stat(resolve(folder, path));
  if ((mode & 0o077) !== 0) {
    terminal.err(`warning: ${path} can be read by others: chmod 600 ${path}\n`);
  }
  return checkToken(token.trim(), path);
}

function checkToken(token: string, place: string): string {
  if (/^[\x21-\x7e]+$/.test(token)) return token;
  throw new CommandError(
    'USAGE',
    `expected a token of printable characters without spaces in ${place}`,
  );
}
