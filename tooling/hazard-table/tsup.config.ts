import { programBundle } from '@resync/tooling-bundler';

export default programBundle({ 'hazard-table': 'src/hazard-table.ts' });
