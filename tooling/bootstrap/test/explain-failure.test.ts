import { expect, it } from 'vitest';
import { ChildFailure } from '../child.mjs';
import { explain } from '../explain-failure.mjs';

const failure = (output: string): ChildFailure => new ChildFailure('npm', 1, output);

it.each(['ENOTFOUND', 'EAI_AGAIN', 'ECONNREFUSED', 'ETIMEDOUT', 'ERR_PNPM_META_FETCH_FAIL'])(
  'says in one line that the network is missing: %s',
  (code) => {
    const text = explain(failure(`npm error code ${code}\nnpm error errno ${code}\nmore\n`));
    expect(text).toMatch(/registry could not be reached/);
    expect(text).toContain(code);
    expect(text).not.toContain('\n');
  },
);

it('shows the last lines of what it does not know', () => {
  const output = Array.from({ length: 50 }, (_, index) => `line ${index}`).join('\n');
  const text = explain(failure(output));
  expect(text).toContain('line 49');
  expect(text).not.toContain('line 20\n');
});

it('does not repeat what was shown', () => {
  expect(explain(failure(''))).toBe('failed (1); see above');
});

it('says in one line what is known, though it was shown', () => {
  const known = failure('npm error code ENOTFOUND\n');
  known.isShown = true;
  expect(explain(known)).toMatch(/^the npm registry could not be reached \(ENOTFOUND\)/);
  const other = failure('a fault in a file\n');
  other.isShown = true;
  expect(explain(other)).toBe('failed (1); see above');
});

it('says what else went wrong', () => {
  expect(explain(new Error('something'))).toBe('Error: something');
});
