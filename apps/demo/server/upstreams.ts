import type { TwsEndpoint } from '../consumers/tws/tws-transport.js';
import type { LanguageModelSettings, Settings } from '../settings.js';
import { startLanguageModelServer } from '../stand-ins/language-model-server.js';
import { startTwsServer } from '../stand-ins/tws-server.js';
import type { Closer } from './closers.js';

/** Whom the service depends on. */
export interface Upstreams {
  readonly tws: TwsEndpoint;
  readonly languageModel: LanguageModelSettings;
}

/** As many jobs as the stand-in of the scheduler has. */
export const JOBS = 500;

const SEED = 20_261_122;
const CREDENTIALS = {
  user: 'resync',
  password: 'stand-in',
  engineName: 'TWS',
  engineOwner: 'resync',
};

/** What the settings name, and a stand-in for what they do not. */
export async function startUpstreams(settings: Settings, closers: Closer[]): Promise<Upstreams> {
  return {
    tws: settings.tws ?? (await startStandInScheduler(closers)),
    languageModel: settings.languageModel ?? (await startStandInModel(closers)),
  };
}

async function startStandInScheduler(closers: Closer[]): Promise<TwsEndpoint> {
  const standIn = await startTwsServer({ seed: SEED, jobs: JOBS, ...CREDENTIALS });
  closers.push(() => standIn.close());
  return { url: standIn.url, ...CREDENTIALS };
}

async function startStandInModel(closers: Closer[]): Promise<LanguageModelSettings> {
  const standIn = await startLanguageModelServer({ seed: SEED });
  closers.push(() => standIn.close());
  return {
    url: `${standIn.url}/v1`,
    apiKey: undefined,
    simple: { name: 'stand-in', costPer1000Tokens: 0.0006 },
    complex: { name: 'stand-in-large', costPer1000Tokens: 0.01 },
  };
}
