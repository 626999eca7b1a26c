import { createHash, timingSafeEqual } from 'node:crypto';
import { ControlError } from '../control-error.js';

const SHORTEST = 16;
/** What a header can carry. */
const PRINTABLE = /^[\x21-\x7e]+$/;

/** Whether somebody knows the token. How long the answer takes says nothing about the token. */
export type TokenCheck = (authorization: string | null) => boolean;

/** @throws ControlError `INVALID_OPTION` for a token that is short or cannot be sent */
export function tokenCheck(token: string): TokenCheck {
  if (token.length < SHORTEST || !PRINTABLE.test(token)) {
    // The token itself is told to nobody.
    throw new ControlError(
      'INVALID_OPTION',
      `expected an admin token of at least ${SHORTEST} printable characters without spaces; got one of ${token.length}. Make one with: openssl rand -hex 32`,
    );
  }
  const expected = digest(token);
  return (authorization) => {
    const [, given = ''] = /^Bearer +(\S+)$/i.exec(authorization ?? '') ?? [];
    // Digests have one length, whatever was sent.
    return timingSafeEqual(digest(given), expected);
  };
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
