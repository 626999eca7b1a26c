import { EventEmitter, once } from 'node:events';
import { ManualClock } from '@resync/cache-contract/testing';
import { ImprovedAsyncCache } from '@resync/cache-improved';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { BreakerOpenError, CircuitBreaker } from '../../consumers/llm/circuit-breaker.js';
import { LanguageModelClient } from '../../consumers/llm/language-model-client.js';
import { LlmMonitor } from '../../consumers/llm/llm-monitor.js';
import { LlmOptimizer } from '../../consumers/llm/llm-optimizer.js';
import { templateFor } from '../../consumers/llm/prompt-templates.js';
import {
  startLanguageModelServer,
  type LanguageModelStandIn,
} from '../../stand-ins/language-model-server.js';

let standIn: LanguageModelStandIn;

beforeAll(async () => {
  const latency = { medianMs: 0.01, sigma: 0.1 };
  standIn = await startLanguageModelServer({ seed: 1, apiKey: 'secret', latency });
});
beforeEach(() => standIn.failWith(undefined));
afterAll(() => standIn.close());

function setUp({
  apiKey = 'secret',
  budget = 1,
  client = new LanguageModelClient({ url: `${standIn.url}/v1`, apiKey }),
}: {
  readonly apiKey?: string;
  readonly budget?: number;
  readonly client?: Pick<LanguageModelClient, 'complete'>;
} = {}) {
  const clock = new ManualClock(1_000_000);
  const monitor = new LlmMonitor({ budget });
  const optimizer = new LlmOptimizer({
    cache: new ImprovedAsyncCache<string>({ clock }),
    client,
    models: {
      simple: { name: 'small', costPer1000Tokens: 1 },
      complex: { name: 'large', costPer1000Tokens: 10 },
    },
    breaker: new CircuitBreaker({ clock }),
    monitor,
    clock,
  });
  const ask = (query: string) => optimizer.ask({ query, context: {} });
  return { clock, monitor, ask };
}

it.each([
  ['Why did it fail?', 'job_failure'],
  ['Is it up?', 'system_health'],
  ['What runs before it?', 'job_dependencies'],
  ['How do I start?', 'troubleshooting'],
  ['Which state is it in?', 'job_status'],
  ['Hello', 'custom'],
])('%s is a question of %s', (query, template) => {
  expect(templateFor(query)).toBe(template);
});

it('asks the larger model what is complex, and each question once in five minutes', async () => {
  const { ask, clock } = setUp();
  expect(await ask('Which state?')).toMatchObject({ model: 'small', isCached: false });
  expect(await ask('Explain the state')).toMatchObject({ model: 'large', isCached: false });
  clock.advance(299_999);
  expect(await ask('Which state?')).toMatchObject({ isCached: true });
  clock.advance(1);
  expect(await ask('Which state?')).toMatchObject({ isCached: false });
});

it('tells that the model was waited for to everybody who waited, though it is asked once', async () => {
  const events = new EventEmitter();
  let times = 0;
  const complete = async () => {
    times += 1;
    const answer = once(events, 'answer');
    events.emit('asked');
    await answer;
    return { content: 'so', promptTokens: 1, completionTokens: 1 };
  };
  const { ask } = setUp({ client: { complete } });
  const asked = once(events, 'asked');
  const first = ask('Which state?');
  await asked;
  const second = ask('Which state?');
  events.emit('answer');
  expect(await Promise.all([first, second])).toMatchObject([
    { isCached: false },
    { isCached: false },
  ]);
  expect(await ask('Which state?')).toMatchObject({ isCached: true });
  expect(times).toBe(1);
});

describe('the monitor', () => {
  it('reports requests, tokens and cost by model', async () => {
    const { ask, monitor } = setUp();
    await ask('Which state?');
    await ask('Explain the state');
    await ask('Which state?');
    const report = monitor.usageReport();
    expect(report).toMatchObject({ requests: 2, failures: 0, errorRate: 0 });
    const { small, large } = report.models;
    const tokensOf = (used: typeof small): number =>
      (used?.promptTokens ?? 0) + (used?.completionTokens ?? 0);
    expect(tokensOf(small)).toBeGreaterThan(10);
    expect(small?.cost).toBeCloseTo(tokensOf(small) / 1000);
    expect(large?.cost).toBeCloseTo(tokensOf(large) / 100);
    expect(report.cost).toBeCloseTo((small?.cost ?? 0) + (large?.cost ?? 0));
  });

  it.each([
    [0.79, 'within'],
    [0.8, 'warning'],
    [0.99, 'warning'],
    [1, 'error'],
  ])('at %d of the budget is %s', (share, state) => {
    const monitor = new LlmMonitor({ budget: 10 });
    const tokens = { promptTokens: 1, completionTokens: 1 };
    monitor.record({ model: 'm', ...tokens, cost: 10 * share, ms: 40, outcome: 'answered' });
    monitor.record({ model: 'm', ...tokens, cost: 0, ms: 999, outcome: 'failed' });
    expect(monitor.usageReport()).toMatchObject({
      budget: { state, spentShare: share },
      errorRate: 0.5,
      meanResponseMs: 40,
    });
  });

  it('has nothing to report of nothing', () => {
    expect(new LlmMonitor({ budget: 1 }).usageReport()).toMatchObject({
      requests: 0,
      errorRate: 0,
      meanResponseMs: 0,
      models: {},
    });
  });
});

describe('the breaker', () => {
  it('leaves a model alone for a minute that failed five times', async () => {
    const { ask, clock, monitor } = setUp();
    standIn.failWith(500);
    for (let time = 0; time < 5; time += 1) await expect(ask(`q${time}`)).rejects.toThrow('500');
    standIn.failWith(undefined);
    clock.advance(59_999);
    await expect(ask('q')).rejects.toThrow(BreakerOpenError);
    expect(monitor.usageReport()).toMatchObject({ requests: 5, failures: 5 });
    clock.advance(1);
    expect(await ask('another')).toMatchObject({ isCached: false });
  });

  it('lets one call try, and opens again where that fails', async () => {
    const clock = new ManualClock(0);
    const breaker = new CircuitBreaker({ clock, failures: 1, pauseMs: 100 });
    const failing = () => breaker.run(() => Promise.reject(new Error('down')));
    await expect(failing()).rejects.toThrow('down');
    clock.advance(100);
    expect(breaker.state).toBe('half-open');
    const [trial, other] = await Promise.allSettled([failing(), failing()]);
    expect(trial).toMatchObject({ reason: { message: 'down' } });
    expect(other).toMatchObject({ reason: { code: 'BREAKER_OPEN' } });
    expect(breaker.state).toBe('open');
  });
});

it('is refused by the stand-in without its key', async () => {
  const { ask } = setUp({ apiKey: 'wrong' });
  await expect(ask('Which state?')).rejects.toMatchObject({ status: 401 });
});
