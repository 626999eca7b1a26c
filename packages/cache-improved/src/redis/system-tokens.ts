import { randomBytes } from 'node:crypto';

/** Length of a token. */
export const TOKEN_LENGTH = 22;

const COUNTER_LENGTH = 6;

/** Tokens of {@link TOKEN_LENGTH} characters that nobody else makes and that never come again. */
export function systemTokens(): () => string {
  let prefix = '';
  let counter = 36 ** COUNTER_LENGTH;
  return () => {
    if (counter >= 36 ** COUNTER_LENGTH) {
      // 96 bits
      prefix = randomBytes(12).toString('base64url');
      counter = 0;
    }
    const suffix = counter.toString(36).padStart(COUNTER_LENGTH, '0');
    counter += 1;
    return prefix + suffix;
  };
}

/** Random bytes that nobody can guess. */
export const systemRandomBytes = (count: number): Buffer => randomBytes(count);
