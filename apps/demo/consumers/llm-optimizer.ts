import { createHash } from 'node:crypto';
import type { ConsumerCache } from './consumer-cache.js';
import type { LanguageModelClient } from './language-model-client.js';

/** A question with what is known beside it. */
export interface ChatQuestion {
  readonly query: string;
  readonly context: Readonly<Record<string, string>>;
}

/** An answer, and whether the language model was asked for it. */
export interface ChatAnswer {
  readonly answer: string;
  readonly model: string;
  readonly isCached: boolean;
}

const PROMPT_TTL_MS = 3_600_000;
const RESPONSE_TTL_MS = 300_000;

const TEMPLATES: readonly (readonly [RegExp, string])[] = [
  [/\b(fail|abend|error)/i, 'Explain why this job failed, and what to do: '],
  [/\b(health|alive|up)\b/i, 'Summarise the health of the system: '],
  [/\b(depend|after|before)/i, 'List what this job depends on: '],
  [/\b(why|how|troubleshoot)/i, 'Find the cause, step by step: '],
  [/\b(status|state|running)/i, 'State the status of this job: '],
];
const CUSTOM = 'Answer briefly: ';
const COMPLEX = /\b(why|how|explain|analyse|compare|cause)\b/i;

/**
 * Asks the language model as seldom as possible: prompts and answers are cached under a hash of the
 * question and its context, whatever order that comes in.
 */
export class LlmOptimizer {
  readonly #cache: ConsumerCache<string>;
  readonly #client: LanguageModelClient;
  readonly #models: { readonly simple: string; readonly complex: string };

  constructor(
    cache: ConsumerCache<string>,
    client: LanguageModelClient,
    models: { readonly simple: string; readonly complex: string },
  ) {
    this.#cache = cache;
    this.#client = client;
    this.#models = models;
  }

  async ask(question: ChatQuestion): Promise<ChatAnswer> {
    const id = idOf(question);
    const model = COMPLEX.test(question.query) ? this.#models.complex : this.#models.simple;
    const prompt = await this.#cache.getOrSet(`prompt:${id}`, async () => promptFor(question), {
      ttl: PROMPT_TTL_MS,
    });
    let isCached = true;
    const answer = await this.#cache.getOrSet(
      `response:${model}:${id}`,
      async () => {
        isCached = false;
        return this.#client.complete(model, prompt);
      },
      { ttl: RESPONSE_TTL_MS },
    );
    return { answer, model, isCached };
  }
}

function sorted(context: ChatQuestion['context']): readonly (readonly [string, string])[] {
  return Object.entries(context).sort(([a], [b]) => (a < b ? -1 : 1));
}

function idOf({ query, context }: ChatQuestion): string {
  const text = JSON.stringify([query, sorted(context)]);
  return createHash('sha256').update(text).digest('hex');
}

function promptFor({ query, context }: ChatQuestion): string {
  const [, template] = TEMPLATES.find(([words]) => words.test(query)) ?? [undefined, CUSTOM];
  const lines = sorted(context).map(([name, value]) => `${name}: ${value}`);
  return [template + query, ...lines].join('\n');
}
