import type { Clock } from '@resync/cache-contract';
import { RateLimit, type Rate } from './rate-limit.js';
import { Refusal } from './refusal.js';
import { isLoopback, isLoopbackHost, rateKeyOf } from './remote-address.js';
import { tokenCheck, type TokenCheck } from './token-check.js';

/** What is known of a request beside what it says. */
export interface RequestContext {
  /** The other end of the connection, as the socket tells it; never what a header says. */
  readonly remoteAddress?: string | undefined;
}

/** Who is let in. */
export interface AdmissionOptions {
  /** Undefined or empty: nobody is. */
  readonly token: string | undefined;
  /** `loopback`: requests from this machine. `anywhere`: from all, which needs TLS in front of it. */
  readonly reach: 'loopback' | 'anywhere';
  /** Host names by which it may be asked, beside those of the loopback; with `anywhere`, all by default. */
  readonly hosts: readonly string[] | undefined;
  readonly rate: Rate;
  readonly clock: Clock;
}

/** Of requests with a wrong token fewer are answered, and they take nothing from those with the right one. */
const STRANGERS: Rate = { perSecond: 5, burst: 20 };
const PROXY_HEADERS = ['forwarded', 'x-forwarded-for', 'x-real-ip'] as const;

/** Decides who may ask at all, before anything of the request is read. */
export class Admission {
  readonly #options: AdmissionOptions;
  readonly #isToken: TokenCheck | undefined;
  readonly #known: RateLimit;
  readonly #strangers: RateLimit;

  /** @throws ControlError `INVALID_OPTION` */
  constructor(options: AdmissionOptions) {
    const { token = '', rate, clock } = options;
    this.#options = options;
    this.#isToken = token === '' ? undefined : tokenCheck(token);
    this.#known = new RateLimit(rate, clock);
    this.#strangers = new RateLimit(STRANGERS, clock);
  }

  /** @throws Refusal */
  admit({ headers, url }: Request, { remoteAddress }: RequestContext): void {
    if (this.#isToken === undefined) {
      throw new Refusal(
        'admin-off',
        'No token is set, so nothing is answered here. Start the service with an admin token of at least 16 characters.',
      );
    }
    this.#checkReach(headers, remoteAddress);
    const isKnown = this.#isToken(headers.get('authorization'));
    const limit = isKnown ? this.#known : this.#strangers;
    const wait = limit.take(rateKeyOf(remoteAddress ?? ''));
    if (wait > 0) throw tooMany(wait);
    this.#checkHost(new URL(url).hostname);
    checkSite(headers, new URL(url).host);
    if (!isKnown) {
      throw new Refusal(
        'unauthorized',
        'Send the admin token in the header "Authorization: Bearer <token>", and nowhere else.',
        { 'www-authenticate': 'Bearer realm="resync admin"' },
      );
    }
  }

  #checkReach(headers: Headers, remoteAddress: string | undefined): void {
    if (this.#options.reach === 'anywhere') return;
    if (remoteAddress === undefined || !isLoopback(remoteAddress)) {
      throw new Refusal(
        'not-loopback',
        "Ask from the machine of the service (a tunnel such as ssh -L does), or set the handler's option reach to anywhere, behind TLS.",
      );
    }
    const proxy = PROXY_HEADERS.find((name) => headers.has(name));
    if (proxy === undefined) return;
    throw new Refusal(
      'not-loopback',
      `The request came through a proxy (it has the header ${proxy}), so that it may be from anywhere. Ask the service itself, or set the handler's option reach to anywhere.`,
    );
  }

  /** A name that somebody else has made to point here is how a page of theirs would get in. */
  #checkHost(host: string): void {
    const { hosts, reach } = this.#options;
    if (isLoopbackHost(host)) return;
    if (hosts === undefined ? reach === 'anywhere' : hosts.includes(host)) return;
    throw new Refusal(
      'foreign-host',
      `Ask for localhost or 127.0.0.1, or name ${host} in the handler's option hosts.`,
    );
  }
}

/** Browsers say from where a page asks; a page of another site is refused, whatever it sends. */
function checkSite(headers: Headers, host: string): void {
  const site = headers.get('sec-fetch-site') ?? 'none';
  const origin = headers.get('origin');
  const isOwnOrigin = origin === null || (URL.canParse(origin) && new URL(origin).host === host);
  if (isOwnOrigin && (site === 'none' || site === 'same-origin')) return;
  throw new Refusal(
    'cross-site',
    'A browser sent this for a page of another site. Use a page of this service, or the command resync-migrate.',
  );
}

function tooMany(waitMs: number): Refusal {
  const seconds = Math.max(1, Math.ceil(waitMs / 1000));
  return new Refusal('too-many-requests', `Ask again in ${seconds} s.`, {
    'retry-after': `${seconds}`,
  });
}
