import type { ComponentMigration } from '../component-migration.js';
import type { RecordedSecond } from './component-recorder.js';
import type { PageMember, PageRung } from './page-messages.js';

/** What a feed asks of a component, in one process or in several. */
export interface FedComponent {
  readonly component: string;
  at(): PageRung;
  /** Ends a second that really took so long; one record for each process. */
  endSecond(seconds: number): readonly RecordedSecond[];
  /** In a fleet: its processes. */
  members?(): readonly PageMember[];
}

/** A component of this process. */
export function fedMigration({ component, router, watch }: ComponentMigration): FedComponent {
  return {
    component,
    at: () => router.state,
    endSecond: (seconds) => {
      const { legacy, next } = router.status;
      const dirtyKeys = { legacy: legacy.dirtyKeys, next: next.dirtyKeys };
      return [watch.recorder.endSecond(seconds, dirtyKeys)];
    },
  };
}
