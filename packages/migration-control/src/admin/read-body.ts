import type { Clock, Timer } from '@resync/cache-contract';
import { Refusal } from './refusal.js';

/** How much of a body is read, and for how long. */
export interface BodyLimits {
  readonly maxBytes: number;
  /** Milliseconds from the first look until its end. */
  readonly withinMs: number;
  readonly clock: Clock;
}

/**
 * The body of a request as JSON; what is beyond the limits is not read.
 *
 * @throws Refusal
 */
export async function readJson(request: Request, limits: BodyLimits): Promise<unknown> {
  const type = request.headers.get('content-type') ?? '';
  if (!/^application\/json *(;|$)/i.test(type)) {
    throw new Refusal(
      'not-json',
      'Send JSON with the header "Content-Type: application/json"; a body without anything in it is {}.',
    );
  }
  if (Number(request.headers.get('content-length') ?? 0) > limits.maxBytes) throw tooLarge(limits);
  const text = await readText(request, limits);
  try {
    return JSON.parse(text) as unknown;
  } catch {
    throw new Refusal('bad-body', 'Send JSON such as {"component":"core","why":"planned"}.');
  }
}

async function readText({ body }: Request, limits: BodyLimits): Promise<string> {
  const reader = (body as ReadableStream<Uint8Array> | null)?.getReader();
  let timer: Timer | undefined;
  const late = new Promise<never>((_, reject) => {
    const seconds = limits.withinMs / 1000;
    const refusal = new Refusal(
      'body-too-slow',
      `Send all of the body within ${seconds} s.`,
      CLOSE,
    );
    timer = limits.clock.schedule(() => reject(refusal), limits.withinMs);
  });
  try {
    const chunks: Uint8Array[] = [];
    for (let bytes = 0; reader !== undefined;) {
      const { done, value } = await Promise.race([reader.read(), late]);
      if (done) break;
      bytes += value.byteLength;
      if (bytes > limits.maxBytes) throw tooLarge(limits);
      chunks.push(value);
    }
    return decoded(Buffer.concat(chunks));
  } catch (error) {
    // Whatever is still to come is for nobody; how its end goes is not waited for.
    reader?.cancel().catch(() => undefined);
    throw error instanceof Refusal ? error : cutOff();
  } finally {
    timer?.cancel();
  }
}

function decoded(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw new Refusal('bad-body', 'Send the JSON in UTF-8.');
  }
}

function tooLarge({ maxBytes }: BodyLimits): Refusal {
  return new Refusal('body-too-large', `Send at most ${maxBytes} bytes.`, CLOSE);
}

function cutOff(): Refusal {
  return new Refusal('bad-body', 'The body was cut off. Send it again.', CLOSE);
}

/** The rest of the body would be read as the next request. */
const CLOSE = { connection: 'close' } as const;
