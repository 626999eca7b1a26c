import { html, type TemplateResult } from 'lit-html';
import type { PageKpi } from '../../server/live/page-messages.js';
import type { PageModel } from '../model.js';

const MARKS: Readonly<Record<PageKpi['verdict'], string>> = {
  met: '✓',
  missed: '✕',
  'not measured': '–',
};

/** The figures of the rehearsal, or of the last minute where there was none, against their targets. */
export function kpiView({ kpis: { of, rows }, snapshot }: PageModel): TemplateResult {
  const isOpen = rows.every(({ verdict }) => verdict === 'not measured');
  return html`<section class="panel kpis" aria-labelledby="kpis-title">
    <header class="panel-head">
      <h2 id="kpis-title">KPIs of the ${of}</h2>
      ${isOpen ? html`<p class="moment">${whenOf(snapshot?.phase)}</p>` : ''}
    </header>
    <table>
      <thead>
        <tr>
          <th scope="col">KPI</th>
          <th scope="col" class="number">measured</th>
          <th scope="col" class="number">target</th>
          <th scope="col">verdict</th>
        </tr>
      </thead>
      <tbody>
        ${rows.map(
          ({ title, measured, target, verdict }) =>
            html`<tr class=${verdict.replace(' ', '-')}>
              <th scope="row">${title}</th>
              <td class="number">${measured}</td>
              <td class="number target">${target}</td>
              <td class="verdict">
                <span aria-hidden="true">${MARKS[verdict]}</span>
                <span class="word">${isOpen ? 'open' : verdict}</span>
              </td>
            </tr>`,
        )}
      </tbody>
    </table>
  </section>`;
}

function whenOf(phase: string | undefined): string {
  return phase === 'rehearsal' ? 'measured at its end' : 'there was none; others in ten seconds';
}
