import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

/** A hang guard, not a time limit: ten times what the longest takes on a busy machine. */
const HANG_GUARD_MS = { test: 600_000, proof: 1_800_000 };

/**
 * @param {{ folder?: 'test' | 'proof' }} [options] the tier: `test` ends within minutes, `proof` has the long runs
 */
export function testConfig({ folder = 'test' } = {}) {
  return defineConfig({
    test: {
      include: [`${folder}/**/*.test.ts`],
      setupFiles: fileURLToPath(new URL('property-size.mjs', import.meta.url)),
      testTimeout: HANG_GUARD_MS[folder],
      hookTimeout: HANG_GUARD_MS[folder],
      // No module holds anything between two tests: loading each once for all files is half of the time.
      isolate: false,
      // A test that fails once has failed.
      retry: 0,
      // Tests do not lean on each other.
      sequence: { shuffle: { tests: true, files: false } },
      // A promise that nobody handled is a defect in what is tested.
      dangerouslyIgnoreUnhandledErrors: false,
      reporters: ['default'],
    },
  });
}
