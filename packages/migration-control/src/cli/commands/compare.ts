import { compareWithBaseline } from '../../kpis/baseline.js';
import { chooseComponent, COMPONENT } from '../choose-component.js';
import type { Command } from '../command.js';
import { FIGURE_HEADS, figureRow, KPI_HEADS, kpiRow } from '../print/kpi-rows.js';
import { table } from '../print/table.js';
import { BASELINE_OPTION, readBaselineOf } from '../read-given-baseline.js';

export const compare: Command = {
  name: 'compare',
  summary: 'figures now beside those of the baseline; fails where a KPI is missed',
  operands: [COMPONENT],
  options: { baseline: { ...BASELINE_OPTION, about: 'default baseline-<component>.json' } },
  examples: [
    { line: 'compare core', about: 'with baseline-core.json' },
    { line: 'compare core --baseline before/core.json && echo go', about: 'as a gate' },
  ],
  run: async (call) => {
    const connection = await call.connect();
    const component = await chooseComponent(call, connection);
    const path = call.options.text('baseline') ?? `baseline-${component}.json`;
    const before = await readBaselineOf(component, { folder: call.folder, path });
    const { figures, measurements } = await connection.figures(component);
    const data = compareWithBaseline(before, figures, measurements);
    const measured = data.kpis.filter(({ verdict }) => verdict !== 'not measured');
    const missed = measured.filter(({ verdict }) => verdict === 'missed');
    const conclusion =
      missed.length === 0
        ? `✔ ${measured.length} KPIs met\n`
        : `✘ missed: ${missed.map(({ title }) => title).join(', ')}\n`;
    const text = [
      table(FIGURE_HEADS, data.rows.map(figureRow)),
      table(KPI_HEADS, measured.map(kpiRow)),
      conclusion,
    ];
    return { verdict: missed.length === 0 ? 'ok' : 'no', data, text: text.join('\n') };
  },
};
