import { render } from 'lit-html';
import 'uplot/dist/uPlot.min.css';
import './page.css';
import { EMPTY_MODEL, received, type PageActions, type PageModel } from './model.js';
import { ask, dropToken, keepToken, tokenOfTab } from './steering.js';
import { followService } from './stream.js';
import { pageView } from './views/page-view.js';

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
    const { token, pending } = model;
    if (token === undefined || pending !== undefined) return;
    update({ pending: wish });
    void ask(wish, token).then(({ isTokenWrong, ...notice }) => {
      if (isTokenWrong) dropToken();
      update({ pending: undefined, notice, ...(isTokenWrong && { token: undefined }) });
    });
  },
};

addEventListener('hashchange', () => update({ token: tokenOfTab() }));
followService({
  message: (name, message) => update(received(model, name, message)),
  lost: () => update({ connection: 'lost', pending: undefined }),
});
