import { randomUUID } from 'node:crypto';

/** An id that no other process has ever had. */
export const systemProcessId = (): string => randomUUID();
