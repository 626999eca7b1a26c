import { compareWithBaseline, measurementsOf, type Baseline } from '../kpis/baseline.js';
import { evaluateKpis, type KpiResult } from '../kpis/kpi.js';
import type { Connection } from './connection/connection.js';

/** Every KPI of a component, as far as it is measured. */
export async function judgeKpis(
  connection: Connection,
  component: string,
  baseline: Baseline | undefined,
): Promise<readonly KpiResult[]> {
  const { figures, measurements } = await connection.figures(component);
  if (baseline !== undefined) return compareWithBaseline(baseline, figures, measurements).kpis;
  return evaluateKpis({ ...measurementsOf(figures), ...measurements });
}
