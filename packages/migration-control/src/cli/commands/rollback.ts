import type {
  ComponentReport,
  OperatorEvent,
  RolloutReport,
} from '../../operator/rollout-operator.js';
import { chooseComponent, COMPONENT } from '../choose-component.js';
import { CommandError } from '../command-error.js';
import type { Command, CommandCall, CommandOutcome } from '../command.js';
import type { Connection } from '../connection/connection.js';
import { isWithoutFleet } from '../is-without-fleet.js';
import { lasting } from '../print/times.js';
import { Progress } from '../progress.js';
import { whereIs, whyOf, WHY } from '../request.js';
import { SharedLook } from '../shared-look.js';
import { printable } from '../terminal.js';
import { waitUntilBack } from '../wait-until-back.js';

/** One component that was taken back. */
interface RolledBack {
  readonly component: string;
  readonly tookMs: number;
  readonly report: RolloutReport;
}

/** One component that was not asked to go back. */
interface Left {
  readonly component: string;
  readonly reason: string;
}

/** Whom a rollback is asked of, and where it is seen that it is done. */
interface Asking {
  readonly connection: Connection;
  readonly look: SharedLook;
}

const WAIT_MS = 300_000;

export const rollback: Command = {
  name: 'rollback',
  summary: 'read legacy again, at once',
  more: 'From live and rampdown to live 0 %, from below to off. From complete only with --cold: legacy is emptied first, because it has seen no writes since.',
  operands: [COMPONENT],
  options: {
    all: {
      about: 'every component at once; fails where one is left, as in complete without --cold',
    },
    wait: { about: 'until every process reads legacy; says how long that took' },
    cold: { about: 'from complete, to an emptied legacy' },
    why: WHY,
  },
  examples: [
    { line: 'rollback core --wait --why "errors in the new cache"', about: 'and how long it took' },
    { line: 'rollback --all --why "all alarms at once"', about: 'everything' },
    { line: 'rollback core --cold --why "found too late"', about: 'from complete' },
  ],
  run: async (call) => {
    const { operands, options } = call;
    if (options.has('all') && operands['component'] !== undefined) {
      throw new CommandError('USAGE', 'expected a component, or --all; got both');
    }
    const connection = await call.connect();
    const asking = { connection, look: new SharedLook(call, connection) };
    if (options.has('all')) return rollBackAll(call, asking);
    const done = await rollBack(call, asking, await chooseComponent(call, connection));
    return { verdict: 'ok', data: dataOf([done]), text: sentenceOf(done) };
  },
};

/** One that cannot go back keeps no other one from it. */
async function rollBackAll(call: CommandCall, asking: Asking): Promise<CommandOutcome> {
  const { components } = await asking.connection.report();
  const how = call.options.has('cold') ? 'cold' : 'warm';
  const left = components.flatMap((component) => leftOf(component, how));
  const names = components.flatMap(({ at, name }) =>
    at.stage === 'off' || left.some(({ component }) => component === name) ? [] : [name],
  );
  const outcomes = await Promise.allSettled(names.map((name) => rollBack(call, asking, name)));
  const done: RolledBack[] = [];
  const failures: string[] = [];
  outcomes.forEach((outcome, index) => {
    if (outcome.status === 'fulfilled') done.push(outcome.value);
    else failures.push(`${names[index] ?? ''}: ${messageOf(outcome.reason)}`);
  });
  const text = [
    ...done.map(sentenceOf),
    ...failures.map((failure) => `✘ ${failure}\n`),
    ...left.map(({ component, reason }) => `✘ ${component} is left: ${reason}\n`),
  ];
  return {
    verdict: failures.length === 0 && left.length === 0 ? 'ok' : 'no',
    data: { ...dataOf(done), failures, left },
    text: text.join('') || 'every component is in off already\n',
  };
}

/** Why a component is not asked to go back, though it may have to. */
function leftOf(component: ComponentReport, how: 'warm' | 'cold'): readonly Left[] {
  const { at, name } = component;
  if (isWithoutFleet(component)) {
    return [{ component: name, reason: 'no process has ever joined a fleet of this name' }];
  }
  if (at.stage !== 'complete' || how === 'cold') return [];
  return [{ component: name, reason: 'it is in complete, from where only --cold leads back' }];
}

function messageOf(error: unknown): string {
  return printable(error instanceof Error ? error.message : String(error));
}

async function rollBack(
  call: CommandCall,
  { connection, look }: Asking,
  component: string,
): Promise<RolledBack> {
  const { clock, options, terminal } = call;
  const progress = new Progress(terminal);
  const isCold = options.has('cold');
  const event: OperatorEvent = {
    kind: 'roll back',
    component,
    why: whyOf(call),
    ...(isCold && { cold: true }),
  };
  const start = clock.monotonic();
  progress.say(`${component} is being rolled back`);
  try {
    let { report } = await connection.request(event);
    // A cold rollback leads to the top, where legacy is filled again.
    if (options.has('wait') && !isCold) {
      report = await waitUntilBack(look, { name: component, withinMs: WAIT_MS });
    }
    return { component, tookMs: clock.monotonic() - start, report };
  } finally {
    progress.end();
  }
}

function sentenceOf({ component, report, tookMs }: RolledBack): string {
  return `${whereIs(report, component)}, after ${lasting(tookMs)}; it stays there until: resync-migrate resume ${component}\n`;
}

function dataOf(done: readonly RolledBack[]): object {
  const report = done.at(-1)?.report;
  const rollbacks = done.map(({ component, tookMs }) => ({ component, tookMs }));
  return { rollbacks, ...(report && { report }) };
}
