import { flagsFromEnvironment, type MigrationFlags } from '@resync/migration-control';
import { DemoError } from './demo-error.js';

/** What the environment can change. */
export interface Settings {
  readonly host: string;
  readonly port: number;
  readonly flags: MigrationFlags;
  /** Level two of the hierarchy is there, once migrated; `undefined`: in memory. */
  readonly redisUrl: string | undefined;
  /** An OpenAI-compatible endpoint in place of the stand-in. */
  readonly languageModel: LanguageModelSettings | undefined;
}

interface LanguageModelSettings {
  readonly url: string;
  readonly apiKey: string | undefined;
  readonly model: string;
}

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Reads the settings.
 *
 * @throws DemoError or ControlError, before anything is started
 */
export function settingsFrom(environment: Environment): Settings {
  return {
    host: environment['HOST'] ?? '127.0.0.1',
    port: portFrom(environment['PORT']),
    flags: flagsFromEnvironment(environment),
    redisUrl: urlFrom(environment, 'REDIS_URL', ['redis:', 'rediss:']),
    languageModel: languageModelFrom(environment),
  };
}

function portFrom(text: string | undefined): number {
  if (text === undefined || text === '') return 3000;
  const port = Number(text);
  if (/^\d+$/.test(text) && port <= 65_535) return port;
  throw new DemoError(`expected PORT to be a number from 0 to 65535; got ${JSON.stringify(text)}`);
}

function urlFrom(
  environment: Environment,
  name: string,
  protocols: readonly string[],
): string | undefined {
  const text = environment[name];
  if (text === undefined || text === '') return undefined;
  if (URL.canParse(text) && protocols.includes(new URL(text).protocol)) return text;
  // The text may hold a password.
  throw new DemoError(`expected ${name} to be a URL with ${protocols.join(' or ')}`);
}

function languageModelFrom(environment: Environment): LanguageModelSettings | undefined {
  const url = urlFrom(environment, 'LLM_BASE_URL', ['http:', 'https:']);
  if (url === undefined) return undefined;
  return {
    url: url.replace(/\/$/, ''),
    apiKey: environment['LLM_API_KEY'],
    model: environment['LLM_MODEL'] ?? 'gpt-4o-mini',
  };
}
