/** Every way in which a request is refused, with the status that goes with it. */
const KINDS = {
  'admin-off': [503, 'The admin surface is off'],
  closing: [503, 'The service is closing'],
  'not-loopback': [403, 'Only this machine may ask'],
  'foreign-host': [403, 'The request is for another host'],
  'cross-site': [403, 'Another site may not ask'],
  unauthorized: [401, 'The token is missing or wrong'],
  'too-many-requests': [429, 'Too many requests'],
  'too-many-streams': [503, 'Too many streams of events'],
  'too-many-pending': [503, 'Too many requests are under way'],
  'bad-target': [400, 'The address is not one'],
  'not-found': [404, 'There is nothing here'],
  'method-not-allowed': [405, 'The method does not fit'],
  'not-json': [415, 'The body has to be JSON'],
  'body-too-large': [413, 'The body is too large'],
  'body-too-slow': [408, 'The body took too long'],
  'bad-body': [400, 'The body is not as expected'],
  'bad-query': [400, 'The query is not as expected'],
  'unknown-component': [404, 'There is no such component'],
  'not-offered': [501, 'The service does not offer this'],
  refused: [409, 'The rollout refuses it as it stands'],
  'store-unavailable': [503, 'The control store does not answer'],
  failed: [500, 'Something went wrong in the service'],
} as const satisfies Record<string, readonly [status: number, title: string]>;

/** What a refusal is called, in the `type` of its problem and in this package. */
export type RefusalCode = keyof typeof KINDS;

/** A request that is not answered with what it asks for. The message says what to do instead. */
export class Refusal extends Error {
  override readonly name = 'Refusal';
  readonly code: RefusalCode;
  readonly headers: Readonly<Record<string, string>>;

  constructor(code: RefusalCode, message: string, headers: Readonly<Record<string, string>> = {}) {
    super(message);
    this.code = code;
    this.headers = headers;
  }

  get status(): number {
    return KINDS[this.code][0];
  }

  /** As a problem of RFC 9457. */
  get response(): Response {
    const [status, title] = KINDS[this.code];
    const problem = { type: `urn:resync:admin:${this.code}`, title, status, detail: this.message };
    return new Response(`${JSON.stringify(problem)}\n`, {
      status,
      headers: {
        ...SAFE_HEADERS,
        'content-type': 'application/problem+json',
        ...this.headers,
      },
    });
  }
}

/** What stands on every answer: nobody keeps it, guesses its type, or shows it in a page of theirs. */
export const SAFE_HEADERS = {
  'cache-control': 'no-store',
  'x-content-type-options': 'nosniff',
  'cross-origin-resource-policy': 'same-origin',
  'referrer-policy': 'no-referrer',
} as const;
