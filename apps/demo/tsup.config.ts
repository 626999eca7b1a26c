import { programBundle } from '@resync/tooling-bundler';

export default programBundle({
  main: 'main.ts',
  scenario: 'scenarios/main.ts',
  'load-generator': 'load/load-generator.ts',
});
