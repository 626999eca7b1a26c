import { namedComponent, COMPONENT } from '../choose-component.js';
import { componentChecks, failed, passed, serviceChecks, type Check } from '../checks.js';
import type { Command } from '../command.js';
import { lasting } from '../print/times.js';
import { Progress } from '../progress.js';
import { BASELINE_OPTION, readGivenBaseline } from '../read-given-baseline.js';
import { printable } from '../terminal.js';

const MOST_SKEW_MS = 5000;
const OLDEST_MS = 7 * 86_400_000;

const MARKS = { passed: '✔', failed: '✘', 'not checked': '–' } as const;
const COLOURS = { passed: 'green', failed: 'red', 'not checked': 'yellow' } as const;

export const checklist: Command = {
  name: 'checklist',
  summary: 'whether everything is ready before anything moves',
  more: 'Fails where a point has failed; with --strict also where one could not be checked.',
  operands: [{ ...COMPONENT, about: 'only this component' }],
  options: {
    baseline: { ...BASELINE_OPTION, about: 'that is to be there, and not older than a week' },
    strict: { about: 'what could not be checked has failed' },
  },
  examples: [
    { line: 'checklist', about: 'all components' },
    {
      line: 'checklist core --baseline baseline-core.json --strict && echo go',
      about: 'as a gate',
    },
  ],
  run: async (call) => {
    const { clock, folder, options, paint, terminal } = call;
    const path = options.text('baseline');
    const baseline = path === undefined ? undefined : await readGivenBaseline(folder, path);
    const connection = await call.connect();
    const only = await namedComponent(call, connection);
    const report = await connection.report();
    const skew = Math.abs(report.now - clock.now());
    const checks: Check[] = [
      passed('the rollout answers', connection.name),
      skew <= MOST_SKEW_MS
        ? passed('the clocks agree', `within ${lasting(MOST_SKEW_MS)}`)
        : failed('the clocks agree', `they differ by ${lasting(skew)}: set them by NTP`),
      report.isPaused
        ? failed('the rollout goes', 'it is paused: resync-migrate resume')
        : passed('the rollout goes', 'it is not paused'),
      passed('decisions are on record', `${(await connection.audit({ limit: 1 })).total} so far`),
    ];
    if (baseline !== undefined && path !== undefined) {
      const age = clock.now() - baseline.figures.at;
      const about = `the baseline of ${baseline.component} is fresh`;
      const detail = `${path}, ${lasting(Math.max(age, 0))} old`;
      checks.push(
        age <= OLDEST_MS
          ? passed(about, detail)
          : failed(about, `${detail}: take it again with resync-migrate baseline`),
      );
    }
    const progress = new Progress(terminal);
    for (const component of report.components) {
      if (only !== undefined && component.name !== only) continue;
      progress.say(`${component.name} is being checked`);
      checks.push(
        ...componentChecks(component),
        ...(await serviceChecks(connection, component.name)),
      );
    }
    progress.end();
    const open = checks.filter(
      ({ result }) => result === 'failed' || (options.has('strict') && result !== 'passed'),
    );
    const lines = checks.map(
      ({ about, detail, result }) =>
        `${paint(COLOURS[result], MARKS[result])} ${printable(`${about}: ${detail}`)}\n`,
    );
    const conclusion = open.length === 0 ? '✔ ready\n' : `✘ not ready: ${open.length} open\n`;
    return {
      verdict: open.length === 0 ? 'ok' : 'no',
      data: { isReady: open.length === 0, checks },
      text: `${lines.join('')}${conclusion}`,
    };
  },
};
