import { html, nothing, type TemplateResult } from 'lit-html';
import { maySteer, type PageActions, type PageModel } from '../model.js';
import { chartsView } from './charts-view.js';
import { componentView } from './component-view.js';
import { headView } from './head-view.js';
import { kpiView } from './kpi-view.js';
import { steeringButton } from './steering-button.js';
import { timelineView } from './timeline-view.js';

/** The whole page. */
export function pageView(model: PageModel, actions: PageActions): TemplateResult {
  return html`
    ${headView(model)} ${lostView(model)}
    <main class=${model.connection}>
      ${
        model.snapshot === undefined
          ? html`<p class="waiting" role="status">Waiting for the first figures …</p>`
          : html`${componentsView(model, actions)} ${chartsView(model, actions)}
              <div class="pair">${timelineView(model)} ${kpiView(model)}</div>`
      }
    </main>
  `;
}

function lostView({ connection }: PageModel): TemplateResult | typeof nothing {
  if (connection !== 'lost') return nothing;
  return html`<p class="gone" role="alert">
    The service does not answer. What you see is how it was; the page tries again every two seconds.
  </p>`;
}

function componentsView(model: PageModel, actions: PageActions): TemplateResult {
  return html`<section class="components" aria-labelledby="components-title">
    <header class="panel-head">
      <h2 id="components-title">Components</h2>
      <ul class="legend key">
        <li class="legacy"><span class="swatch" aria-hidden="true"></span>legacy, the old cache</li>
        <li class="next"><span class="swatch" aria-hidden="true"></span>next, the new one</li>
      </ul>
      ${steeringView(model, actions)}
    </header>
    <p class="notice ${model.notice?.kind ?? ''}" role="status">${model.notice?.text ?? ''}</p>
    <div class="component-grid">
      ${model.snapshot?.components.map((component) => componentView(component, model, actions))}
    </div>
  </section>`;
}

function steeringView(model: PageModel, actions: PageActions): TemplateResult {
  if (model.token === undefined) return tokenView(actions);
  const { isPaused = false, isUnderMemoryPressure = false, redis } = model.snapshot ?? {};
  const isOpen = maySteer(model);
  return html`<div class="steering">
    ${steeringButton({
      label: isPaused ? 'Resume all' : 'Pause',
      isOpen,
      press: () => actions.ask({ kind: isPaused ? 'resume all' : 'pause' }),
    })}
    ${steeringButton({
      label: 'Memory pressure',
      isOpen,
      isPressed: isUnderMemoryPressure,
      press: () => actions.ask({ kind: 'memory', pressure: isUnderMemoryPressure ? 'off' : 'on' }),
    })}
    ${
      redis === undefined
        ? nothing
        : steeringButton({
            label: redis === 'up' ? 'Kill Redis' : 'Redis is gone',
            tone: 'danger',
            isOpen: isOpen && redis === 'up',
            press: () => actions.ask({ kind: 'kill redis' }),
          })
    }
  </div>`;
}

function tokenView(actions: PageActions): TemplateResult {
  const submit = (event: SubmitEvent): void => {
    event.preventDefault();
    const token = new FormData(event.currentTarget as HTMLFormElement).get('token');
    if (typeof token === 'string' && token.trim() !== '') actions.useToken(token.trim());
  };
  return html`<form class="token" @submit=${submit}>
    <label for="token">To steer, open the link from the terminal, or enter its token</label>
    <input id="token" name="token" type="password" autocomplete="off" spellcheck="false" />
    <button type="submit">Steer</button>
  </form>`;
}
