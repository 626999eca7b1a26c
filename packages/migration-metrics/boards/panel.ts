/** A query with what its series are called. */
interface Query {
  readonly expr: string;
  /** As Grafana's legends: `{{label}}` stands for the label's value. */
  readonly legend: string;
}

/** From which value on a panel is shown in which colour; the first holds below all values. */
interface Threshold {
  readonly colour: 'green' | 'yellow' | 'orange' | 'red';
  /** `undefined` in the first alone. */
  readonly from?: number;
}

/** One panel. */
export interface Panel {
  readonly title: string;
  /** What it shows and what is good. */
  readonly description: string;
  readonly kind: 'lines' | 'stacked' | 'bars' | 'number' | 'steps';
  /** As Grafana names units: `ops`, `s`, `bytes`, `percentunit` (0..1), `percent` (0..100), `short`. */
  readonly unit: string;
  readonly queries: readonly Query[];
  readonly thresholds?: readonly Threshold[];
  readonly min?: number;
  readonly max?: number;
  /** Of 24 columns. Default 12; of numbers 6. */
  readonly width?: number;
}

/** Where a panel is. */
export interface Place {
  readonly x: number;
  readonly y: number;
  readonly w: number;
  readonly h: number;
}

export const DATASOURCE = { type: 'prometheus', uid: '${datasource}' };

const KINDS = {
  lines: 'timeseries',
  stacked: 'timeseries',
  bars: 'timeseries',
  number: 'stat',
  steps: 'state-timeline',
} as const;

const ALWAYS_GREEN: readonly Threshold[] = [{ colour: 'green' }];

/** The panel as Grafana reads it. */
export function panelJson(panel: Panel, id: number, gridPos: Place): object {
  const { title, description, kind, unit, queries, thresholds, min, max } = panel;
  return {
    id,
    type: KINDS[kind],
    title,
    description,
    datasource: DATASOURCE,
    gridPos,
    targets: queries.map(({ expr, legend }, index) => ({
      refId: String.fromCharCode('A'.charCodeAt(0) + index),
      datasource: DATASOURCE,
      editorMode: 'code',
      expr,
      legendFormat: legend,
      range: true,
    })),
    fieldConfig: {
      defaults: {
        unit,
        ...(min !== undefined && { min }),
        ...(max !== undefined && { max }),
        color: { mode: kind === 'number' || kind === 'steps' ? 'thresholds' : 'palette-classic' },
        thresholds: {
          mode: 'absolute',
          steps: (thresholds ?? ALWAYS_GREEN).map(({ colour, from }) => ({
            color: colour,
            value: from ?? null,
          })),
        },
        ...customOf(panel),
      },
      overrides: [],
    },
    options: optionsOf(kind),
  };
}

function customOf({ kind, thresholds }: Panel): object {
  if (kind === 'number') return {};
  if (kind === 'steps') return { custom: { fillOpacity: 70, lineWidth: 0 } };
  return {
    custom: {
      drawStyle: kind === 'bars' ? 'bars' : 'line',
      lineWidth: 1,
      fillOpacity: kind === 'lines' ? 0 : 40,
      showPoints: 'never',
      spanNulls: false,
      stacking: { mode: kind === 'lines' ? 'none' : 'normal', group: 'A' },
      thresholdsStyle: { mode: thresholds === undefined ? 'off' : 'dashed' },
    },
  };
}

function optionsOf(kind: Panel['kind']): object {
  if (kind === 'number') {
    return {
      colorMode: 'value',
      graphMode: 'area',
      justifyMode: 'auto',
      orientation: 'auto',
      reduceOptions: { calcs: ['lastNotNull'], fields: '', values: false },
      textMode: 'auto',
    };
  }
  if (kind === 'steps') {
    return {
      mergeValues: true,
      showValue: 'never',
      alignValue: 'left',
      rowHeight: 0.9,
      legend: { displayMode: 'list', placement: 'bottom', showLegend: false },
      tooltip: { mode: 'single', sort: 'none' },
    };
  }
  return {
    legend: {
      calcs: ['lastNotNull', 'max'],
      displayMode: 'table',
      placement: 'bottom',
      showLegend: true,
    },
    tooltip: { mode: 'multi', sort: 'desc' },
  };
}
