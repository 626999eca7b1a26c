import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { SteeredProcess, TOKEN, type Ended } from './command-process.js';
import { wordsOf } from './words-of.js';

/** Each command has a component of its own, so that they run beside each other. */
const PLACES = [
  'core',
  'ready',
  'climbs=3',
  'steps=2',
  'placed=4',
  'approved',
  'held=4',
  'back=5',
  'tested=5',
  'shared',
  'slow',
  'idle',
];

let service: SteeredProcess;
let folder: string;

beforeAll(async () => {
  service = await SteeredProcess.start(PLACES);
  ({ folder } = service);
  expect((await run('baseline ready --out ready.json')).code).toBe(0);
  const text = await readFile(join(folder, 'ready.json'), 'utf8');
  await writeFile(join(folder, 'slow.json'), text.replace('"ready"', '"slow"'));
  await writeFile(join(folder, 'old.json'), text.replace(/"at": \d+/, '"at": 1000'));
  await writeFile(join(folder, 'broken.json'), '{"version":1}');
  await writeFile(join(folder, 'token'), `${TOKEN}\n`, { mode: 0o600 });
  await writeFile(join(folder, 'plan.yaml'), 'version: 1\ncomponents: [{ name: core }]\n');
  await writeFile(
    join(folder, 'bad-plan.yaml'),
    'version: 1\ncomponents: [{ name: core, watch: soon }]\n',
  );
  await writeFile(join(folder, 'empty.mjs'), 'export const legacy = {};\n');
});

afterAll(async () => {
  const { failedRequests, requests } = await service.served();
  await service.end();
  expect(requests).toBeGreaterThan(100);
  expect(failedRequests).toBe(0);
});

const run = (line: string, environment: Record<string, string> = {}): Promise<Ended> =>
  service.run(wordsOf(line), environment);

/** A command line that must not work: how it ends, and what it says. */
type Bad = readonly [
  line: string,
  code: number,
  says: string,
  environment?: Record<string, string>,
];

const AWAY = 'http://127.0.0.1:65534/admin';

const BAD: Readonly<Record<string, readonly Bad[]>> = {
  checklist: [
    ['checklist nobody', 2, 'expected a component of core, ready'],
    ['checklist --baseline broken.json', 2, 'broken.json: expected a baseline'],
    [`checklist --url ${AWAY}`, 3, 'cannot be reached: ECONNREFUSED'],
  ],
  preflight: [
    ['preflight', 2, 'expected a component of'],
    ['preflight --module nothing.mjs', 2, 'there is no such file'],
    ['preflight --module empty.mjs', 2, 'to export a Cache as legacy'],
  ],
  'plan validate': [
    ['plan validate', 2, 'expected <file>'],
    ['plan validate nothing.yaml', 2, 'there is no such file'],
    ['plan check plan.yaml', 2, 'expected plan validate; got plan check'],
    ['plan', 2, 'resync-migrate plan validate --help says more'],
  ],
  baseline: [
    ['baseline idle', 1, 'expected at least 200 requests in the window; got 0'],
    ['baseline back', 1, 'a baseline is taken in off'],
    ['baseline core --out missing/core.json', 2, 'cannot be written (ENOENT)'],
  ],
  status: [
    ['status core extra', 2, 'no more than 1 word behind status; got "extra" too'],
    ['status', 2, 'RESYNC_TOKEN', { RESYNC_TOKEN: '' }],
    ['status', 3, 'in the variable RESYNC_TOKEN, or', { RESYNC_TOKEN: 'a-wrong-token' }],
    ['status --fleets x.%', 2, 'with --redis or the variable RESYNC_REDIS; got neither'],
    ['status --plan plan.yaml', 2, '--namespace and --plan', { RESYNC_REDIS: 'redis://[::1]:1' }],
  ],
  watch: [
    ['watch --for soon', 2, 'expected a time such as 500ms'],
    ['watch --until "live fast"', 2, 'expected --until as a step'],
    ['watch --until complete --for 100ms', 1, 'not every component is in complete'],
  ],
  promote: [
    ['promote nobody', 2, 'expected a component of'],
    ['promote climbs --to 33', 2, 'which has 0, 10, 25, 50, 100; got 33'],
    ['promote tested --to 10', 1, 'above live 10 % already'],
  ],
  'set-percentage': [
    ['set-percentage', 2, 'expected <percentage>'],
    ['set-percentage 101 placed', 2, 'from 0 to 100'],
    ['set-percentage % placed', 2, 'from 0 to 100, such as 25; got "%"'],
    ['set-percentage 5 core', 1, 'only live has a percentage'],
  ],
  approve: [
    ['approve', 2, 'expected a component of'],
    ['approve core --force', 2, 'got --force'],
    ['approve core --why', 2, 'expected <text> behind --why'],
  ],
  pause: [
    ['pause now', 2, 'expected no more than 0 words behind pause'],
    ['pause --json=yes', 2, 'expected nothing behind --json'],
    ['pause --url http://example.com/admin', 2, 'expected https for example.com'],
  ],
  resume: [
    ['resume nobody', 2, 'expected a component of'],
    ['resume --token-file missing', 2, 'there is no such file'],
    ['resume --url ftp://127.0.0.1/admin', 2, 'expected a URL such as'],
  ],
  rollback: [
    ['rollback', 2, 'expected a component of'],
    ['rollback core --all', 2, 'expected a component, or --all; got both'],
    ['rollback core --tmeout 1s', 2, 'did you mean --timeout?'],
    ['rollback core --namespace prod --plan plan.yaml', 2, '--namespace and --plan belong to'],
    [`rollback core --namespace prod --url ${AWAY}`, 2, 'expected --url or --namespace; got both'],
  ],
  'test-rollback': [
    ['test-rollback core', 1, 'from live above 0 %'],
    ['test-rollback tested --within never', 2, 'expected a time'],
    ['test-rollback tested extra', 2, 'got "extra" too'],
  ],
  compare: [
    ['compare core', 2, 'expected a baseline in baseline-core.json'],
    ['compare core --baseline ready.json', 2, 'expected a baseline of core'],
    ['compare core --baseline plan.yaml', 2, 'expected a baseline as JSON'],
  ],
  kpis: [
    ['kpis core --phase soon', 2, 'expected --phase as one of prepare'],
    ['kpis', 2, 'expected a component of'],
    ['kpis core --baseline missing.json', 2, 'there is no such file'],
    ['kpis core --baseline ready.json', 2, 'expected a baseline of core in ready.json; got one of'],
  ],
  report: [
    ['report nobody', 2, 'expected a component of'],
    ['report --out missing/report.md', 2, 'cannot be written (ENOENT)'],
    ['report --redis redis://127.0.0.1:1', 2, 'expected --namespace and --plan'],
  ],
  audit: [
    ['audit --limit 0', 2, 'a whole number from 1 to 1000; got "0"'],
    ['audit nobody', 2, 'expected a component of'],
    ['audit --redis redis://:secret@127.0.0.1', 2, 'without a password'],
  ],
  completion: [
    ['completion', 2, 'expected <shell>, one of bash, zsh, fish'],
    ['completion tcsh', 2, 'expected a shell of bash, zsh, fish'],
    ['completion bash zsh', 2, 'got "zsh" too'],
  ],
  'no command': [
    ['promot core', 2, 'did you mean promote?'],
    ['conquer', 2, 'resync-migrate --help lists them'],
    ['--verbose', 2, 'expected a command'],
  ],
};

