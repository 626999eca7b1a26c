import { z } from 'zod';

const UNITS = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const;

const PATTERN = /^(\d+(?:\.\d+)?)\s*(ms|s|m|h|d)$/;

/** A time as people write it, `15m` or `4h`, as milliseconds. */
export const duration = z
  .string()
  .regex(PATTERN, 'expected a time such as 500ms, 30s, 15m, 4h or 7d')
  .transform((text) => {
    const [, amount, unit] = PATTERN.exec(text) ?? [];
    return Number(amount) * UNITS[unit as keyof typeof UNITS];
  });
