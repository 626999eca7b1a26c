import { html, nothing, type TemplateResult } from 'lit-html';
import type { PageModel } from '../model.js';
import { PHASES } from './words.js';

const CONNECTIONS = { connecting: 'connecting', live: 'live', lost: 'disconnected' } as const;

/** What this is, whether it is current, and what the users of the service notice. */
export function headView({ connection, snapshot }: PageModel): TemplateResult {
  const { title, text } = PHASES[snapshot?.phase ?? 'preparing'];
  return html`<header class="head">
    <div class="brand">
      <img src="/page/icon.svg" alt="" width="36" height="36" />
      <div>
        <h1>Resync</h1>
        <p class="connection ${connection}" role="status">
          <span class="dot" aria-hidden="true"></span>${CONNECTIONS[connection]}
        </p>
      </div>
    </div>
    <div class="phase">
      <h2>${title}${snapshot?.isPaused === true ? ', paused' : nothing}</h2>
      <p>${text}</p>
    </div>
    ${usersView(snapshot?.load)}
  </header>`;
}

function usersView(load: NonNullable<PageModel['snapshot']>['load']): TemplateResult {
  const figures = [
    ['requests/s', load?.perSecond, 'plain'],
    ['requests', load?.requests, 'plain'],
    ['failed', load?.failed, 'alarming'],
    ['stale reads', load?.stale, 'alarming'],
  ] as const;
  return html`<dl class="users" aria-label="What the load generator sees">
    ${figures.map(
      ([label, value, kind]) =>
        html`<div class=${kind === 'alarming' && (value ?? 0) > 0 ? 'alarm' : ''}>
          <dt>${label}</dt>
          <dd data-load=${label}>${value === undefined ? '–' : value.toLocaleString('en')}</dd>
        </div>`,
    )}
  </dl>`;
}
