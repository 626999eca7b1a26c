import { createHash } from 'node:crypto';
import type { Clock } from '@resync/cache-contract';
import type { ConsumerCache } from '../consumer-cache.js';
import type { CircuitBreaker } from './circuit-breaker.js';
import type { LanguageModelClient } from './language-model-client.js';
import type { LlmMonitor } from './llm-monitor.js';
import { promptOf } from './prompt-templates.js';

/** A question with what is known beside it. */
export interface ChatQuestion {
  readonly query: string;
  readonly context: Readonly<Record<string, string>>;
}

/** An answer, and whether it was there: otherwise the language model was waited for. */
export interface ChatAnswer {
  readonly answer: string;
  readonly model: string;
  readonly isCached: boolean;
}

/** A model, and what it costs. */
export interface PricedModel {
  readonly name: string;
  /** Dollars for a thousand tokens, asked or answered. */
  readonly costPer1000Tokens: number;
}

/** What the optimizer works with. */
export interface LlmOptimizerParts {
  readonly cache: ConsumerCache<string>;
  readonly client: Pick<LanguageModelClient, 'complete'>;
  readonly models: { readonly simple: PricedModel; readonly complex: PricedModel };
  readonly breaker: CircuitBreaker;
  readonly monitor: LlmMonitor;
  readonly clock: Clock;
}

const PROMPT_TTL_MS = 3_600_000;
const RESPONSE_TTL_MS = 300_000;
const COMPLEX = /\b(why|how|explain|analyse|compare|cause)\b/i;

/**
 * Asks the language model as seldom as possible: prompts and answers are cached under a hash of the
 * question and its context, whatever order that comes in. The words of the question choose the model.
 */
export class LlmOptimizer {
  readonly #parts: LlmOptimizerParts;
  /** What the model is being asked for: whoever asks the same waits for it too. */
  readonly #underWay = new Set<string>();

  constructor(parts: LlmOptimizerParts) {
    this.#parts = parts;
  }

  /** @throws BreakerOpenError or UpstreamError where the model had to be asked */
  async ask(question: ChatQuestion): Promise<ChatAnswer> {
    const { cache, models } = this.#parts;
    const id = idOf(question);
    const model = COMPLEX.test(question.query) ? models.complex : models.simple;
    const prompt = await cache.getOrSet(
      `prompt:${id}`,
      async () => promptOf(question.query, sorted(question.context)),
      { ttl: PROMPT_TTL_MS },
    );
    const key = `response:${model.name}:${id}`;
    let isCached = !this.#underWay.has(key);
    const answer = await cache.getOrSet(
      key,
      async () => {
        isCached = false;
        this.#underWay.add(key);
        try {
          return await this.#complete(model, prompt);
        } finally {
          this.#underWay.delete(key);
        }
      },
      { ttl: RESPONSE_TTL_MS },
    );
    return { answer, model: model.name, isCached };
  }

  #complete(model: PricedModel, prompt: string): Promise<string> {
    const { breaker, client, clock, monitor } = this.#parts;
    return breaker.run(async () => {
      const begun = clock.monotonic();
      const call = { model: model.name, promptTokens: 0, completionTokens: 0, cost: 0 };
      try {
        const { content, ...tokens } = await client.complete(model.name, prompt);
        const used = tokens.promptTokens + tokens.completionTokens;
        const cost = (used / 1000) * model.costPer1000Tokens;
        const ms = clock.monotonic() - begun;
        monitor.record({ ...call, ...tokens, cost, ms, outcome: 'answered' });
        return content;
      } catch (error) {
        monitor.record({ ...call, ms: clock.monotonic() - begun, outcome: 'failed' });
        throw error;
      }
    });
  }
}

function sorted(context: ChatQuestion['context']): readonly (readonly [string, string])[] {
  return Object.entries(context).sort(([a], [b]) => (a < b ? -1 : 1));
}

function idOf({ query, context }: ChatQuestion): string {
  const text = JSON.stringify([query, sorted(context)]);
  return createHash('sha256').update(text).digest('hex');
}
