import { describe, expect, it } from 'vitest';
import {
  describeFinding,
  isHarmful,
  isProven,
  type Finding,
  type Metric,
} from '../../src/judge/finding.js';
import { Judge } from '../../src/judge/judge.js';
import { DEFAULT_LIMITS, type JudgeSettings } from '../../src/judge/judge-limits.js';
import { mergeObservations, NOTHING_SEEN, type Observation } from '../../src/judge/observation.js';
import { simulateRollout, type Watch } from './simulated-rollout.js';
import { SimulatedSides, type World } from './simulated-sides.js';

const SETTINGS: JudgeSettings = {
  limits: DEFAULT_LIMITS,
  alpha: 0.001,
  gateAlpha: 0.05,
  fillTimeMs: 600_000,
};
const WATCH: Watch = { steps: 4, windowsPerStep: 20, pairsPerWindow: 100 };
const RUNS = 25;

const rolledBack = (world: Omit<World, 'seed'>, watch: Watch = WATCH): number =>
  Array.from({ length: RUNS }, (_, seed) => simulateRollout({ seed, ...world }, watch)).filter(
    ({ isRolledBack }) => isRolledBack,
  ).length;

const finding = (judge: Judge, metric: Metric): Finding => {
  const found = judge.findings().find((one) => one.metric === metric);
  if (found === undefined) throw new Error(`expected ${metric}`);
  return found;
};

/** Pairs with these latencies, all hits. */
function pairsOf(
  count: number,
  legacyMs: (pair: number) => number,
  nextMs: (pair: number) => number,
): Observation {
  const column = (value: (pair: number) => number): number[] =>
    Array.from({ length: count }, (_, pair) => value(pair));
  const pairs = {
    bucket: column((pair) => pair % 64),
    legacyMs: column(legacyMs),
    nextMs: column(nextMs),
    hits: column(() => 3),
  };
  return { ...NOTHING_SEEN, pairs };
}

describe('on Zipf keys with latencies of their own', () => {
  it('leaves two equal sides alone', () => {
    expect(rolledBack({})).toBe(0);
  });

  it('rolls back one that is 25 % slower', () => {
    expect(rolledBack({ slowdown: 1.25 })).toBe(RUNS);
  });

  it('finds what begins late as well', () => {
    expect(rolledBack({ slowdown: 1.4, slowFrom: 45 })).toBe(RUNS);
  });

  it('does not mind a load that shifts on both sides', () => {
    const load = (window: number): number => 1 + 3 * Math.abs(Math.sin(window / 5));
    expect(rolledBack({ load })).toBe(0);
    expect(rolledBack({ load, slowdown: 1.25 })).toBe(RUNS);
  });

  it('leaves a next alone that fills up', () => {
    expect(rolledBack({ isCold: true })).toBe(0);
  });

  it('opens its gates for a side that is equal, given enough pairs', () => {
    const watch = { steps: 1, windowsPerStep: 40, pairsPerWindow: 200 };
    const open = Array.from(
      { length: 10 },
      (_, seed) => simulateRollout({ seed }, watch).openSteps,
    );
    expect(open.filter((steps) => steps === 1).length).toBeGreaterThanOrEqual(9);
  });

  it('opens none for one that is 7 % slower, and does not roll it back', () => {
    const watch = { steps: 1, windowsPerStep: 40, pairsPerWindow: 200 };
    const ends = Array.from({ length: 10 }, (_, seed) =>
      simulateRollout({ seed, slowdown: 1.07 }, watch),
    );
    expect(ends.filter(({ isRolledBack, openSteps }) => isRolledBack || openSteps > 0)).toEqual([]);
  });

  it('decides the same when it was written down and read after every window', () => {
    const whole = new Judge(SETTINGS);
    let saved = new Judge(SETTINGS);
    const one = new SimulatedSides({ seed: 3, slowdown: 1.2 }, 100);
    const other = new SimulatedSides({ seed: 3, slowdown: 1.2 }, 100);
    for (let window = 0; window < 30; window += 1) {
      whole.observe(one.observe(), window * 60_000);
      saved = new Judge(SETTINGS, JSON.parse(JSON.stringify(saved)) as ReturnType<Judge['toJSON']>);
      saved.observe(other.observe(), window * 60_000);
    }
    for (const { metric, against } of whole.findings()) {
      expect(finding(saved, metric).against.evidence).toBeCloseTo(against.evidence, 6);
    }
  });
});

