import { writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { describeRung } from '../../plan/rung.js';
import { namedComponent, COMPONENT } from '../choose-component.js';
import { CommandError } from '../command-error.js';
import type { Command, CommandCall } from '../command.js';
import type { Connection } from '../connection/connection.js';
import { judgeKpis } from '../judge-kpis.js';
import { KPI_HEADS, kpiRow } from '../print/kpi-rows.js';
import { sentenceOf } from '../print/record-text.js';
import { removalText, stayOf } from '../print/status-text.js';
import { markdownTable } from '../print/table.js';
import { moment } from '../print/times.js';
import { BASELINE_OPTION, readGivenBaseline } from '../read-given-baseline.js';

const MOST_RECORDS = 200;

export const report: Command = {
  name: 'report',
  summary: 'the rollout as Markdown: where it stands, the KPIs, what was decided',
  operands: [{ ...COMPONENT, about: 'only this component' }],
  options: {
    out: { value: '<file>', about: 'where to; default: standard output' },
    baseline: { ...BASELINE_OPTION, about: 'of the component, for throughput and memory' },
  },
  examples: [
    { line: 'report > rollout.md', about: 'everything' },
    { line: 'report core --baseline baseline-core.json --out core.md', about: 'one component' },
  ],
  run: async (call) => {
    const connection = await call.connect();
    const only = await namedComponent(call, connection);
    const markdown = await reportOf(call, connection, only);
    const out = call.options.text('out');
    if (out === undefined) return { verdict: 'ok', data: { markdown }, text: markdown };
    try {
      await writeFile(resolve(call.folder, out), markdown);
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      throw new CommandError('USAGE', `${out} cannot be written (${code ?? ''})`, { cause: error });
    }
    return { verdict: 'ok', data: { out, markdown }, text: `${out}\n` };
  },
};

async function reportOf(
  call: CommandCall,
  connection: Connection,
  only: string | undefined,
): Promise<string> {
  const [state, plan] = [await connection.report(), await connection.plan()];
  const components = state.components.filter(({ name }) => only === undefined || name === only);
  const { records, total } = await connection.audit({ limit: MOST_RECORDS, component: only });
  const standing = components.map((component) => [
    component.name,
    component.status,
    describeRung(component.at),
    stayOf(component, state.now),
    component.next === undefined ? '–' : describeRung(component.next),
    component.holding,
  ]);
  const sections = [
    `# Rollout on ${moment(state.now)} UTC\n`,
    markdownTable(['component', 'status', 'is in', 'for', 'next', 'what keeps it'], standing),
    ...(state.isPaused ? ['The rollout is paused.\n'] : []),
    removalText(state, plan),
    '## KPIs\n',
    ...(await kpiSections(
      call,
      connection,
      components.map(({ name }) => name),
    )),
    '## On record\n',
    ...(total > records.length ? [`The newest ${records.length} of ${total}.\n`] : []),
    markdownTable(
      ['at', 'component', 'who', 'what'],
      records.map((record) => [
        moment(record.at),
        record.component,
        record.who,
        sentenceOf(record),
      ]),
    ),
  ];
  return sections.join('\n');
}

async function kpiSections(
  { folder, options }: CommandCall,
  connection: Connection,
  names: readonly string[],
): Promise<readonly string[]> {
  const path = options.text('baseline');
  const baseline = path === undefined ? undefined : await readGivenBaseline(folder, path);
  const sections: string[] = [];
  for (const name of names) {
    try {
      const own = baseline?.component === name ? baseline : undefined;
      const results = await judgeKpis(connection, name, own);
      sections.push(`### ${name}\n`, markdownTable(KPI_HEADS, results.map(kpiRow)));
    } catch (error) {
      if (!(error instanceof CommandError)) throw error;
      sections.push(`### ${name}\n`, `Not measured: ${error.message}\n`);
    }
  }
  return sections;
}
