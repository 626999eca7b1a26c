import { randomUUID } from 'node:crypto';

/** A name that no lease had before. */
export function systemLeaseName(): string {
  return randomUUID();
}