describe('a hot key', () => {
  const skewed = (slowMs: number): Observation => {
    // Four of five reads are of one key, and next is bad at that one alone.
    const isHot = (pair: number): boolean => pair % 5 !== 0;
    const seen = pairsOf(
      2000,
      () => 2,
      (pair) => (isHot(pair) ? slowMs : 2),
    );
    const bucket = Array.from(seen.pairs.bucket, (group, pair) => (isHot(pair) ? 7 : group));
    return { ...seen, pairs: { ...seen.pairs, bucket } };
  };

  it('has no more than its bucket may say of the typical read', () => {
    const judge = new Judge(SETTINGS);
    for (let window = 0; window < 5; window += 1) judge.observe(skewed(9), 0);
    expect(isHarmful(finding(judge, 'latency p50'))).toBe(false);
  });
});

describe('the floor', () => {
  it('lets a memory cache become one behind a network', () => {
    const judge = new Judge(SETTINGS);
    for (let window = 0; window < 10; window += 1)
      judge.observe(
        pairsOf(
          200,
          () => 0.02,
          (pair) => 0.3 + (pair % 10) / 100,
        ),
        0,
      );
    expect(judge.isHarmed).toBe(false);
    expect(isProven(finding(judge, 'latency p50'))).toBe(true);
  });

  it('lets it be no slower than that', () => {
    const judge = new Judge(SETTINGS);
    for (let window = 0; window < 3; window += 1)
      judge.observe(
        pairsOf(
          200,
          () => 0.02,
          () => 0.6,
        ),
        0,
      );
    expect(isHarmful(finding(judge, 'latency p50'))).toBe(true);
  });
});

describe('a tail', () => {
  it('that is slower is found where the typical read is not', () => {
    const judge = new Judge(SETTINGS);
    const spread = (pair: number): number => 1 + ((pair * 7919) % 1000) / 1000;
    for (let window = 0; window < 20; window += 1) {
      judge.observe(
        pairsOf(1000, spread, (pair) => spread(pair) * (pair % 20 === 0 ? 3 : 1)),
        0,
      );
    }
    expect(isHarmful(finding(judge, 'latency p50'))).toBe(false);
    expect(isHarmful(finding(judge, 'latency p99'))).toBe(true);
  });
});

describe('shares', () => {
  it.each(['errors', 'mismatches'] as const)('of %s over 0.1 % roll back', (metric) => {
    const judge = new Judge(SETTINGS);
    for (let window = 0; window < 20; window += 1) {
      judge.observe({ ...NOTHING_SEEN, [metric]: { count: 3, of: 1000 } }, 0);
    }
    expect(
      judge
        .findings()
        .filter(isHarmful)
        .map((one) => one.metric),
    ).toEqual([metric]);
    expect(describeFinding(finding(judge, metric))).toBe(
      `${metric}: 0.300 % of 20000 (limit 0.100 %)`,
    );
  });

  it('of errors are found after a long time without one', () => {
    const judge = new Judge(SETTINGS);
    for (let window = 0; window < 1000; window += 1)
      judge.observe({ ...NOTHING_SEEN, errors: { count: 0, of: 10_000 } }, 0);
    judge.observe({ ...NOTHING_SEEN, errors: { count: 12, of: 400 } }, 0);
    expect(judge.isHarmed).toBe(true);
    expect(describeFinding(finding(judge, 'errors'))).toBe(
      'errors: shown to be above 0.100 % lately (since the step began: 0.000120 % of 10000400)',
    );
  });

  it('of one failure in a few calls decide nothing', () => {
    const judge = new Judge(SETTINGS);
    judge.observe({ ...NOTHING_SEEN, errors: { count: 1, of: 20 } }, 0);
    expect(judge.isHarmed).toBe(false);
    expect(isProven(finding(judge, 'errors'))).toBe(false);
  });
});

describe('a hit rate', () => {
  const halfMissing = (): Observation => {
    const seen = pairsOf(
      200,
      () => 2,
      () => 2,
    );
    return {
      ...seen,
      pairs: {
        ...seen.pairs,
        hits: Array.from(seen.pairs.hits, (_, pair) => (pair % 2 === 0 ? 3 : 1)),
      },
    };
  };

  it('is not judged while next may fill up, and is afterwards', () => {
    const judge = new Judge(SETTINGS);
    for (let window = 0; window < 5; window += 1) judge.observe(halfMissing(), 1000);
    expect(judge.isHarmed).toBe(false);
    expect(finding(judge, 'hit rate').samples).toBe(0);
    for (let window = 0; window < 5; window += 1) judge.observe(halfMissing(), 600_000);
    expect(isHarmful(finding(judge, 'hit rate'))).toBe(true);
    expect(describeFinding(finding(judge, 'hit rate'))).toContain(
      '50.0 % against 100.0 % on the same keys',
    );
  });

  it('makes no latency: a miss of next is in no pair', () => {
    const judge = new Judge(SETTINGS);
    judge.observe(halfMissing(), 0);
    expect(finding(judge, 'latency p50').samples).toBe(100);
  });
});