describe.concurrent('refuses with a sentence', () => {
  it.each(Object.entries(BAD))('%s', async (_, lines) => {
    for (const [line, code, says, environment] of lines) {
      const ended = await run(line, environment);
      expect({ line, ...ended }).toMatchObject({
        line,
        code,
        err: expect.stringContaining(says) as string,
      });
      expect(ended.err).not.toMatch(/\n\s+at |secret/);
    }
  });
});

describe.concurrent('does what it says', () => {
  it('checklist: ready', async () => {
    const { code, out } = await run('checklist ready --baseline ready.json --strict');
    expect(out).toContain('✔ the baseline of ready is fresh');
    expect(out).toContain('✔ the caches of ready agree');
    expect({ code, isReady: out.endsWith('✔ ready\n') }).toEqual({ code: 0, isReady: true });
  });

  it('checklist: not ready, and why', async () => {
    const { code, out } = await run('checklist shared --baseline old.json --json');
    expect(code).toBe(1);
    const { checks, isReady } = JSON.parse(out) as {
      checks: { result: string }[];
      isReady: boolean;
    };
    expect(isReady).toBe(false);
    expect(checks.filter(({ result }) => result === 'failed')).toMatchObject([
      { about: 'the baseline of ready is fresh' },
      { about: 'the caches of shared agree' },
    ]);
  });

  it('preflight: in the service', async () => {
    expect(await run('preflight core')).toMatchObject({
      code: 0,
      out: expect.stringContaining('0 findings that block') as string,
    });
    const { code, out } = await run('preflight shared --json');
    expect({ code, ...(JSON.parse(out) as object) }).toMatchObject({ code: 1, blocks: 1 });
  });

  it('preflight: of a module', async () => {
    const path = join(folder, 'caches.mjs');
    const contract = import.meta.resolve('@resync/cache-contract/testing');
    const cache = 'new ReferenceCache({ maxEntries: 1000 })';
    await writeFile(
      path,
      `import { ReferenceCache } from '${contract}';\nexport const legacy = ${cache};\nexport const next = ${cache};\n`,
    );
    expect(await run('preflight --module ./caches.mjs')).toMatchObject({ code: 0, err: '' });
  });

  it('plan validate: a plan, and one that is none', async () => {
    const { code, out } = await run('plan validate plan.yaml');
    expect({ code, out }).toMatchObject({
      code: 0,
      out: expect.stringMatching(/✔ .*\n {2}core: dualwrite/) as string,
    });
    const bad = await run('plan validate bad-plan.yaml --json', { RESYNC_TOKEN: '' });
    expect(bad.code).toBe(1);
    expect(JSON.parse(bad.out)).toMatchObject({
      isValid: false,
      faults: [expect.stringContaining('components.0.watch: expected a time')],
    });
  });

  it('baseline, and compare with it', async () => {
    const { code, out } = await run('compare ready --baseline ready.json');
    expect({ code, out }).toMatchObject({
      code: 0,
      out: expect.stringContaining('✔ 12 KPIs met') as string,
    });
    const slow = await run('compare slow --baseline slow.json --json');
    expect(slow.code).toBe(1);
    const { kpis } = JSON.parse(slow.out) as { kpis: { name: string; verdict: string }[] };
    expect(kpis.filter(({ verdict }) => verdict === 'missed')).toMatchObject([{ name: 'p95' }]);
  });

  it('kpis: of a phase', async () => {
    const line = 'kpis ready --phase rollout --baseline ready.json';
    expect(await run(line)).toMatchObject({
      code: 0,
      out: expect.stringContaining('✔ go for the end of rollout') as string,
    });
    expect(await run('kpis ready')).toMatchObject({
      code: 0,
      out: expect.stringMatching(/✔ no KPI is missed, and \d+ are not measured\n$/) as string,
    });
    const { code, out } = await run('kpis core --phase finish --json');
    expect({ code, ...(JSON.parse(out) as object) }).toMatchObject({ code: 1, isMet: false });
  });

  it('status: where everything stands, and whether the manager can be deleted', async () => {
    const { code, out } = await run('status');
    expect(code).toBe(0);
    expect(out).toMatch(/^component +status +is in +step +for +next\n/);
    expect(out).toContain('The manager may not be deleted yet');
    const one = await run('status core --json', { NO_COLOR: '1' });
    expect(JSON.parse(one.out)).toMatchObject({
      components: [{ name: 'core', at: { stage: 'off' } }],
    });
  });

  it('waits for an answer as long as it is told, also for longer than a timer can', async () => {
    expect(await run('status core --timeout 30d')).toMatchObject({ code: 0, err: '' });
  });

  it('watch: what happens, as lines', async () => {
    const { code, out } = await run('watch --for 300ms --json');
    expect(code).toBe(0);
    expect(JSON.parse(out.split('\n')[0] ?? '')).toMatchObject({ kind: 'state' });
  });

  it('promote: one step, and as many as it takes', async () => {
    expect(await run('promote steps --why "no data at night"')).toMatchObject({
      code: 0,
      out: 'steps is in live 0 %\n',
    });
    expect(await run('promote climbs --to 25')).toMatchObject({
      code: 0,
      out: 'climbs is in live 25 %\n',
      err: '',
    });
  });

  it('set-percentage: up and down', async () => {
    expect(await run('set-percentage 37.5 placed')).toMatchObject({
      code: 0,
      out: 'placed is in live 37.5 %, and held there\n',
    });
    const { out } = await run('set-percentage placed 5% --json');
    expect(JSON.parse(out)).toMatchObject({ tookMs: expect.any(Number) as number });
  });

  it('approve', async () => {
    expect(await run('approve approved --as "Jürgen O\'Neill"')).toMatchObject({ code: 0 });
    const { out } = await run('audit approved --limit 1000 --json');
    expect(JSON.parse(out)).toMatchObject({
      records: expect.arrayContaining([
        expect.objectContaining({ who: "Jürgen O'Neill (admin)", verdict: 'approve' }),
      ]) as object[],
    });
  });

  it('rollback: at once, with how long it took; resume and audit', async () => {
    const { code, out } = await run('rollback back --wait --why "errors in next"');
    expect(code).toBe(0);
    expect(out).toMatch(/^back is in live 0 %, after [\d.]+ (ms|s); it stays there until/);
    expect((await run('promote back')).code).toBe(1);
    expect(await run('resume back --token-file token', { RESYNC_TOKEN: '' })).toMatchObject({
      code: 0,
      out: 'back goes on\n',
      err: '',
    });
    expect((await run('audit back')).out).toMatch(
      /back {2}ann \(admin\): rolled back by hand: errors in next/,
    );
  });

  it('test-rollback: there and back', async () => {
    const { code, out } = await run('test-rollback tested --within 5m --json');
    expect({ code, ...(JSON.parse(out) as object) }).toMatchObject({ code: 0, isInTime: true });
    const { out: state } = await run('status tested --json');
    expect(JSON.parse(state)).toMatchObject({
      components: [{ status: 'held', at: { percentage: 25 } }],
    });
    const tight = await run('test-rollback tested --within 0.001ms');
    expect(tight).toMatchObject({ code: 1, out: expect.stringMatching(/^✘/) as string });
  });

  it('report: Markdown', async () => {
    expect(await run('report core --baseline ready.json --out report.md')).toMatchObject({
      code: 0,
    });
    const markdown = await readFile(join(folder, 'report.md'), 'utf8');
    expect(markdown).toContain('| component | status | is in |');
    expect(markdown).toContain('### core');
  });

  it('tells refusals as JSON too', async () => {
    const { code, err, out } = await run('rollback --json');
    expect({ code, out }).toEqual({ code: 2, out: '' });
    expect(JSON.parse(err)).toMatchObject({ error: { code: 'USAGE' } });
  });
});
