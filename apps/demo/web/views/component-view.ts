import { html, nothing, type TemplateResult } from 'lit-html';
import { FAULTS, type PageComponent } from '../../server/live/page-messages.js';
import { maySteer, type PageActions, type PageModel } from '../model.js';
import { ladderView } from './ladder-view.js';
import { bareOf, describe, FAULT_WORDS, figure } from './words.js';

/** One component: where it is, who answers, and what one can do about it. */
export function componentView(
  component: PageComponent,
  model: PageModel,
  actions: PageActions,
): TemplateResult {
  const { name, at, share, fault } = component;
  const { tone, word } = standingOf(component, model);
  return html`<article class="component ${fault === 'none' ? '' : 'faulty'}" data-component=${name}>
    <header>
      <h3>${name}</h3>
      <span class="standing ${tone}">${word}</span>
      ${seenView(name, model)} ${shareView(share)}
    </header>
    ${ladderView(name, at)}
    <div class="next-step">
      <p>${sentenceOf(component, model)}</p>
      <div class="steering">${buttonsView(component, model, actions)}</div>
    </div>
    ${faultsView(component, model, actions)}
  </article>`;
}

/** What somebody outside of the service knows of it. */
function seenView(name: string, { snapshot }: PageModel): TemplateResult | typeof nothing {
  const percentage = snapshot?.load?.percentages[name];
  if (percentage === undefined) return nothing;
  return html`<span class="seen" title="As the last answer told the load generator">
    seen at <b data-seen=${name}>${percentage} %</b>
  </span>`;
}

function shareView(share: number | null): TemplateResult {
  const next = share ?? 0;
  return html`<span class="share" title="Who answered the reads of the last seconds">
    <span class="bar ${share === null ? 'unknown' : ''}" aria-hidden="true">
      <span class="by-next" .style=${`width: ${next}%`}></span>
    </span>
    <span class="figure">
      ${share === null ? 'no reads' : html`<b>${figure(share)} %</b> by next`}
    </span>
  </span>`;
}

function standingOf(
  { status, next, at }: PageComponent,
  { snapshot }: PageModel,
): { readonly tone: string; readonly word: string } {
  if (status === undefined) {
    return snapshot?.phase === 'rehearsal'
      ? { tone: 'going', word: 'rehearsing' }
      : { tone: 'resting', word: 'as it was' };
  }
  if (status === 'rolled back' || status === 'taken back') return { tone: 'back', word: status };
  if (status === 'held') return { tone: 'held', word: 'held' };
  if (snapshot?.isPaused === true) return { tone: 'held', word: 'paused' };
  if (next === undefined) return { tone: 'there', word: 'finished' };
  if (at.stage === 'live' && at.percentage === 100) return { tone: 'there', word: 'at the top' };
  return { tone: 'going', word: at.stage === 'off' ? 'waiting' : 'climbing' };
}

function sentenceOf(
  { name, status, holding, next, at }: PageComponent,
  { snapshot, events }: PageModel,
): string {
  if (snapshot?.phase === 'rehearsal') return `The rehearsal has it in ${describe(at)}.`;
  if (snapshot?.phase !== 'rollout') return `It is in ${describe(at)}.`;
  if (status === 'rolled back' || status === 'held') {
    const why = events.findLast((event) => event.component === name && event.kind === 'rollback');
    if (why !== undefined) return asSentence(bareOf(why.sentence, name));
  }
  if (holding !== '') return asSentence(holding);
  return next === undefined ? 'There is no next step.' : `On its way; ${describe(next)} is next.`;
}

function asSentence(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}.`;
}

function buttonsView(
  { name, status, next, at }: PageComponent,
  model: PageModel,
  actions: PageActions,
): TemplateResult {
  const isOpen = maySteer(model);
  const isGoing = status === 'going';
  const isComplete = at.stage === 'complete';
  const ask = (kind: 'promote' | 'resume' | 'roll back' | 'roll back cold') => (): void =>
    actions.ask({ kind, component: name });
  return html`
    ${
      isGoing || status === undefined
        ? html`<button
            type="button"
            ?disabled=${!isOpen || next === undefined || model.snapshot?.isPaused === true}
            @click=${ask('promote')}
          >
            Promote${next === undefined ? nothing : html` <span>to ${describe(next)}</span>`}
          </button>`
        : html`<button type="button" class="primary" ?disabled=${!isOpen} @click=${ask('resume')}>
            Resume
          </button>`
    }
    <button
      type="button"
      class="danger"
      ?disabled=${!isOpen || at.stage === 'off'}
      @click=${ask(isComplete ? 'roll back cold' : 'roll back')}
    >
      Roll back${isComplete ? html` <span>to an empty legacy</span>` : nothing}
    </button>
  `;
}

function faultsView(
  { name, fault }: PageComponent,
  model: PageModel,
  actions: PageActions,
): TemplateResult {
  return html`<fieldset class="faults" ?disabled=${!maySteer(model)}>
    <legend>Next</legend>
    ${FAULTS.map(
      (one) =>
        html`<label title=${FAULT_WORDS[one].title}>
          <input
            type="radio"
            name="fault-${name}"
            value=${one}
            .checked=${one === fault}
            @change=${() => actions.ask({ kind: 'fault', component: name, fault: one })}
          />
          <span>${FAULT_WORDS[one].label}</span>
        </label>`,
    )}
  </fieldset>`;
}
