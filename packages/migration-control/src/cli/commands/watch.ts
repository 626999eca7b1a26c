import type { Timer } from '@resync/cache-contract';
import type { RolloutReport } from '../../operator/rollout-operator.js';
import { describeRung } from '../../plan/rung.js';
import { COMPONENT, namedComponent } from '../choose-component.js';
import { CommandError } from '../command-error.js';
import type { Command, CommandCall, CommandOutcome } from '../command.js';
import type { RolloutNews } from '../connection/connection.js';
import { timeoutOf } from '../connection/timeout-of.js';
import { Outage } from '../outage.js';
import { parseTime } from '../parse-time.js';
import { recordText } from '../print/record-text.js';
import { statusText } from '../print/status-text.js';
import { printable } from '../terminal.js';

const MOST_RECORDS = 12;
const HOME_AND_CLEAR = '\u001b[H\u001b[J';

export const watch: Command = {
  name: 'watch',
  summary: 'the rollout as it happens, until Ctrl-C',
  more: 'On a terminal a view that is drawn again; elsewhere a line for each event.',
  operands: [{ ...COMPONENT, about: 'only this component' }],
  options: {
    for: { value: '<time>', about: 'ends by itself after so long' },
    until: {
      value: '<step>',
      about:
        'ends once it is there, such as "live 25" or complete; fails where --for is over before',
    },
  },
  examples: [
    { line: 'watch', about: 'while a step is taken' },
    { line: 'watch core --until "live 25" --for 1h --json', about: 'in a script' },
  ],
  run: async (call) => {
    const { clock, options, signal, terminal } = call;
    const lasting = options.text('for');
    const until = options.text('until');
    const forMs = lasting === undefined ? undefined : parseTime(lasting, 'for');
    checkStep(until);
    const connection = await call.connect();
    const only = await namedComponent(call, connection);
    const ending = new AbortController();
    const end = (): void => ending.abort();
    signal.addEventListener('abort', end);
    let timer: Timer | undefined;
    let why: string | undefined;
    const view = new View(call);
    const withinMs = forMs === undefined ? timeoutOf(options) : undefined;
    const outage = new Outage(clock, { withinMs, giveUp: end });
    try {
      for await (const all of connection.follow(ending.signal)) {
        if (forMs !== undefined) timer ??= clock.schedule(end, forMs);
        if (all.kind === 'cut') {
          if (outage.why === undefined) terminal.err(`${printable(all.why)}; it is asked again\n`);
          outage.begin(all.why);
          continue;
        }
        outage.end();
        const news = concerning(all, only);
        if (news === undefined) continue;
        view.show(news);
        if (news.kind === 'state' && until !== undefined && isThere(news.report, until))
          return DONE;
      }
    } finally {
      timer?.cancel();
      signal.removeEventListener('abort', end);
      why = outage.why;
      outage.end();
      end();
    }
    if (signal.aborted) return DONE;
    if (why !== undefined) throw new CommandError('UNREACHABLE', `${why}; watch again`);
    if (until === undefined) return DONE;
    throw new CommandError(
      'REFUSED',
      `${only ?? 'not every component'} is${only === undefined ? '' : ' not'} in ${until} yet`,
    );
  },
};

type Shown = Extract<RolloutNews, { readonly kind: 'record' | 'state' }>;

/** What there is of the news that concerns one component, or all; undefined: nothing. */
function concerning(news: RolloutNews, only: string | undefined): Shown | undefined {
  if (news.kind === 'cut' || news.kind === 'back') return undefined;
  if (only === undefined) return news;
  if (news.kind === 'record') {
    return [only, 'all'].includes(news.record.component) ? news : undefined;
  }
  const components = news.report.components.filter(({ name }) => name === only);
  return { kind: 'state', report: { ...news.report, components } };
}

const DONE: CommandOutcome = { verdict: 'ok' };

/** What is written of the news. */
class View {
  readonly #call: CommandCall;
  readonly #records: string[] = [];
  #last: RolloutReport | undefined;

  constructor(call: CommandCall) {
    this.#call = call;
  }

  show(news: Shown): void {
    const { options, paint, terminal } = this.#call;
    if (options.has('json')) {
      terminal.out(`${JSON.stringify(news)}\n`);
      return;
    }
    if (news.kind === 'record') this.#records.push(recordText(news.record));
    else this.#last = news.report;
    if (terminal.isLive) {
      const records = this.#records.slice(-MOST_RECORDS).map((line) => `${paint('dim', line)}\n`);
      const status = this.#last === undefined ? '' : statusText(this.#last, paint);
      terminal.out(`${HOME_AND_CLEAR}${status}\n${records.join('')}`);
    } else if (news.kind === 'record') {
      terminal.out(`${recordText(news.record)}\n`);
    } else {
      const places = news.report.components.map(({ at, name }) => `${name} ${describeRung(at)}`);
      terminal.out(`${printable(places.join(', '))}\n`);
    }
  }
}

const STEP = /^(off|dualwrite|shadow|live +(\d+(?:\.\d+)?)( *%)?|rampdown|complete)$/;

function checkStep(until: string | undefined): void {
  if (until === undefined || STEP.test(until)) return;
  throw new CommandError(
    'USAGE',
    `expected --until as a step such as shadow, "live 25" or complete; got ${JSON.stringify(until)}`,
  );
}

function isThere({ components }: RolloutReport, until: string): boolean {
  const [, step = '', percentage] = STEP.exec(until) ?? [];
  const rung = percentage === undefined ? step : `live ${Number(percentage)} %`;
  return components.every(({ at }) => describeRung(at) === rung);
}
