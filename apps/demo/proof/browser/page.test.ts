import { hasBrowser, type Locator } from '@resync/tooling-browser';
import axe from 'axe-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DemoPage } from './demo-page.js';

// In this order: each test finds the rollout where the one before it has left it.

const FAULT_SHOWS_WITHIN_MS = 2000;
/** More than there are places where Tab stops. */
const MOST_STOPS = 100;
const TOP = 'live 100 %';
const RUNGS = ['dualwrite', 'shadow', 'live 0 %', 'live 10 %', 'live 25 %', 'live 50 %', TOP];

describe.runIf(hasBrowser(process.env))('the page', { shuffle: false }, () => {
  let open: DemoPage;
  const hierarchy = () => open.page.locator('[data-component="hierarchy"]');
  const ladder = () => hierarchy().getByRole('img', { name: /^hierarchy is in/ });
  const button = (name: RegExp) => hierarchy().getByRole('button', { name });

  beforeAll(async () => {
    open = await DemoPage.open(['--skip-rehearsal']);
    await open.steerable();
  });

  afterAll(() => open.close());

  it('takes the token out of the address, and keeps it over a reload', async () => {
    expect(open.page.url()).not.toContain('token');
    await open.page.reload();
    await open.steerable();
  });

  it('follows a rollout live, from off to live 100 %', async () => {
    await climbToTop();
    await loadSees('100');
    const timeline = open.page.getByRole('list', { name: 'What happened' });
    for (const rung of RUNGS) {
      await timeline.getByText(`hierarchy is in ${rung}`, { exact: true }).waitFor();
    }
  });

  it('shows a fault within two seconds, and what the judge makes of it', async () => {
    const shown = open.page.locator('[data-metric="nextErrors"]', { hasText: /[1-9]/ });
    await open.page
      .getByRole('group', { name: 'Component' })
      .getByRole('radio', { name: 'hierarchy' })
      .click();
    const begun = performance.now();
    await hierarchy().getByRole('radio', { name: 'fails' }).click();
    await shown.waitFor({ timeout: 10 * FAULT_SHOWS_WITHIN_MS });
    const seconds = (performance.now() - begun) / 1000;
    await hierarchy().getByText('rolled back', { exact: true }).waitFor();
    await open.page
      .getByText(/hierarchy rolled back from live 100 %: (errors|fallbacks)/)
      .waitFor();
    process.stdout.write(`page: a fault showed after ${seconds.toFixed(2)} s (limit 2)\n`);
    await hierarchy().getByRole('radio', { name: 'works' }).click();
    // Next answers again, and has made up for what it missed; before, no step up would last.
    await open.page.locator('[data-metric="nextDirtyKeys"]', { hasText: /^0$/ }).waitFor();
  });

  it('takes a component back at a click, which the load generator sees', async () => {
    await climbToTop();
    await loadSees('100');
    await button(/Roll back/).click();
    await open.page
      .getByRole('status')
      .getByText(/hierarchy: rolled back in/)
      .waitFor();
    await hierarchy().locator('[aria-label="hierarchy is in live 0 %"]').waitFor();
    await loadSees('0');
    expect(await open.page.locator('[data-load="failed"]').textContent()).toBe('0');
    expect(await open.page.locator('[data-load="stale reads"]').textContent()).toBe('0');
  });

  it('works with nothing but a keyboard', async () => {
    await focusWithTab(button(/Resume/));
    await open.page.keyboard.press('Enter');
    await button(/Promote/)
      .and(open.page.locator(':enabled'))
      .waitFor();
    await focusWithTab(hierarchy().getByRole('radio', { name: 'works' }));
    await open.page.keyboard.press('ArrowRight');
    await hierarchy()
      .getByRole('radio', { name: '25 % slower' })
      .and(open.page.locator(':checked'))
      .waitFor();
    await open.page.keyboard.press('ArrowLeft');
    await focusWithTab(open.page.getByRole('button', { name: 'Pause' }));
    await open.page.keyboard.press('Enter');
    await open.page.getByRole('button', { name: 'Resume all' }).waitFor();
    await open.page.keyboard.press('Enter');
    await open.steerable();
  });

  it('moves nothing under the pointer when it says what came of a click', async () => {
    const grid = open.page.locator('.component-grid');
    const said = open.page.getByRole('status').getByText('The rollout is paused.');
    await open.page.locator('.notice.done').waitFor({ state: 'detached' });
    const before = await grid.boundingBox();
    await open.page.getByRole('button', { name: 'Pause' }).click();
    await said.waitFor();
    expect((await grid.boundingBox())?.y).toBe(before?.y);
    await open.page.getByRole('button', { name: 'Resume all' }).click();
    await open.steerable();
  });

  it.each(['light', 'dark'] as const)(
    'has no barrier that a tool finds, in %s',
    async (colorScheme) => {
      await open.page.emulateMedia({ colorScheme });
      await open.page.evaluate(axe.source);
      const found = await open.page.evaluate(async () => {
        const { axe: tool } = globalThis as unknown as { axe: typeof axe };
        const { violations } = await tool.run();
        return violations.map(
          ({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' ')}`,
        );
      });
      expect(found).toEqual([]);
    },
  );

  it('fits a phone', async () => {
    await open.page.setViewportSize({ width: 360, height: 740 });
    const width = await open.page.evaluate('document.documentElement.scrollWidth');
    expect(width).toBe(360);
    await open.page.setViewportSize({ width: 1280, height: 900 });
  });

  it('has complained of nothing', () => {
    expect(open.complaints).toEqual([]);
  });

  it('says that the service is gone, and comes back with it', async () => {
    const connection = open.page.locator('.connection');
    const before = await connection.boundingBox();
    await open.page.route('**/live/events', (route) => route.abort());
    await open.page.reload();
    await open.page.getByRole('alert').waitFor();
    expect(await connection.textContent()).toContain('disconnected');
    expect((await connection.boundingBox())?.height).toBe(before?.height);
    await open.page.unroute('**/live/events');
    await open.page.getByRole('alert').waitFor({ state: 'detached' });
    await open.steerable();
  });

  it('says where the right token is, when it was given a wrong one', async () => {
    const right = String(await open.page.evaluate("sessionStorage.getItem('resync-token')"));
    await open.page.evaluate("location.hash = 'token=wrong'");
    await open.page.getByRole('button', { name: 'Pause' }).click();
    await open.page.getByRole('status').getByText('not that of this service').waitFor();
    await open.page.getByLabel('To steer').fill(right);
    await open.page.getByRole('button', { name: 'Steer' }).click();
    await open.steerable();
  });

  /** Step by step, from wherever it is; the plan may take a step of its own in between. */
  async function climbToTop(): Promise<void> {
    if (await button(/Resume/).isVisible()) {
      await button(/Resume/).click();
      await button(/Promote/).waitFor();
    }
    for (;;) {
      const at = (await ladder().getAttribute('aria-label')) ?? '';
      if (at === `hierarchy is in ${TOP}`) return;
      await button(/Promote/).click();
      await hierarchy().locator(`.ladder:not([aria-label="${at}"])`).waitFor();
    }
  }

  async function focusWithTab(target: Locator): Promise<void> {
    const focused = target.and(open.page.locator(':focus'));
    for (let presses = 0; presses < MOST_STOPS; presses += 1) {
      if ((await focused.count()) > 0) return;
      await open.page.keyboard.press('Tab');
    }
    throw new Error(`${MOST_STOPS} times Tab did not reach ${String(target)}`);
  }

  /** The generator is a process of its own; the page shows what its last answers said. */
  async function loadSees(percentage: string): Promise<void> {
    await open.page
      .locator(`[data-seen="hierarchy"]`, { hasText: new RegExp(`^${percentage} %$`) })
      .waitFor();
  }
});
