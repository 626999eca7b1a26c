import { spawn } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { hasBrowser, startBrowser } from './browser.mjs';

// Takes the pictures of the demo's page that README shows: after the rehearsal, in
// the middle of a rollout, when the judge has just taken a component back.

const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..');
const folder = join(root, 'docs', 'pictures');

const PICTURES = /** @type {const} */ ([
  { name: 'page-light', colorScheme: 'light', width: 1280 },
  { name: 'page-dark', colorScheme: 'dark', width: 1280 },
  { name: 'phone-light', colorScheme: 'light', width: 360 },
  { name: 'phone-dark', colorScheme: 'dark', width: 360 },
]);

/** Of 100; text stays sharp, and a picture stays far below 200 kB. */
const QUALITY = 82;
const PATIENCE_MS = 900_000;

/** @param {import('node:child_process').ChildProcessByStdio<null, import('node:stream').Readable, null>} demo */
async function linkOf(demo) {
  for await (const line of createInterface({ input: demo.stdout })) {
    const link = /http\S+#token=\w+/.exec(line)?.[0];
    if (link !== undefined) {
      demo.stdout.resume();
      return link;
    }
  }
  throw new Error('the demo ended before it served');
}

/**
 * @param {import('./browser.mjs').Browser} browser
 * @param {string} link
 */
async function openPages(browser, link) {
  return Promise.all(
    PICTURES.map(async ({ name, colorScheme, width }) => {
      const viewport = { width, height: width === 360 ? 740 : 900 };
      const context = await browser.newContext({ colorScheme, viewport, reducedMotion: 'reduce' });
      const page = await context.newPage();
      await page.goto(link);
      return { name, page, context };
    }),
  );
}

/**
 * As WebP, which the browser makes itself.
 *
 * @param {import('./browser.mjs').Page} page
 */
async function pictureOf(page) {
  const session = await page.context().newCDPSession(page);
  const { cssContentSize } = await session.send('Page.getLayoutMetrics');
  const { data } = await session.send('Page.captureScreenshot', {
    format: 'webp',
    quality: QUALITY,
    captureBeyondViewport: true,
    clip: { x: 0, y: 0, width: cssContentSize.width, height: cssContentSize.height, scale: 1 },
  });
  return Buffer.from(data, 'base64');
}

if (hasBrowser({ ...process.env, CI: 'true' })) await takePictures();

async function takePictures() {
  const demo = spawn(process.execPath, [join(root, 'apps', 'demo', 'dist', 'main.js')], {
    env: { ...process.env, PORT: '0' },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const browser = await startBrowser(process.env);
  try {
    const link = await linkOf(demo);
    const context = await browser.newContext();
    const watching = await context.newPage();
    await watching.goto(link);
    console.log('waiting for the rehearsal, and for the rollout after it');
    // The rehearsal takes llm to 50 % as well.
    await watching.getByRole('heading', { name: 'Rollout' }).waitFor({ timeout: PATIENCE_MS });
    const llm = watching.locator('[data-component="llm"]');
    await llm.locator('[aria-label="llm is in live 50 %"]').waitFor({ timeout: PATIENCE_MS });
    await llm.getByRole('radio', { name: '+ 50 ms' }).click();
    await llm.getByText('rolled back', { exact: true }).waitFor({ timeout: PATIENCE_MS });
    const pages = await openPages(browser, link);
    for (const { page } of pages) await page.locator('[data-component]').first().waitFor();
    await mkdir(folder, { recursive: true });
    for (const { name, page } of pages) {
      await page.locator('.u-over').first().waitFor();
      const picture = await pictureOf(page);
      await writeFile(join(folder, `${name}.webp`), picture);
      console.log(`docs/pictures/${name}.webp: ${Math.round(picture.length / 1000)} kB`);
    }
  } finally {
    await browser.close();
    demo.kill('SIGTERM');
  }
}
