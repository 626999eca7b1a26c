import type { RemovalReason } from '@resync/cache-improved';
import type {
  Bound,
  FailureKind,
  FallbackReason,
  SideName,
  Verdict,
} from '@resync/cache-migration';
import { expectTypeOf, it } from 'vitest';
import type { LABEL_VALUES } from '../src/index.js';

type Known = typeof LABEL_VALUES;

it('knows each value that a migration or a cache tells, and no other', () => {
  expectTypeOf<Known['side'][number]>().toEqualTypeOf<SideName>();
  expectTypeOf<Known['fallbackReason'][number]>().toEqualTypeOf<FallbackReason>();
  expectTypeOf<Known['failure'][number]>().toEqualTypeOf<FailureKind>();
  expectTypeOf<Known['comparison'][number]>().toEqualTypeOf<Verdict>();
  expectTypeOf<Known['bound'][number]>().toEqualTypeOf<Bound>();
  expectTypeOf<Known['removalReason'][number]>().toEqualTypeOf<RemovalReason>();
});
