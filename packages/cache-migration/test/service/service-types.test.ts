import { describe, expectTypeOf, it } from 'vitest';
import { ServiceMigration, type MethodPolicies, type MigratedService } from '../../src/index.js';

interface Client {
  readonly host: string;
  status(id: string): Promise<'ok' | 'down'>;
  count(): number;
  maybe(): Promise<Date> | undefined;
  load<T>(id: string): Promise<T>;
  reload?(force: { readonly all: boolean }): void;
  [Symbol.asyncDispose](): Promise<void>;
}

const yes = { idempotent: true } as const;

// What must not compile stands under @ts-expect-error: the type checker fails where it does compile.
describe('the types', () => {
  it('make every method answer with a promise, and offer nothing else', () => {
    type Service = MigratedService<Client>;
    expectTypeOf<keyof Service>().toEqualTypeOf<'status' | 'count' | 'maybe' | 'load' | 'reload'>();
    expectTypeOf<Service['status']>().toEqualTypeOf<Client['status']>();
    expectTypeOf<Service['load']>().toEqualTypeOf<Client['load']>();
    expectTypeOf<Service['count']>().toEqualTypeOf<() => Promise<number>>();
    expectTypeOf<Service['maybe']>().toEqualTypeOf<() => Promise<Date | undefined>>();
    expectTypeOf<Service['reload']>().toEqualTypeOf<
      ((force: { readonly all: boolean }) => Promise<void>) | undefined
    >();
  });

  it('demand a policy for every method, optional ones apart', () => {
    expectTypeOf({ status: yes, count: yes, maybe: yes, load: yes }).toExtend<
      MethodPolicies<Client>
    >();
    // @ts-expect-error -- load is not listed
    const missing: MethodPolicies<Client> = { status: yes, count: yes, maybe: yes };
    // @ts-expect-error -- host is no method
    const odd: MethodPolicies<{ host: string; stop(): void }> = { host: yes, stop: yes };
    // @ts-expect-error -- nobody said whether it may be called twice
    const undecided: MethodPolicies<{ stop(): void }> = { stop: {} };
    expectTypeOf([missing, odd, undecided]).toBeArray();
  });

  it('know the arguments and the answer of each method', () => {
    const side = () => ({ status: async (id: string) => id.length, stop: () => undefined });
    const { service } = new ServiceMigration({
      component: 'test',
      legacy: side(),
      next: side(),
      methods: {
        status: {
          idempotent: true,
          key: (id) => id.toUpperCase(),
          compare: (legacyAnswer, nextAnswer) => legacyAnswer.toFixed() === nextAnswer.toFixed(),
        },
        stop: { idempotent: false },
      },
      probe: (next) => next.status('probe'),
    });
    expectTypeOf(service.status).toEqualTypeOf<(id: string) => Promise<number>>();
    expectTypeOf(service.stop).toEqualTypeOf<() => Promise<undefined>>();
  });
});
