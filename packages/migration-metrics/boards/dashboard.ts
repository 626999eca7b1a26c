import { METRICS } from '../src/metric-names.js';
import { DATASOURCE, panelJson, type Panel, type Place } from './panel.js';
import { OF_COMPONENT, OF_JOB } from './selection.js';

/** A row of panels under a title. */
interface Row {
  readonly title: string;
  readonly panels: readonly Panel[];
}

/** One dashboard. */
export interface Dashboard {
  /** Stays as it is: links and a second import find the dashboard by it. */
  readonly uid: string;
  readonly title: string;
  readonly description: string;
  readonly rows: readonly Row[];
}

const COLUMNS = 24;

/** The dashboard as Grafana imports it, from version 10 on. */
export function dashboardJson({ uid, title, description, rows }: Dashboard): object {
  return {
    __requires: [
      { type: 'grafana', id: 'grafana', name: 'Grafana', version: '10.0.0' },
      { type: 'datasource', id: 'prometheus', name: 'Prometheus', version: '1.0.0' },
    ],
    uid,
    title,
    description,
    tags: ['resync'],
    schemaVersion: 39,
    version: 1,
    editable: true,
    graphTooltip: 1,
    refresh: '30s',
    time: { from: 'now-1h', to: 'now' },
    timezone: 'browser',
    links: [
      {
        type: 'dashboards',
        title: 'Resync',
        tags: ['resync'],
        asDropdown: false,
        includeVars: true,
        keepTime: true,
      },
    ],
    annotations: { list: [STAGE_CHANGES] },
    templating: { list: VARIABLES },
    panels: layOut(rows),
  };
}

const STAGE_CHANGES = {
  name: 'Stage changes',
  enable: true,
  datasource: DATASOURCE,
  iconColor: 'blue',
  expr:
    `${METRICS.stage.name}{${OF_COMPONENT}} == 1 ` +
    `and on (job, instance, component) changes(${METRICS.epoch.name}{${OF_COMPONENT}}[1m]) > 0`,
  step: '30s',
  titleFormat: '{{component}}: {{stage}}',
  textFormat: 'the state of {{component}} has changed',
  tagKeys: 'component,stage',
};

const VARIABLES = [
  {
    name: 'datasource',
    label: 'Prometheus',
    type: 'datasource',
    query: 'prometheus',
    refresh: 1,
    hide: 0,
    multi: false,
    includeAll: false,
    current: {},
    options: [],
    regex: '',
  },
  variable('job', 'Service', `label_values(${METRICS.stage.name}, job)`),
  variable('component', 'Component', `label_values(${METRICS.stage.name}{${OF_JOB}}, component)`),
];

function variable(name: string, label: string, query: string): object {
  return {
    name,
    label,
    type: 'query',
    datasource: DATASOURCE,
    definition: query,
    query: { query, refId: `variable-${name}` },
    refresh: 2,
    sort: 1,
    hide: 0,
    multi: true,
    includeAll: true,
    allValue: '.*',
    current: { selected: true, text: ['All'], value: ['$__all'] },
    options: [],
    regex: '',
  };
}

/** From left to right, in rows below each other. */
function layOut(rows: readonly Row[]): readonly object[] {
  const laidOut: object[] = [];
  let y = 0;
  for (const { title, panels } of rows) {
    const rowPlace: Place = { x: 0, y, w: COLUMNS, h: 1 };
    laidOut.push({
      id: laidOut.length + 1,
      type: 'row',
      title,
      collapsed: false,
      panels: [],
      gridPos: rowPlace,
    });
    y += 1;
    let x = 0;
    let height = 0;
    for (const panel of panels) {
      const { w, h } = sizeOf(panel);
      if (x + w > COLUMNS) {
        x = 0;
        y += height;
        height = 0;
      }
      laidOut.push(panelJson(panel, laidOut.length + 1, { x, y, w, h }));
      x += w;
      height = Math.max(height, h);
    }
    y += height;
  }
  return laidOut;
}

function sizeOf({ kind, width }: Panel): Pick<Place, 'w' | 'h'> {
  return kind === 'number' ? { w: width ?? 6, h: 5 } : { w: width ?? 12, h: 9 };
}
