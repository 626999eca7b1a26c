import { hasBrowser } from '@resync/tooling-browser';
import { expect, it } from 'vitest';
import { DemoPage } from './demo-page.js';

it.runIf(hasBrowser(process.env))(
  'the page shows the rehearsal as it goes, and nobody steers it',
  async () => {
    const open = await DemoPage.open();
    try {
      const core = open.page.locator('[data-component="core"]');
      await open.page.getByRole('heading', { name: 'Rehearsal', exact: true }).waitFor();
      await core.locator('[aria-label="core is in off"]').waitFor();
      await core.locator('[aria-label^="core is in live"]').waitFor();
      await open.page.getByText('measured at its end').waitFor();
      expect(await core.getByRole('button', { disabled: true }).count()).toBe(2);
      expect(await core.getByRole('radio', { disabled: true }).count()).toBe(5);
      expect(open.complaints).toEqual([]);
    } finally {
      await open.close();
    }
  },
);
