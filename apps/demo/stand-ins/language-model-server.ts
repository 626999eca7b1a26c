import { createHash } from 'node:crypto';
import Fastify from 'fastify';
import { seededLatency, type LatencyProfile } from './seeded-latency.js';
import { listenOnLoopback, type StandIn } from './stand-in.js';

/** What the stand-in is started with. */
export interface LanguageModelServerOptions {
  readonly seed: number;
  /** Asked for as a bearer token. Default: anybody may ask. */
  readonly apiKey?: string;
  readonly latency?: Omit<LatencyProfile, 'seed'>;
}

/** The stand-in of a language model, and how to break it. */
export interface LanguageModelStandIn extends StandIn {
  /** Completions that were asked for since the start. */
  readonly completions: number;
  /** From now on it answers with this status; `undefined`: it works. */
  failWith(status: number | undefined): void;
}

interface CompletionRequest {
  readonly model: string;
  readonly messages: readonly { readonly role: string; readonly content: string }[];
}

const LATENCY = { medianMs: 250, sigma: 0.3 };
const MODELS = ['stand-in', 'stand-in-large'];
const COMPLETION_BODY = {
  type: 'object',
  required: ['model', 'messages'],
  properties: {
    model: { type: 'string', minLength: 1 },
    messages: {
      type: 'array',
      minItems: 1,
      items: {
        type: 'object',
        required: ['role', 'content'],
        properties: { role: { type: 'string' }, content: { type: 'string' } },
      },
    },
  },
};

/** A stand-in for a language model behind the OpenAI-compatible interface: the same answer to the same question. */
export async function startLanguageModelServer(
  options: LanguageModelServerOptions,
): Promise<LanguageModelStandIn> {
  const { seed, apiKey } = options;
  const latency = seededLatency({ seed, ...LATENCY, ...options.latency });
  const server = Fastify({ forceCloseConnections: true });
  let completions = 0;
  let failure: number | undefined;

  server.setErrorHandler(async (error: Error & { statusCode?: number }, _request, reply) =>
    reply.code(error.statusCode ?? 500).send(errorBody(error.message)),
  );
  server.addHook('onRequest', async (request, reply) => {
    if (failure !== undefined) return reply.code(failure).send(errorBody('out of order'));
    if (apiKey === undefined || request.headers.authorization === `Bearer ${apiKey}`)
      return undefined;
    return reply.code(401).send(errorBody('expected another API key'));
  });
  server.get('/v1/models', async () => ({
    object: 'list',
    data: MODELS.map((id) => ({ id, object: 'model', owned_by: 'resync' })),
  }));
  server.post<{ Body: CompletionRequest }>(
    '/v1/chat/completions',
    { schema: { body: COMPLETION_BODY } },
    async ({ body }) => {
      completions += 1;
      await latency();
      return completionOf(body);
    },
  );
  const standIn = await listenOnLoopback(server);
  return {
    ...standIn,
    get completions() {
      return completions;
    },
    failWith: (status) => {
      failure = status;
    },
  };
}

function completionOf({ model, messages }: CompletionRequest): unknown {
  const question = messages.at(-1)?.content ?? '';
  const answer = `As far as ${model} can tell: ${question.slice(0, 200)}`;
  const id = createHash('sha256').update(`${model}\n${question}`).digest('hex').slice(0, 24);
  const asked = messages.reduce((sum, { content }) => sum + content.length, 0);
  const [prompt_tokens, completion_tokens] = [asked, answer.length].map((characters) =>
    Math.ceil(characters / 4),
  ) as [number, number];
  return {
    id: `chatcmpl-${id}`,
    object: 'chat.completion',
    model,
    choices: [{ index: 0, message: { role: 'assistant', content: answer }, finish_reason: 'stop' }],
    usage: {
      prompt_tokens,
      completion_tokens,
      total_tokens: prompt_tokens + completion_tokens,
    },
  };
}

function errorBody(message: string): unknown {
  return { error: { message, type: 'invalid_request_error' } };
}
