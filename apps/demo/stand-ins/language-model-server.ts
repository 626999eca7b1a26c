import Fastify from 'fastify';
import { seededLatency } from './seeded-latency.js';
import { listenOnLoopback, type StandIn } from './stand-in.js';

interface CompletionRequest {
  readonly model: string;
  readonly messages: readonly { readonly role: string; readonly content: string }[];
}

/** A small stand-in for a language model behind the OpenAI-compatible chat interface. */
export function startLanguageModelServer({ seed }: { readonly seed: number }): Promise<StandIn> {
  const latency = seededLatency({ seed, medianMs: 250, sigma: 0.3 });
  const server = Fastify({ forceCloseConnections: true });
  server.post<{ Body: CompletionRequest }>('/v1/chat/completions', async (request) => {
    await latency();
    const { model, messages } = request.body;
    const question = messages.at(-1)?.content ?? '';
    const answer = `As far as ${model} can tell: ${question.slice(0, 200)}`;
    return {
      model,
      choices: [{ index: 0, message: { role: 'assistant', content: answer } }],
      usage: { prompt_tokens: Math.ceil(question.length / 4), completion_tokens: 40 },
    };
  });
  return listenOnLoopback(server);
}
