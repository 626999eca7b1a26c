import type { Dice } from './hostile.js';

/** What a fuzzed server answered. */
export interface HttpFuzzing {
  readonly requests: number;
  /** Answers that say that something broke in the service, and no answers. */
  readonly broken: readonly string[];
}

const PATHS = [
  '/api/jobs/job-1',
  '/api/jobs/..%2f..%2fetc%2fpasswd',
  '/api/jobs/%00',
  '/api/jobs/%ff',
  `/api/jobs/${'j'.repeat(2000)}`,
  '/api/jobs/job-1/command',
  '/api/jobs/job-1/history',
  '/api/chat',
  '/api/cache/invalidate',
  '/api/events?hours=-1',
  '/api/events?hours=1e9',
  '/health/nothing',
  '/%',
] as const;

const BODIES = [
  '',
  '{',
  'null',
  '[]',
  '"text"',
  '{"command":"explode"}',
  '{"command":["rerun"]}',
  '{"__proto__":{"command":"rerun"}}',
  '{"query":""}',
  '{"query":"x","context":{"a":{}}}',
  '{"scope":"everything"}',
  `{"query":"${'x'.repeat(70_000)}"}`,
] as const;

/** Sends what nobody should; the service says no, and goes on. */
export async function fuzzHttp(
  url: string,
  { dice, requests }: { readonly dice: Dice; readonly requests: number },
): Promise<HttpFuzzing> {
  const broken: string[] = [];
  for (let sent = 0; sent < requests; sent += 1) {
    const path = dice.oneOf(PATHS);
    const method = dice.oneOf(['GET', 'POST', 'PUT', 'DELETE']);
    const body = dice.oneOf(BODIES);
    const what = `${method} ${path.slice(0, 40)} with ${body.slice(0, 20)}`;
    try {
      const response = await fetch(url + path, {
        method,
        headers: {
          authorization: `Bearer fuzz-${sent}`,
          'content-type': dice.oneOf(['application/json', 'text/plain', 'x']),
        },
        ...(method !== 'GET' && { body }),
      });
      await response.text();
      if (response.status >= 500) broken.push(`${what}: ${response.status}`);
    } catch (error) {
      broken.push(`${what}: ${String(error)}`);
    }
  }
  return { requests, broken };
}
