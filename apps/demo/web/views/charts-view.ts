import { html, type TemplateResult } from 'lit-html';
import { ALL } from '../../server/live/page-messages.js';
import { CHARTS, type Chart } from '../charts.js';
import { valueAt } from '../history.js';
import type { ChartContent } from '../live-chart.js';
import '../live-chart.js';
import type { PageActions, PageModel } from '../model.js';
import { figure, timeOfDay } from './words.js';

/** The charts of one component, or of all. */
export function chartsView(model: PageModel, actions: PageActions): TemplateResult {
  const names = [ALL, ...(model.snapshot?.components ?? []).map(({ name }) => name)];
  const { pointedAt } = model;
  return html`<section class="panel charts" aria-labelledby="charts-title">
    <header class="panel-head">
      <h2 id="charts-title">What both caches do</h2>
      <p class="moment">
        ${pointedAt === undefined ? 'the last 3 minutes' : `at ${timeOfDay(pointedAt)}`}
      </p>
      <fieldset class="choice">
        <legend class="unseen">Component</legend>
        ${names.map(
          (name) =>
            html`<label>
              <input
                type="radio"
                name="charted"
                value=${name}
                .checked=${model.charted === name}
                @change=${() => actions.chart(name)}
              />
              <span>${name}</span>
            </label>`,
        )}
      </fieldset>
    </header>
    <div class="chart-grid">${CHARTS.map((chart) => chartView(chart, model, actions))}</div>
  </section>`;
}

function chartView(chart: Chart, model: PageModel, actions: PageActions): TemplateResult {
  const values = chart.lines.map(({ metric }) =>
    valueAt(model.history, { of: model.charted, metric, at: model.pointedAt }),
  );
  const spoken = chart.lines.map(
    ({ label }, index) => `${label} ${figure(values[index] ?? null)} ${chart.unit}`,
  );
  const content = contentOf(chart, model);
  const isEmpty = content.columns.every((column) => column.every((value) => value === null));
  return html`<figure class="chart" data-chart=${chart.title}>
    <figcaption>
      <h3>${chart.title}</h3>
      <ul class="legend">
        ${chart.lines.map(
          ({ label, tone, metric }, index) =>
            html`<li class=${tone}>
              <span class="swatch" aria-hidden="true"></span>${label}
              <b data-metric=${metric}>${figure(values[index] ?? null)}</b>
              ${
                chart.unit === '' || (values[index] ?? null) === null
                  ? ''
                  : html`<span class="unit">${chart.unit}</span>`
              }
            </li>`,
        )}
      </ul>
    </figcaption>
    <div class="plot ${isEmpty ? 'empty' : ''}">
      <live-chart
        role="img"
        aria-label="${chart.title}: ${spoken.join(', ')}"
        .content=${content}
        @point=${({ detail }: CustomEvent<number | undefined>) => actions.point(detail ?? undefined)}
      ></live-chart>
      ${isEmpty ? html`<p class="nothing">Nothing to show yet</p>` : ''}
    </div>
  </figure>`;
}

function contentOf(chart: Chart, { history, charted, events }: PageModel): ChartContent {
  const figures = history.figures[charted];
  const marks = events.flatMap(({ at, kind, component }) => {
    if (kind !== 'fault' && kind !== 'rollback') return [];
    const isShown = charted === ALL || component === undefined || component === charted;
    return isShown ? [{ at, kind }] : [];
  });
  return {
    chart,
    at: history.at,
    columns: chart.lines.map(({ metric }) => figures?.[metric] ?? []),
    marks,
  };
}
