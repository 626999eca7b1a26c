import { randomUUID } from 'node:crypto';

/** A name that nothing had before. */
export function systemUniqueName(): string {
  return randomUUID();
}
