import { Buffer } from 'node:buffer';
import { flagsFromEnvironment, type MigrationFlags } from '@resync/migration-control';
import type { PricedModel } from './consumers/llm/llm-optimizer.js';
import type { TwsEndpoint } from './consumers/tws/tws-transport.js';
import { DemoError } from './demo-error.js';

/** What the environment can change. */
export interface Settings {
  readonly host: string;
  readonly port: number;
  readonly flags: MigrationFlags;
  /** Level two of the hierarchy is there, once migrated; `undefined`: in memory. */
  readonly redisUrl: string | undefined;
  /** 32 bytes: what goes to Redis is encrypted with them; `undefined`: it is not. */
  readonly encryptionKey: Uint8Array | undefined;
  /** Where the hierarchy's entries outlive a restart; `undefined`: they do not. */
  readonly snapshotFile: string | undefined;
  /** A scheduler in place of the stand-in. */
  readonly tws: TwsEndpoint | undefined;
  /** An OpenAI-compatible endpoint in place of the stand-in. */
  readonly languageModel: LanguageModelSettings | undefined;
  /** What the language model may cost, in dollars. */
  readonly llmBudget: number;
}

export interface LanguageModelSettings {
  readonly url: string;
  readonly apiKey: string | undefined;
  readonly simple: PricedModel;
  readonly complex: PricedModel;
}

type Environment = Readonly<Record<string, string | undefined>>;

const KEY_BYTES = 32;

/**
 * Reads the settings.
 *
 * @throws DemoError or ControlError, before anything is started
 */
export function settingsFrom(environment: Environment): Settings {
  const redisUrl = urlFrom(environment, 'REDIS_URL', ['redis:', 'rediss:']);
  return {
    host: environment['HOST'] ?? '127.0.0.1',
    port: portFrom(environment['PORT']),
    flags: flagsFromEnvironment(environment),
    redisUrl,
    encryptionKey: encryptionKeyFrom(environment, redisUrl),
    snapshotFile: textFrom(environment, 'SNAPSHOT_FILE'),
    tws: twsFrom(environment),
    languageModel: languageModelFrom(environment),
    llmBudget: numberFrom(environment, 'LLM_BUDGET', { otherwise: 10, allowed: 'over 0' }),
  };
}

/** An empty variable counts as unset. */
function textFrom(environment: Environment, name: string): string | undefined {
  const text = environment[name];
  return text === '' ? undefined : text;
}

function portFrom(text: string | undefined): number {
  if (text === undefined || text === '') return 3000;
  const port = Number(text);
  if (/^\d+$/.test(text) && port <= 65_535) return port;
  throw new DemoError(`expected PORT to be a number from 0 to 65535; got ${JSON.stringify(text)}`);
}

/** @param allowed `from 0 on`: a model of one's own may cost nothing */
function numberFrom(
  environment: Environment,
  name: string,
  { otherwise, allowed }: { readonly otherwise: number; readonly allowed: 'over 0' | 'from 0 on' },
): number {
  const text = textFrom(environment, name);
  if (text === undefined) return otherwise;
  const value = Number(text);
  const isEnough = allowed === 'over 0' ? value > 0 : value >= 0;
  if (isEnough && value < Infinity) return value;
  throw new DemoError(`expected ${name} to be a number ${allowed}; got ${JSON.stringify(text)}`);
}

function costFrom(environment: Environment, name: string, otherwise: number): number {
  return numberFrom(environment, name, { otherwise, allowed: 'from 0 on' });
}

function urlFrom(
  environment: Environment,
  name: string,
  protocols: readonly string[],
): string | undefined {
  const text = textFrom(environment, name);
  if (text === undefined) return undefined;
  if (URL.canParse(text) && protocols.includes(new URL(text).protocol)) return text;
  // The text may hold a password.
  throw new DemoError(
    `expected ${name} to be a URL with ${protocols.join(' or ')}; what came may hold a password, and is not shown`,
  );
}

function encryptionKeyFrom(
  environment: Environment,
  redisUrl: string | undefined,
): Uint8Array | undefined {
  const text = textFrom(environment, 'CACHE_ENCRYPTION_KEY');
  if (text === undefined) return undefined;
  const key = Buffer.from(text, 'base64');
  if (key.length !== KEY_BYTES || key.toString('base64') !== text) {
    throw new DemoError(
      `expected CACHE_ENCRYPTION_KEY to be ${KEY_BYTES} bytes in base64, as from \`openssl rand -base64 ${KEY_BYTES}\`; got ${text.length} characters`,
    );
  }
  if (redisUrl !== undefined) return key;
  throw new DemoError(
    'expected REDIS_URL beside CACHE_ENCRYPTION_KEY: what stays in memory is not encrypted',
  );
}

function twsFrom(environment: Environment): TwsEndpoint | undefined {
  const url = urlFrom(environment, 'TWS_BASE_URL', ['http:', 'https:']);
  if (url === undefined) return undefined;
  const [user, password] = ['TWS_USER', 'TWS_PASSWORD'].map((name) => {
    const text = textFrom(environment, name);
    if (text === undefined) throw new DemoError(`expected ${name} beside TWS_BASE_URL; got none`);
    return text;
  }) as [string, string];
  return {
    url: url.replace(/\/$/, ''),
    user,
    password,
    engineName: textFrom(environment, 'TWS_ENGINE_NAME') ?? 'TWS',
    engineOwner: textFrom(environment, 'TWS_ENGINE_OWNER') ?? user,
  };
}

function languageModelFrom(environment: Environment): LanguageModelSettings | undefined {
  const url = urlFrom(environment, 'LLM_BASE_URL', ['http:', 'https:']);
  // What is wrong is told also where it would not count yet.
  const costPer1000Tokens = costFrom(environment, 'LLM_COST', 0.0006);
  const complexCost = costFrom(environment, 'LLM_COMPLEX_COST', costPer1000Tokens);
  if (url === undefined) return undefined;
  const simple = environment['LLM_MODEL'] ?? 'gpt-4o-mini';
  return {
    url: url.replace(/\/$/, ''),
    apiKey: environment['LLM_API_KEY'],
    simple: { name: simple, costPer1000Tokens },
    complex: {
      name: textFrom(environment, 'LLM_COMPLEX_MODEL') ?? simple,
      costPer1000Tokens: complexCost,
    },
  };
}
