import { programBundle } from '@resync/tooling-bundler';

export default programBundle({
  main: 'main.ts',
  scenario: 'scenarios/main.ts',
  'fleet-worker': 'fleet/worker.ts',
  'orphan-watch': 'orphans/orphan-watch.ts',
  'load-generator': 'load/load-generator.ts',
});
