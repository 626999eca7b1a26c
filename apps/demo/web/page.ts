import { render } from 'lit-html';
import 'uplot/dist/uPlot.min.css';
import './page.css';
import {
  EMPTY_MODEL,
  received,
  type Notice,
  type PageActions,
  type PageModel,
  type Wish,
} from './model.js';
import { ask, dropToken, keepToken, tokenOfTab } from './steering.js';
import { followService } from './stream.js';
import { pageView } from './views/page-view.js';

/** How long a notice is there; what was refused takes longer to be read. */
const NOTICE_MS = { done: 8000, refused: 20_000 } as const;

const root = document.getElementById('page') ?? document.body;
let model: PageModel = { ...EMPTY_MODEL, token: tokenOfTab() };
let isDue = false;
let isFirst = true;

/** Shows the model with the next frame, however often it changes until then. */
function update(change: Partial<PageModel>): void {
  model = { ...model, ...change };
  if (isDue) return;
  isDue = true;
  requestAnimationFrame(() => {
    isDue = false;
    if (isFirst) root.replaceChildren();
    isFirst = false;
    render(pageView(model, actions), root);
  });
}

const actions: PageActions = {
  chart: (charted) => update({ charted }),
  point: (pointedAt) => update({ pointedAt }),
  useToken: (token) => {
    keepToken(token);
    update({ token, notice: undefined });
  },
  ask: (wish) => {
    const { token } = model;
    // The second half of a double click asks for what is asked for already.
    if (token === undefined || model.pending.some((one) => isSame(one, wish))) return;
    update({ pending: [...model.pending, wish] });
    void ask(wish, token).then(({ isTokenWrong, ...notice }) => {
      if (isTokenWrong) dropToken();
      const pending = model.pending.filter((one) => one !== wish);
      update({ pending, notice, ...(isTokenWrong && { token: undefined }) });
      schedule(() => forget(notice), NOTICE_MS[notice.kind]);
    });
  },
};

addEventListener('hashchange', () => update({ token: tokenOfTab() }));
followService(
  {
    message: (name, message) => update(received(model, name, message)),
    lost: () => update({ connection: 'lost' }),
  },
  { connect: () => new EventSource('/live/events'), schedule },
);

function schedule(callback: () => void, delayMs: number): { cancel(): void } {
  const timer = setTimeout(callback, delayMs);
  return { cancel: () => clearTimeout(timer) };
}

/** Unless there is a newer one. */
function forget(notice: Notice): void {
  if (model.notice === notice) update({ notice: undefined });
}

function isSame(one: Wish, other: Wish): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}
