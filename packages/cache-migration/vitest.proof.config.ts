import { testConfig } from '@resync/tooling-vitest';
import { mergeConfig } from 'vitest/config';

export default mergeConfig(testConfig({ folder: 'proof' }), {
  test: {
    // Its files are long and lean on nothing but their own time: one a core.
    maxWorkers: '100%',
    // Worlds are made and dropped by the ten thousand: with more room for the young, fewer are copied.
    execArgv: ['--max-semi-space-size=64'],
    setupFiles: ['proof/low-priority.ts'],
  },
});
