import { z } from 'zod';
import type { OperatorEvent } from '../operator/rollout-operator.js';
import { Refusal } from './refusal.js';

/** Control characters, and those that are not seen: a record is one line that says what it says. */
const UNSEEN = /[\p{C}\p{Zl}\p{Zp}]+/gu;

const why = z
  .string()
  .max(500)
  .transform((text) => text.replace(UNSEEN, ' ').trim())
  .default('')
  .transform((text) => (text === '' ? 'no reason given' : text));
const component = z.string().min(1).max(100);
const named = z.strictObject({ component, why });

/** What may be asked for that changes something; the last part of its path. */
export type OperatorRequest =
  'pause' | 'resume' | 'promote' | 'approve' | 'rollback' | 'percentage';

/** The requests that change something, by their path; each makes an event of its body. */
export const OPERATOR_REQUESTS: Readonly<Record<OperatorRequest, z.ZodType<OperatorEvent>>> = {
  pause: z.strictObject({ why }).transform((body) => ({ kind: 'pause' as const, ...body })),
  resume: z
    .strictObject({ component: component.optional(), why })
    .transform(({ component: name, ...body }) => ({
      kind: 'resume' as const,
      ...body,
      ...(name !== undefined && { component: name }),
    })),
  promote: named.transform((body) => ({ kind: 'promote' as const, ...body })),
  approve: named.transform((body) => ({ kind: 'approve' as const, ...body })),
  rollback: z
    .strictObject({ component, why, cold: z.boolean().default(false) })
    .transform(({ cold, ...body }) => ({
      kind: 'roll back' as const,
      ...body,
      ...(cold && { cold: true as const }),
    })),
  percentage: z
    .strictObject({ component, why, percentage: z.number().min(0).max(100) })
    .transform((body) => ({ kind: 'set percentage' as const, ...body })),
};

/** Names one component. */
export const componentRequest = z.strictObject({ component });

/** @throws Refusal that names every fault with its place */
export function checkBody<T>(schema: z.ZodType<T>, body: unknown): T {
  const checked = schema.safeParse(body);
  if (checked.success) return checked.data;
  const faults = checked.error.issues.map(
    ({ path, message }) => `${path.map(String).join('.') || 'the body'}: ${message}`,
  );
  throw new Refusal('bad-body', faults.join('; ').slice(0, 500));
}
