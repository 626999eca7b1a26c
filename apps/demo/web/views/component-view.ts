import { html, nothing, type TemplateResult } from 'lit-html';
import { live } from 'lit-html/directives/live.js';
import { FAULTS, type PageComponent } from '../../server/live/page-messages.js';
import { maySteer, type PageActions, type PageModel } from '../model.js';
import { ladderView } from './ladder-view.js';
import { membersView } from './members-view.js';
import { steeringButton } from './steering-button.js';
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
      ${shareView(share)}
    </header>
    ${ladderView(name, at)} ${membersView(component)}
    <p class="sentence">${sentenceOf(component, model)}</p>
    <div class="next-step">
      ${seenView(name, model)}
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
    seen at <b data-seen=${name}>${percentage} %</b> from outside
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
  if (isPausedIn({ snapshot })) return { tone: 'held', word: 'paused' };
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
  { name, status, next, at, isOnTheWay }: PageComponent,
  model: PageModel,
  actions: PageActions,
): TemplateResult {
  const isOpen = maySteer(model);
  const isGoing = status === 'going';
  const mayPromote = isOpen && next !== undefined && !isOnTheWay && !isPausedIn(model);
  const isComplete = at.stage === 'complete';
  const ask = (kind: 'promote' | 'resume' | 'roll back' | 'roll back cold') => (): void =>
    actions.ask({ kind, component: name });
  const forward =
    isGoing || status === undefined
      ? {
          label: 'Promote',
          detail: next && `to ${describe(next)}`,
          isOpen: mayPromote,
          press: ask('promote'),
        }
      : { label: 'Resume', tone: 'primary' as const, isOpen, press: ask('resume') };
  const back = {
    label: 'Roll back',
    detail: isComplete ? 'to an empty legacy' : undefined,
    tone: 'danger' as const,
    isOpen: isOpen && at.stage !== 'off',
    press: ask(isComplete ? 'roll back cold' : 'roll back'),
  };
  return html`${steeringButton(forward)} ${steeringButton(back)}`;
}

function isPausedIn({ snapshot }: Pick<PageModel, 'snapshot'>): boolean {
  return snapshot?.isPaused === true;
}

function faultsView(
  { name, fault }: PageComponent,
  model: PageModel,
  actions: PageActions,
): TemplateResult {
  const asked = model.pending.findLast((wish) => wish.kind === 'fault' && wish.component === name);
  const shown = asked?.kind === 'fault' ? asked.fault : fault;
  return html`<fieldset class="faults" ?disabled=${!maySteer(model)}>
    <legend>Next cache</legend>
    ${FAULTS.map(
      (one) =>
        html`<label title=${FAULT_WORDS[one].title}>
          <input
            type="radio"
            name="fault-${name}"
            value=${one}
            .checked=${live(one === shown)}
            @change=${() => actions.ask({ kind: 'fault', component: name, fault: one })}
          />
          <span>${FAULT_WORDS[one].label}</span>
        </label>`,
    )}
  </fieldset>`;
}
