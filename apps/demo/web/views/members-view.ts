import { html, nothing, type TemplateResult } from 'lit-html';
import type { PageComponent, PageMember } from '../../server/live/page-messages.js';

/** The processes of a fleet, and the epoch that each has acknowledged last. */
export function membersView({ name, members }: PageComponent): TemplateResult | typeof nothing {
  if (members === undefined) return nothing;
  const latest = Math.max(...members.map(({ epoch }) => epoch ?? 0));
  return html`<ul class="members" aria-label="Processes of ${name}, and their epochs">
    ${members.map((member) => memberView(member, latest))}
  </ul>`;
}

function memberView(
  { name, epoch, isController, isGone }: PageMember,
  latest: number,
): TemplateResult {
  const state = isGone ? 'gone' : epoch === latest ? 'current' : 'behind';
  const part = isController ? ', takes the steps' : '';
  const title = { gone: 'has ended', current: 'is there', behind: 'is not there yet' }[state];
  return html`<li class=${state} data-member=${name} title="${name} ${title}${part}">
    ${name}${isController ? html`<span aria-hidden="true"> ★</span>` : nothing}
    <b>${isGone ? 'gone' : `epoch ${epoch ?? '–'}`}</b>
  </li>`;
}
