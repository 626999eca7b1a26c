import { expect, it } from 'vitest';
import { settingsFrom } from '../settings.js';

const REDIS_URL = 'redis://127.0.0.1:1';
const CACHE_ENCRYPTION_KEY = Buffer.alloc(32, 1).toString('base64');

it('has an answer to everything that is not set', () => {
  expect(settingsFrom({ TWS_BASE_URL: '', LLM_BUDGET: '' })).toMatchObject({
    host: '127.0.0.1',
    port: 3000,
    redisUrl: undefined,
    encryptionKey: undefined,
    snapshotFile: undefined,
    tws: undefined,
    languageModel: undefined,
    llmBudget: 10,
  });
});

it('takes a scheduler and a language model in place of the stand-ins', () => {
  const settings = settingsFrom({
    TWS_BASE_URL: 'https://tws:31116/',
    TWS_USER: 'ann',
    TWS_PASSWORD: 'secret',
    LLM_BASE_URL: 'http://model/v1/',
    LLM_MODEL: 'small',
    LLM_COMPLEX_MODEL: 'large',
    LLM_COMPLEX_COST: '0.5',
  });
  expect(settings.tws).toEqual({
    url: 'https://tws:31116',
    user: 'ann',
    password: 'secret',
    engineName: 'TWS',
    engineOwner: 'ann',
  });
  expect(settings.languageModel).toMatchObject({
    url: 'http://model/v1',
    simple: { name: 'small', costPer1000Tokens: 0.0006 },
    complex: { name: 'large', costPer1000Tokens: 0.5 },
  });
});

it('takes a language model that costs nothing', () => {
  const { languageModel } = settingsFrom({ LLM_BASE_URL: 'http://model', LLM_COST: '0' });
  expect(languageModel?.complex.costPer1000Tokens).toBe(0);
});

it('takes a key of 32 bytes', () => {
  expect(settingsFrom({ REDIS_URL, CACHE_ENCRYPTION_KEY }).encryptionKey).toHaveLength(32);
});

it.each([
  [{ TWS_BASE_URL: 'http://tws', TWS_USER: 'ann' }, 'expected TWS_PASSWORD beside TWS_BASE_URL'],
  [{ CACHE_ENCRYPTION_KEY }, 'expected REDIS_URL beside CACHE_ENCRYPTION_KEY'],
  [
    { REDIS_URL, CACHE_ENCRYPTION_KEY: 'c2hvcnQ=' },
    'to be 32 bytes in base64, as from `openssl rand -base64 32`; got 8 characters',
  ],
  [{ LLM_BUDGET: '0' }, 'expected LLM_BUDGET to be a number over 0; got "0"'],
  [{ LLM_BASE_URL: 'http://model', LLM_COST: 'x' }, 'expected LLM_COST to be a number from 0 on'],
  [{ LLM_COST: 'abc' }, 'expected LLM_COST to be a number from 0 on; got "abc"'],
  [{ LLM_COMPLEX_COST: '-1' }, 'expected LLM_COMPLEX_COST to be a number from 0 on; got "-1"'],
])('refuses %j', (environment, message) => {
  expect(() => settingsFrom(environment)).toThrow(message);
});
