import type { OperatorEvent, RolloutReport } from '../../operator/rollout-operator.js';
import { chooseComponent, COMPONENT } from '../choose-component.js';
import { CommandError } from '../command-error.js';
import type { Command, CommandCall, CommandOutcome } from '../command.js';
import type { Connection } from '../connection/connection.js';
import { lasting } from '../print/times.js';
import { Progress } from '../progress.js';
import { whereIs, whyOf, WHY } from '../request.js';
import { waitUntilBack } from '../wait-until-back.js';

/** One component that was taken back. */
interface RolledBack {
  readonly component: string;
  readonly tookMs: number;
  readonly report: RolloutReport;
}

const WAIT_MS = 300_000;

export const rollback: Command = {
  name: 'rollback',
  summary: 'read legacy again, at once',
  more: 'From live and rampdown to live 0 %, from below to off. From complete only with --cold: legacy is emptied first, because it has seen no writes since.',
  operands: [COMPONENT],
  options: {
    all: { about: 'every component that is not in off, the last one first' },
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
    const names = options.has('all')
      ? await everyName(connection)
      : [await chooseComponent(call, connection)];
    const done: RolledBack[] = [];
    for (const name of names) done.push(await rollBack(call, connection, name));
    return outcomeOf(done);
  },
};

async function everyName(connection: Connection): Promise<readonly string[]> {
  const { components } = await connection.report();
  return components.flatMap(({ at, name }) => (at.stage === 'off' ? [] : [name])).reverse();
}

async function rollBack(
  call: CommandCall,
  connection: Connection,
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
    const { report } = await connection.request(event);
    // A cold rollback leads to the top, where legacy is filled again.
    if (options.has('wait') && !isCold) {
      await waitUntilBack(call, connection, { name: component, withinMs: WAIT_MS });
    }
    return { component, tookMs: clock.monotonic() - start, report };
  } finally {
    progress.end();
  }
}

function outcomeOf(done: readonly RolledBack[]): CommandOutcome {
  const text = done.map(
    ({ component, report, tookMs }) =>
      `${whereIs(report, component)}, after ${lasting(tookMs)}; it stays there until: resync-migrate resume ${component}\n`,
  );
  const rollbacks = done.map(({ component, tookMs }) => ({ component, tookMs }));
  const report = done.at(-1)?.report;
  return {
    verdict: 'ok',
    data: { rollbacks, ...(report && { report }) },
    text: text.join('') || 'every component is in off already\n',
  };
}