it('has no samples of nothing, and says so', () => {
  const judge = new Judge(SETTINGS);
  judge.observe(NOTHING_SEEN, 0);
  expect(judge.isHarmed).toBe(false);
  expect(judge.findings().filter(isProven)).toEqual([]);
  expect(describeFinding(finding(judge, 'latency p99'))).toBe('latency p99: no samples');
});

it('says of a hit rate that has just fallen what was shown, and not what it was on the whole', () => {
  const judge = new Judge(SETTINGS);
  const found = (hits: (pair: number) => number): Observation => {
    const seen = pairsOf(
      1000,
      () => 2,
      () => 2,
    );
    return {
      ...seen,
      pairs: { ...seen.pairs, hits: Array.from(seen.pairs.hits, (_, pair) => hits(pair)) },
    };
  };
  for (let window = 0; window < 100; window += 1)
    judge.observe(
      found(() => 3),
      600_000,
    );
  judge.observe(
    found((pair) => (pair % 2 === 0 ? 3 : 1)),
    600_000,
  );
  expect(describeFinding(finding(judge, 'hit rate'))).toMatch(
    /^hit rate: shown to be more than 10\.0 % less lately \(since the step began: 99\.5 % against 100\.0 % on the same keys, 101000 pairs\)$/,
  );
});

it('says of what is far slower how many times', () => {
  const slow: Finding = {
    metric: 'latency p99',
    samples: 4200,
    legacy: 0.25,
    next: 109.2,
    estimate: 435.8,
    limit: { hold: 0.05, rollback: 0.1 },
    against: { evidence: 9, needed: 2 },
    inFavour: { evidence: 0, needed: 1 },
  };
  expect(describeFinding(slow)).toBe(
    'latency p99: next is 437 times as slow (109 ms against 0.250 ms, 4200 pairs, limits 5.0 % and 10.0 %)',
  );
});

it('says what was shown where the latest reads together do not show it yet', () => {
  const shown: Finding = {
    metric: 'latency p50',
    samples: 42,
    legacy: 0.02,
    next: 0.018,
    estimate: -0.1,
    limit: { hold: 0.05, rollback: 0.1 },
    against: { evidence: 3, needed: 2 },
    inFavour: { evidence: 0, needed: 1 },
  };
  const all =
    '(all the latest reads: 0.0180 ms against 0.0200 ms, 42 pairs, limits 5.0 % and 10.0 %)';
  const slower = 'latency p50: next is shown to be more than 10.0 % slower on the same keys';
  expect(describeFinding(shown)).toBe(`${slower} ${all}`);
  const alike = { pairs: 9, legacy: 0.02, next: 0.021 };
  expect(describeFinding({ ...shown, lastWindow: alike })).toBe(`${slower} ${all}`);
  const lately = { pairs: 9, legacy: 0.02, next: 50 };
  expect(describeFinding({ ...shown, lastWindow: lately })).toBe(
    'latency p50: next is 2500 times as slow lately: ' +
      `50.0 ms against 0.0200 ms on the same keys in the last 9 pairs ${all}`,
  );
});

it('knows what the last window with pairs says of a latency', () => {
  const judge = new Judge(SETTINGS);
  const windowOf = (pairs: number, nextMs: number): Observation =>
    pairsOf(
      pairs,
      (pair) => pair,
      () => nextMs,
    );
  judge.observe(windowOf(21, 1), 0);
  judge.observe(windowOf(21, 70), 0);
  judge.observe(windowOf(0, 1), 0);
  expect(finding(judge, 'latency p50').lastWindow).toEqual({ pairs: 21, legacy: 10, next: 70 });
  expect(finding(judge, 'latency p95').lastWindow).toEqual({ pairs: 21, legacy: 19, next: 70 });
});

it('what several processes saw is one observation, with the worst health', () => {
  const one = {
    ...pairsOf(
      3,
      () => 1,
      () => 2,
    ),
    errors: { count: 1, of: 10 },
    health: 'passing' as const,
  };
  const other = {
    ...pairsOf(
      2,
      () => 1,
      () => 2,
    ),
    errors: { count: 2, of: 20 },
    health: 'failing' as const,
  };
  const merged = mergeObservations([one, NOTHING_SEEN, other]);
  expect(merged.pairs.hits).toHaveLength(5);
  expect(merged.errors).toEqual({ count: 3, of: 30 });
  expect([merged.health, merged.memory]).toEqual(['failing', 'unknown']);
});
