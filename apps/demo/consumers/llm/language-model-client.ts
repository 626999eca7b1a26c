import { fetchJson, UpstreamError } from '../upstream-error.js';

/** An OpenAI-compatible endpoint. */
export interface LanguageModelOptions {
  /** Up to and with the version: `http://host/v1`. */
  readonly url: string;
  readonly apiKey: string | undefined;
}

/** What a model said, and what it took. */
export interface Completion {
  readonly content: string;
  readonly promptTokens: number;
  readonly completionTokens: number;
}

interface CompletionBody {
  readonly choices?: readonly { readonly message?: { readonly content?: unknown } }[];
  readonly usage?: { readonly prompt_tokens?: number; readonly completion_tokens?: number };
}

const TIMEOUT_MS = 30_000;

/** The client of a language model behind the OpenAI-compatible chat interface. */
export class LanguageModelClient {
  readonly #url: string;
  readonly #headers: Readonly<Record<string, string>>;

  constructor({ url, apiKey }: LanguageModelOptions) {
    this.#url = `${url}/chat/completions`;
    this.#headers = {
      'content-type': 'application/json',
      ...(apiKey !== undefined && { authorization: `Bearer ${apiKey}` }),
    };
  }

  async complete(model: string, prompt: string): Promise<Completion> {
    const answer = (await fetchJson('the language model', this.#url, {
      method: 'POST',
      headers: this.#headers,
      body: JSON.stringify({ model, messages: [{ role: 'user', content: prompt }] }),
      timeoutMs: TIMEOUT_MS,
    })) as CompletionBody;
    const content = answer.choices?.[0]?.message?.content;
    if (typeof content !== 'string') {
      throw new UpstreamError('the language model answered without a message');
    }
    const { prompt_tokens: promptTokens = 0, completion_tokens: completionTokens = 0 } =
      answer.usage ?? {};
    return { content, promptTokens, completionTokens };
  }
}
