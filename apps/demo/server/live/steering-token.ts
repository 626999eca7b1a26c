import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';

/** A token that nobody guesses. */
export function newToken(): string {
  return randomBytes(16).toString('hex');
}

/** Whether a header `Authorization` holds the token. How long that takes says nothing about it. */
export function isAuthorized(authorization: string | undefined, token: string): boolean {
  const [, given = ''] = /^Bearer (\S+)$/.exec(authorization ?? '') ?? [];
  return timingSafeEqual(digest(given), digest(token));
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
