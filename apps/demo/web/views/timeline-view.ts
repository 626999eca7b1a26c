import { html, nothing, type TemplateResult } from 'lit-html';
import { repeat } from 'lit-html/directives/repeat.js';
import type { PageEvent } from '../../server/live/page-messages.js';
import type { PageModel } from '../model.js';
import { bareOf, timeOfDay } from './words.js';

const KINDS: Readonly<Record<PageEvent['kind'], string>> = {
  step: 'step',
  hold: 'stays',
  rollback: 'back',
  fault: 'fault',
  note: 'note',
};

/** What happened, the newest first. */
export function timelineView({ events }: PageModel): TemplateResult {
  return html`<section class="panel timeline" aria-labelledby="timeline-title">
    <header class="panel-head"><h2 id="timeline-title">What happened</h2></header>
    ${
      events.length === 0
        ? html`<p class="nothing">Nothing has happened yet.</p>`
        : html`<ol tabindex="0" aria-labelledby="timeline-title">
            ${repeat([...events].reverse(), ({ id }) => id, eventView)}
          </ol>`
    }
  </section>`;
}

function eventView({ at, component, kind, sentence, who }: PageEvent): TemplateResult {
  return html`<li class=${kind}>
    <time datetime=${new Date(at).toISOString()}>${timeOfDay(at)}</time>
    <span class="kind">${KINDS[kind]}</span>
    <p>
      ${component === undefined ? nothing : html`<b>${component}</b> `}${bareOf(sentence, component)}
      ${who === undefined || who === 'rollout' ? nothing : html`<span class="who">by ${who}</span>`}
    </p>
  </li>`;
}
