import { examplesOf } from './code-blocks.js';
import { asCommonJs } from './as-common-js.js';
import { runProgram, type Ended } from './run-program.js';
import { textOf } from './texts.js';

const REDIS = 'redis://127.0.0.1:6379';

/** Where examples run, and what they find there. */
export interface Stage {
  readonly folder: string;
  readonly kind: 'module' | 'CommonJS';
  /** In place of the Redis that examples name; undefined: those that name one are left out. */
  readonly redisUrl: string | undefined;
}

/** Runs all examples of a README; each has to end by itself. */
export function runExamples(file: string, { folder, kind, redisUrl }: Stage): readonly Ended[] {
  const examples = examplesOf(textOf(file)).filter(
    (example) => redisUrl !== undefined || !example.includes(REDIS),
  );
  return examples.map((example, index) => {
    const code = redisUrl === undefined ? example : example.replaceAll(REDIS, redisUrl);
    const name = `${file.replaceAll('/', '-')}-${index}`;
    return kind === 'module'
      ? runProgram(folder, { name: `${name}.mjs`, code })
      : runProgram(folder, { name: `${name}.cjs`, code: asCommonJs(code) });
  });
}
