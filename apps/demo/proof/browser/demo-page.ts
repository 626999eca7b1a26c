import { startBrowser, type Browser, type Page } from '@resync/tooling-browser';
import { DemoProcess } from '../../test/demo-process.js';

/** Of one click, or one wait; nothing is expected to come near it. */
const ACTION_GUARD_MS = 60_000;

/** A demo with its page in a browser of its own. */
export class DemoPage {
  readonly page: Page;
  /** Errors of the console and of scripts, and violations of the content security policy. */
  readonly complaints: readonly string[];
  readonly #demo: DemoProcess;
  readonly #browser: Browser;

  private constructor(parts: {
    readonly demo: DemoProcess;
    readonly browser: Browser;
    readonly page: Page;
    readonly complaints: readonly string[];
  }) {
    this.page = parts.page;
    this.complaints = parts.complaints;
    this.#demo = parts.demo;
    this.#browser = parts.browser;
  }

  /** Starts the demo and opens its page by the link in its terminal. */
  static async open(args: readonly string[] = []): Promise<DemoPage> {
    const demo = new DemoProcess({}, args);
    const browser = await startBrowser(process.env);
    const page = await browser.newPage();
    page.setDefaultTimeout(ACTION_GUARD_MS);
    const complaints: string[] = [];
    page.on('pageerror', (error) => complaints.push(error.message));
    page.on('console', (message) => {
      // The answer to a click that came just after the plan had taken a step of its own.
      if (message.text().includes('status of 409')) return;
      if (['error', 'warning'].includes(message.type())) complaints.push(message.text());
    });
    await page.goto(await linkOf(demo));
    await page.locator('[data-component]').first().waitFor();
    return new DemoPage({ demo, browser, page, complaints });
  }

  get demo(): DemoProcess {
    return this.#demo;
  }

  /** Waits until the rollout by plan has begun. */
  async steerable(): Promise<void> {
    await this.page.getByRole('button', { name: 'Pause', disabled: false }).waitFor();
  }

  async close(): Promise<void> {
    await this.#browser.close();
    this.#demo.signal('SIGTERM');
    await this.#demo.ended();
  }
}

/** The link with the token, as the terminal shows it. */
async function linkOf(demo: DemoProcess): Promise<string> {
  const line = await demo.line(/#token=/);
  return /http\S+#token=\w+/.exec(line)?.[0] ?? '';
}
