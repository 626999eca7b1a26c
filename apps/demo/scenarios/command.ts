import { writeFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { DemoError } from '../demo-error.js';
import { assertWritable } from '../given-file.js';
import { OrphanGuard } from '../orphans/orphan-guard.js';
import type { Colouring } from '../rehearsal/painter.js';
import { runScenario, type IsThere } from './run-scenario.js';
import { SABOTAGES, type Sabotage, type Scenario, type ScenarioContext } from './scenario.js';
import { SCENARIOS } from './scenarios.js';
import { verdictLines, type Verdict } from './verdict.js';

/** What a command is run in. */
export interface CommandSurroundings {
  readonly args: readonly string[];
  readonly loadGenerator: string;
  /** The built watch over what a killed process leaves behind. */
  readonly orphanWatch: string;
  readonly print: (line: string) => void;
  /** For what is no result. */
  readonly tell: (line: string) => void;
  readonly colouring: Colouring;
  readonly isThere: IsThere;
  readonly signal: AbortSignal;
}

const HELP = `Plays through what may happen to a service that migrates, each with a verdict.

  npm run scenario -- <name> [<name> ...]
  npm run scenario -- all            the chaos suite: every scenario
  npm run scenario -- --list         what there is

Options:
  --seed <number>   what is random repeats by it, as far as time lets it (1)
  --small           as little as shows the point, in seconds
  --with <what>     takes a protection away, so that it has to fail:
                    ${SABOTAGES.join(', ')}
  --json            the verdicts as JSON on stdout, and nothing else
  --report <file>   the same into a file
  --help            this text

The exit code is 0 where everything passed; what needs redis-server is skipped where there is none.

Examples:
  npm run scenario -- slow-release
  npm run scenario -- broken-next --with naive-router
  npm run scenario -- all --small --json
`;

/** Runs the command; resolves with the exit code. */
export async function scenarioCommand(surroundings: CommandSurroundings): Promise<number> {
  const { print, tell, colouring } = surroundings;
  const { values, positionals } = readArguments(surroundings.args);
  if (values.help) {
    print(HELP.trimEnd());
    return 0;
  }
  if (values.list) {
    list(print, values.json ? 'json' : 'text');
    return 0;
  }
  const say = values.json ? tell : print;
  const chosen = chosenFrom(positionals);
  const guard = new OrphanGuard(surroundings.orphanWatch);
  const context: ScenarioContext = {
    seed: seedFrom(values.seed),
    size: values.small ? 'small' : 'full',
    sabotage: sabotageFrom(values.with),
    loadGenerator: surroundings.loadGenerator,
    guard,
    say: (text) => say(`  ${text}`),
    signal: surroundings.signal,
  };
  if (values.report !== undefined) await assertWritable('--report', values.report);
  const verdicts: Verdict[] = [];
  try {
    for (const scenario of chosen) {
      say(`${scenario.name}: ${scenario.title}`);
      const verdict = await runScenario(scenario, context, surroundings.isThere);
      verdicts.push(verdict);
      for (const line of verdictLines(verdict, values.json ? 'plain' : colouring)) say(line);
    }
  } finally {
    await guard.end();
  }
  const json = JSON.stringify(verdicts, undefined, 2);
  if (values.json) print(json);
  if (values.report !== undefined) await writeFile(values.report, `${json}\n`);
  const failed = verdicts.filter(({ verdict }) => verdict === 'failed');
  if (verdicts.length > 1) {
    const names = failed.map(({ scenario }) => scenario).join(', ');
    say(failed.length === 0 ? 'none failed' : `failed: ${names}`);
  }
  return failed.length === 0 ? 0 : 1;
}

function list(print: (line: string) => void, form: 'text' | 'json'): void {
  if (form === 'json') {
    const listed = SCENARIOS.map(({ name, title, failsWith, needs }) => {
      return { name, title, failsWith, ...(needs && { needs }) };
    });
    print(JSON.stringify(listed, undefined, 2));
    return;
  }
  const longest = Math.max(...SCENARIOS.map(({ name }) => name.length));
  for (const { name, title, failsWith } of SCENARIOS) {
    print(`${name.padEnd(longest)}  ${title} (fails --with ${failsWith})`);
  }
}

function readArguments(args: readonly string[]) {
  return parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      seed: { type: 'string', default: '1' },
      small: { type: 'boolean', default: false },
      with: { type: 'string' },
      json: { type: 'boolean', default: false },
      report: { type: 'string' },
      list: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
}

function chosenFrom(names: readonly string[]): readonly Scenario[] {
  const known = SCENARIOS.map(({ name }) => name).join(', ');
  if (names.length === 0) throw new DemoError(`expected a scenario of ${known}, or all; got none`);
  return names.flatMap((name) => {
    const found = name === 'all' ? SCENARIOS : SCENARIOS.filter((each) => each.name === name);
    if (found.length > 0) return found;
    throw new DemoError(`expected a scenario of ${known}, or all; got ${JSON.stringify(name)}`);
  });
}

function seedFrom(text: string): number {
  const seed = Number(text);
  if (/^\d+$/.test(text) && seed < 2 ** 31) return seed;
  throw new DemoError(
    `expected --seed to be a whole number below 2^31; got ${JSON.stringify(text)}`,
  );
}

function sabotageFrom(text: string | undefined): Sabotage | undefined {
  if (text === undefined) return undefined;
  const found = SABOTAGES.find((sabotage) => sabotage === text);
  if (found !== undefined) return found;
  throw new DemoError(
    `expected --with to be one of ${SABOTAGES.join(', ')}; got ${JSON.stringify(text)}`,
  );
}
