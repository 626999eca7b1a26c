import { expect, it } from 'vitest';
import type { ObservedMigration } from '../../src/index.js';
import { LIVE, serviceAt } from './fixtures/service-at.js';

it('counts what each side answered, for whoever asks', async () => {
  const started: ObservedMigration[] = [];
  const { migration, service, next } = await serviceAt('off', {
    observer: { started: (observed) => started.push(observed) },
  });
  await service.getJobStatus('a');
  for (const stage of ['dualwrite', 'shadow'] as const) await migration.transition({ stage });
  await migration.transition({ stage: 'live', percentage: 0 });
  await migration.transition(LIVE);
  await service.getJobStatus('a');
  await service.executeCommand('a', 'run');
  next.script('rejects');
  await service.getJobStatus('a');
  const [observed] = started;
  expect(observed?.state).toMatchObject({ stage: 'live', percentage: 100 });
  expect(observed?.counts()).toMatchObject({
    reads: { legacy: { hits: 2 }, next: { hits: 2 } },
    fallbacks: { error: 1, open: 0 },
    failures: { next: { error: 1 } },
  });
});
