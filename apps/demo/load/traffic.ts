import { uniformFloat64 } from 'pure-rand/distribution/uniformFloat64';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';
import { JOB_COMMANDS, type JobCommand } from '../consumers/tws/job.js';
import { zipf } from './zipf.js';

/** One request of the mix. */
export type Visit =
  | { readonly kind: 'read job'; readonly id: string }
  | { readonly kind: 'command'; readonly id: string; readonly command: JobCommand }
  | { readonly kind: 'list jobs' }
  | { readonly kind: 'history'; readonly id: string }
  | { readonly kind: 'plan' }
  | { readonly kind: 'chat'; readonly query: string; readonly context: Record<string, string> }
  | { readonly kind: 'health' }
  | { readonly kind: 'boot status' };

const ZIPF_EXPONENT = 0.99;
const QUESTIONS = 150;
const TOPICS = ['What is the status of', 'Why did it fail:', 'What depends on', 'Is this alive:'];

/** What users do, in shares of all requests, by seed. */
export function traffic(seed: number, jobs: number): () => Visit {
  const random = xoroshiro128plus(seed);
  const uniform = (): number => uniformFloat64(random);
  const someJob = zipf(jobs, ZIPF_EXPONENT, uniform);
  const someQuestion = zipf(QUESTIONS, ZIPF_EXPONENT, uniform);
  return () => {
    const share = uniform();
    if (share < 0.54) return { kind: 'read job', id: `job-${someJob()}` };
    if (share < 0.57) return { kind: 'history', id: `job-${someJob()}` };
    if (share < 0.58) return { kind: 'plan' };
    if (share < 0.7) {
      const command = JOB_COMMANDS[Math.floor(uniform() * JOB_COMMANDS.length)] ?? 'rerun';
      return { kind: 'command', id: `job-${someJob()}`, command };
    }
    if (share < 0.74) return { kind: 'list jobs' };
    if (share < 0.86) {
      const question = someQuestion();
      const query = `${TOPICS[question % TOPICS.length] ?? ''} job ${question}?`;
      return { kind: 'chat', query, context: { stream: `STREAM_${question % 40}` } };
    }
    return { kind: share < 0.94 ? 'health' : 'boot status' };
  };
}
