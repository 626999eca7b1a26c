import { KPI_PHASES, type KpiPhase } from '../../kpis/kpi-phases.js';
import type { KpiName, KpiResult } from '../../kpis/kpi.js';
import { chooseComponent, COMPONENT } from '../choose-component.js';
import { CommandError } from '../command-error.js';
import type { Command } from '../command.js';
import { judgeKpis } from '../judge-kpis.js';
import { KPI_HEADS, kpiRow } from '../print/kpi-rows.js';
import { table } from '../print/table.js';
import { BASELINE_OPTION, readBaselineOf } from '../read-given-baseline.js';

const PHASES = Object.keys(KPI_PHASES) as KpiPhase[];

export const kpis: Command = {
  name: 'kpis',
  summary: 'whether the KPIs of a phase are met; fails where one is missed or not measured',
  more: 'Without --phase all are shown, and only one that is missed fails. Throughput and memory need --baseline.',
  operands: [COMPONENT],
  options: {
    phase: { value: '<phase>', about: PHASES.join(', '), choices: PHASES },
    baseline: BASELINE_OPTION,
  },
  examples: [
    { line: 'kpis core', about: 'all of them' },
    {
      line: 'kpis core --phase rollout --baseline baseline-core.json',
      about: 'go or no-go at the end of the phase',
    },
  ],
  run: async (call) => {
    const phase = phaseOf(call.options.text('phase'));
    const connection = await call.connect();
    const component = await chooseComponent(call, connection);
    const path = call.options.text('baseline');
    const { folder } = call;
    const baseline =
      path === undefined ? undefined : await readBaselineOf(component, { folder, path });
    const all = await judgeKpis(connection, component, baseline);
    const names: readonly KpiName[] | undefined = phase && KPI_PHASES[phase];
    const asked = all.filter(({ name }) => names === undefined || names.includes(name));
    const open = asked.filter(({ verdict }) =>
      phase === undefined ? verdict === 'missed' : verdict !== 'met',
    );
    const conclusion =
      open.length === 0
        ? `✔ ${goOf(phase, asked)}\n`
        : `✘ no go: ${open.map(({ title, verdict }) => `${title} ${verdict}`).join(', ')}\n`;
    return {
      verdict: open.length === 0 ? 'ok' : 'no',
      data: { component, ...(phase && { phase }), isMet: open.length === 0, kpis: asked },
      text: `${table(KPI_HEADS, asked.map(kpiRow))}${conclusion}`,
    };
  },
};

/** Only a phase says which KPIs have to be measured. */
function goOf(phase: KpiPhase | undefined, asked: readonly KpiResult[]): string {
  if (phase !== undefined) return `go for the end of ${phase}`;
  const unmeasured = asked.filter(({ verdict }) => verdict === 'not measured').length;
  return `no KPI is missed${unmeasured === 0 ? '' : `, and ${unmeasured} are not measured`}`;
}

function phaseOf(text: string | undefined): KpiPhase | undefined {
  if (text === undefined) return undefined;
  const phase = PHASES.find((one) => one === text);
  if (phase !== undefined) return phase;
  throw new CommandError(
    'USAGE',
    `expected --phase as one of ${PHASES.join(', ')}; got ${JSON.stringify(text)}`,
  );
}
