import { testConfig } from '@resync/tooling-vitest';
import { mergeConfig } from 'vitest/config';

// They measure real time: one file at a time.
export default mergeConfig(testConfig({ folder: 'proof' }), { test: { maxWorkers: 1 } });
