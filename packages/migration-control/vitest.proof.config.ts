import { testConfig } from '@resync/tooling-vitest';
import { mergeConfig } from 'vitest/config';

// Its files are long and lean on nothing but their own time: one a core.
export default mergeConfig(testConfig({ folder: 'proof' }), { test: { maxWorkers: '100%' } });
