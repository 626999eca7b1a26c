import { fetchJson, UpstreamError } from './upstream-error.js';

/** An OpenAI-compatible endpoint. */
export interface LanguageModelOptions {
  /** Up to and with the version: `http://host/v1`. */
  readonly url: string;
  readonly apiKey: string | undefined;
}

interface Completion {
  readonly choices?: readonly { readonly message?: { readonly content?: unknown } }[];
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

  async complete(model: string, prompt: string): Promise<string> {
    const answer = (await fetchJson('the language model', this.#url, {
      method: 'POST',
      headers: this.#headers,
      body: JSON.stringify({ model, messages: [{ role: 'user', content: prompt }] }),
      timeoutMs: TIMEOUT_MS,
    })) as Completion;
    const content = answer.choices?.[0]?.message?.content;
    if (typeof content === 'string') return content;
    throw new UpstreamError('the language model answered without a message');
  }
}
