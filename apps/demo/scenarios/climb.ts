import type { MigrationTarget } from '@resync/cache-migration';

/** Whatever goes step by step. */
interface Climber {
  transition(target: MigrationTarget): Promise<void>;
}

/** Takes it from `off` to `live` at this percentage. */
export async function climbTo(percentage: number, climber: Climber): Promise<void> {
  await climber.transition({ stage: 'dualwrite' });
  await climber.transition({ stage: 'shadow' });
  await climber.transition({ stage: 'live', percentage: 0 });
  if (percentage > 0) await climber.transition({ stage: 'live', percentage });
}
