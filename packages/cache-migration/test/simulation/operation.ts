import type { ManualClock } from '@resync/cache-contract/testing';
import type { Calls } from './calls.js';
import type { History, Question, WriteRecord } from './history.js';
import type { Router } from './router.js';

/** What a client does. Every operation has a value of its own. */
export type Operation =
  | (Keyed & { readonly kind: 'get' | 'lookup' | 'has' })
  | { readonly kind: 'size' | 'getKeys' }
  | Write
  | Load;

type Write =
  | (Valued & { readonly kind: 'set' })
  | (Keyed & { readonly kind: 'delete' })
  | { readonly kind: 'clear' };

/** `load` is `getOrSet`; `fill` takes a lease with `lookupOrLease`, loads, and fills. */
type Load = Valued & { readonly kind: 'load' | 'fill' };

interface Keyed {
  readonly key: string;
}

interface Valued extends Keyed {
  readonly value: string;
  /** Milliseconds. */
  readonly ttl: number;
}

/** Where an operation takes place. */
export interface OperationContext {
  readonly router: Router;
  readonly history: History;
  readonly calls: Calls;
  readonly clock: ManualClock;
  /** What moment it is now. */
  readonly moment: number;
}

/** Carries the operation out and checks what it gives. Rejects as the router does. */
export async function carryOut(operation: Operation, context: OperationContext): Promise<void> {
  const { router, history, clock } = context;
  const asked = { begun: context.moment, clock: clock.now() };
  const about = (key: string): Question => ({ ...asked, key, ended: context.moment });

  switch (operation.kind) {
    case 'get': {
      const value = await router.get(operation.key);
      if (value !== undefined) history.checkValue(about(operation.key), value);
      return;
    }
    case 'lookup': {
      const found = await router.lookup?.(operation.key);
      if (found?.kind !== 'hit') return;
      history.checkValue(about(operation.key), found.value, found.expiresAt);
      return;
    }
    case 'has':
      if (await router.has?.(operation.key)) history.checkPresence(about(operation.key), 'has');
      return;
    case 'size':
      history.checkCount((await router.size?.()) ?? 0, { ...asked, ended: context.moment });
      return;
    case 'getKeys':
      for (const key of (await router.getKeys?.()) ?? []) {
        history.checkPresence(about(key), 'getKeys');
      }
      return;
    case 'set':
    case 'delete':
    case 'clear':
      await write(operation, context);
      return;
    case 'load': {
      const { key, ttl } = operation;
      const load = (): Promise<string> => loaded(operation, context).then(() => operation.value);
      const value = await router.getOrSet?.(key, load, { ttl });
      if (value !== undefined) history.checkValue(about(key), value);
      return;
    }
    case 'fill': {
      const found = await router.lookupOrLease?.(operation.key);
      if (found?.kind === 'hit') history.checkValue(about(operation.key), found.value);
      if (found?.kind !== 'miss' || found.lease === undefined) return;
      const { lease } = found;
      const record = await loaded(operation, context);
      const options = { lease, expiresAt: record.deadline };
      const isStored = await router.fill?.(operation.key, operation.value, options);
      history.end(record, isStored === true ? 'acknowledged' : 'dropped', context.moment);
      return;
    }
  }
}

async function write(operation: Write, context: OperationContext): Promise<void> {
  const { router, history, clock } = context;
  const asked = { begun: context.moment, clock: clock.now() };
  const isSet = operation.kind === 'set';
  const record = history.begin({
    key: operation.kind === 'clear' ? undefined : operation.key,
    value: isSet ? operation.value : undefined,
    begun: asked.begun,
    deadline: isSet ? asked.clock + operation.ttl : Infinity,
  });
  try {
    if (operation.kind === 'clear') await router.clear();
    else if (operation.kind === 'set') {
      await router.set(operation.key, operation.value, { ttl: operation.ttl });
    } else if (await router.delete(operation.key)) {
      const question = { ...asked, key: operation.key, ended: context.moment };
      history.checkPresence(question, 'delete');
    }
    history.end(record, 'acknowledged', context.moment);
  } catch (error) {
    history.end(record, 'failed', context.moment);
    throw error;
  }
}

/** What is loaded is as old as the moment in which the source was read, and lives from its arrival. */
async function loaded(load: Load, context: OperationContext): Promise<WriteRecord> {
  const { key, value, ttl } = load;
  const { calls, history, clock } = context;
  const facts = { callee: 'source', method: 'read', key, value, access: 'reads' } as const;
  const record = await calls.send(facts, () =>
    history.load({ key, value, begun: context.moment, deadline: Infinity }),
  );
  record.deadline = clock.now() + ttl;
  return record;
}

/** The operation in words. */
export function describeOperation(operation: Operation): string {
  const words: readonly unknown[] = Object.values(operation);
  return words.join(' ');
}
