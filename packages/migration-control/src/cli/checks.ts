import type { ComponentReport } from '../operator/rollout-operator.js';
import { describeRung } from '../plan/rung.js';
import { CommandError } from './command-error.js';
import type { Connection } from './connection/connection.js';
import { isWithoutFleet } from './is-without-fleet.js';

/** One point of the list that is gone through before anything moves. */
export interface Check {
  readonly about: string;
  readonly result: 'passed' | 'failed' | 'not checked';
  /** What was found, and where it failed what to do. */
  readonly detail: string;
}

export const passed = (about: string, detail: string): Check => ({
  about,
  result: 'passed',
  detail,
});
export const failed = (about: string, detail: string): Check => ({
  about,
  result: 'failed',
  detail,
});
const notChecked = (about: string, detail: string): Check => ({
  about,
  result: 'not checked',
  detail,
});

/** What the report says of one component. */
export function componentChecks(component: ComponentReport): readonly Check[] {
  const { at, cold, name, status, wish } = component;
  return [
    status === 'going'
      ? passed(`${name} may climb`, `it is ${status}, in ${describeRung(at)}`)
      : failed(
          `${name} may climb`,
          `it is ${status}; look at: resync-migrate status ${name}, then resume it`,
        ),
    wanted(name, wish),
    cold.includes('legacy')
      ? failed(`${name} can be rolled back`, 'legacy is cold: wait until it was emptied and filled')
      : passed(`${name} can be rolled back`, 'legacy is trusted'),
    ...memberChecks(component),
  ];
}

function wanted(name: string, wish: ComponentReport['wish']): Check {
  const about = `nothing holds ${name} back`;
  if (wish === false) return failed(about, 'a source says false: set its flag');
  if (wish === null)
    return passed(about, 'no source says anything; it begins with a flag, or by hand');
  return passed(about, wish === true ? 'a source says true' : `as far as ${describeRung(wish)}`);
}

function memberChecks({ at, members, name }: ComponentReport): readonly Check[] {
  if (members === undefined) return [];
  const isKnown = !isWithoutFleet({ at, members });
  const late = members.filter(({ acknowledged }) => acknowledged?.epoch !== at.epoch);
  const about = `every process of ${name} is heard`;
  if (members.length === 0)
    return [
      failed(
        about,
        `no process ${isKnown ? 'is there' : 'has ever joined a fleet of this name'}: start the service`,
      ),
    ];
  if (late.length > 0) {
    const ids = late.map(({ id }) => id).join(', ');
    return [failed(about, `${ids} has not acknowledged the state: look whether it runs`)];
  }
  return [passed(about, `${members.length} have acknowledged the state`)];
}

/** What the service itself finds of its caches and figures; not checked where it does not offer that. */
export async function serviceChecks(
  connection: Connection,
  name: string,
): Promise<readonly Check[]> {
  const caches = await attempt(`the caches of ${name} agree`, async (about) => {
    const { blocks, warnings } = await connection.preflight(name);
    if (blocks === 0) return passed(about, `nothing blocks; warnings: ${warnings}`);
    return failed(
      about,
      `findings that block: ${blocks}; look at: resync-migrate preflight ${name}`,
    );
  });
  const figures = await attempt(`the service works under ${name}`, async (about) => {
    const { figures: now } = await connection.figures(name);
    const rate = now.requests === 0 ? NaN : now.failedRequests / now.requests;
    if (rate < 0.001)
      return passed(about, `of ${now.requests} requests ${now.failedRequests} failed`);
    if (now.requests === 0) return failed(about, 'there were no requests: send load');
    return failed(
      about,
      `${now.failedRequests} of ${now.requests} requests failed: repair that first`,
    );
  });
  return [caches, figures];
}

async function attempt(about: string, look: (about: string) => Promise<Check>): Promise<Check> {
  try {
    return await look(about);
  } catch (error) {
    if (!(error instanceof CommandError)) throw error;
    return notChecked(about, error.message);
  }
}
