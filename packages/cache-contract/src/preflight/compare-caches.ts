import { randomUUID } from 'node:crypto';
import type { Behaviour } from '../behaviour.js';
import type { Cache } from '../cache.js';
import { CacheError, describeValue } from '../cache-error.js';
import type { CacheFactory } from '../conformance/run-case.js';
import type { Timer } from '../clock.js';
import { systemClock } from '../system-clock.js';
import { ManualClock } from '../testing/manual-clock.js';
import { preflightProbes } from './preflight-probes.js';
import { reportOf, type PreflightFinding, type PreflightReport } from './preflight-report.js';
import type { LiveProbe, LiveSubject, Probe, ScratchProbe } from './probe.js';
import { sharingFinding } from './sharing-finding.js';

/** Options of {@link compareCaches}. */
export interface PreflightOptions {
  /**
   * Make new, empty caches of the two kinds, for what takes time or leaves something behind: bounds,
   * expiry, shutdown. Without them that is not probed, and a live cache is written to only where it
   * declares that it has room.
   */
  readonly scratch?: { readonly legacy: CacheFactory; readonly next: CacheFactory };
  /** Milliseconds that a cache may take for one question. Default 10 000. */
  readonly timeout?: number;
  /** Declares, as to the migration, that no other process uses a side that could be shared. */
  readonly soleProcess?: true;
}

/** What one side answers; where it could not be asked, why. */
type Answer =
  | { readonly kind: 'answered'; readonly text: string }
  | { readonly kind: 'not probed'; readonly why: string };

/** Room for the few entries of a question, before anything would have to make way. */
const SPARE_ENTRIES = 20;
const SPARE_BYTES = 100_000;
const START = Date.UTC(2026, 0, 1);
const SECOND = 1000;

/**
 * Puts the same questions to two caches and reports every difference, **before** anything moves.
 *
 * On the caches themselves entries stay as they are found: only keys of a namespace of its own are
 * touched, and removed again; counters may move. Never rejects for a cache that misbehaves: what a
 * cache does instead of answering is in the report.
 *
 * @throws CacheError `INVALID_OPTION`
 */
export async function compareCaches(
  legacy: Cache,
  next: Cache,
  options: PreflightOptions = {},
): Promise<PreflightReport> {
  const { scratch, timeout = 10 * SECOND, soleProcess } = options;
  if (!(timeout > 0)) {
    throw new CacheError(
      'INVALID_OPTION',
      `expected timeout in milliseconds, over 0; got ${describeValue(timeout)}`,
    );
  }
  const [left, right] = [
    new Respondent(legacy, scratch?.legacy, timeout),
    new Respondent(next, scratch?.next, timeout),
  ];
  const findings: PreflightFinding[] = [];
  for (const probe of preflightProbes) {
    findings.push(findingOf(probe, await left.answer(probe), await right.answer(probe)));
  }
  const users = soleProcess ? 'one process' : 'several processes';
  return reportOf([
    sharingFinding(legacy, next, users),
    ...findings,
    ...hiddenDifferences(legacy, next),
  ]);
}

/** One side, which is asked where the question allows it. */
class Respondent {
  readonly #live: Cache;
  readonly #scratch: CacheFactory | undefined;
  readonly #timeout: number;
  #followsClock: Promise<boolean> | undefined;

  constructor(live: Cache, scratch: CacheFactory | undefined, timeout: number) {
    this.#live = live;
    this.#scratch = scratch;
    this.#timeout = timeout;
  }

  async answer(probe: Probe): Promise<Answer> {
    const exempt = probe.notFor?.(this.#live.capabilities);
    if (exempt !== undefined) return notProbed(exempt);
    if (probe.on === 'declared') return answered(probe.ask(this.#live.capabilities));
    try {
      if (this.#scratch !== undefined) return await this.#onScratch(probe, this.#scratch);
      if (probe.on === 'live') return await this.#onLive(probe);
      return notProbed('it needs a scratch factory');
    } catch (error) {
      return answered(`it fails: ${String(error)}`);
    }
  }

  async #onScratch(probe: LiveProbe | ScratchProbe, create: CacheFactory): Promise<Answer> {
    const moves = probe.on === 'scratch' && probe.movesTime === true;
    this.#followsClock ??= followsClock(create);
    if (moves && !(await this.#followsClock)) {
      return notProbed('its scratch cache does not follow the clock that its factory is given');
    }
    const clock = new ManualClock(START);
    const bounds = probe.on === 'scratch' ? probe.bounds : {};
    const cache = await create({ clock, ...bounds });
    const text = await this.#within(
      probe.ask({
        cache,
        key: (name) => name,
        advance: async (ms) => clock.advance(ms),
        timers: () => clock.pendingTimers,
      }),
    );
    await this.#within(cache.shutdown());
    return text;
  }

  async #onLive(probe: LiveProbe): Promise<Answer> {
    const cache = this.#live;
    const why = await reasonNotToWrite(cache);
    if (why !== undefined) return notProbed(why);
    const namespace = `resync-preflight:${randomUUID()}:`;
    const touched = new Set<string>();
    const key: LiveSubject['key'] = (name) => {
      touched.add(namespace + name);
      return namespace + name;
    };
    try {
      return await this.#within(probe.ask({ cache, key }));
    } finally {
      for (const name of touched) await this.#within(cache.delete(name));
    }
  }

  /** The answer, or that there was none in time. */
  async #within(answer: Promise<unknown>): Promise<Answer> {
    let timer: Timer | undefined;
    const late = new Promise<Answer>((resolve) => {
      timer = systemClock.schedule(
        () => resolve(notProbed(`it gave no answer within ${this.#timeout} ms`)),
        this.#timeout,
      );
    });
    try {
      return await Promise.race([answer.then((text) => answered(String(text))), late]);
    } finally {
      timer?.cancel();
    }
  }
}

/** Whether entries of the cache end by the clock that its factory is given. */
async function followsClock(create: CacheFactory): Promise<boolean> {
  const clock = new ManualClock(START);
  const cache = await create({ clock });
  await cache.set('entry', 1, { ttl: SECOND });
  clock.advance(10 * SECOND);
  const isOver = !(await cache.has('entry'));
  await cache.shutdown();
  return isOver;
}

/** Why a few entries more might push out others; `undefined` where they will not. */
async function reasonNotToWrite(cache: Cache): Promise<string | undefined> {
  const { maxEntries, maxBytes = Infinity } = cache.capabilities;
  if (maxEntries === undefined) {
    return 'it does not declare its bound, and a few entries might push out others: give scratch factories';
  }
  const { size, bytes } = await cache.getStats();
  const spareBytes = maxBytes === Infinity ? Infinity : maxBytes - (bytes ?? maxBytes);
  if (size + SPARE_ENTRIES <= maxEntries && spareBytes >= SPARE_BYTES) return undefined;
  return 'it is full, or does not say how full, and a few entries might push out others: give scratch factories';
}

function findingOf(probe: Probe, legacy: Answer, next: Answer): PreflightFinding {
  const finding = {
    behaviour: probe.behaviour,
    question: probe.question,
    legacy: inReport(legacy),
    next: inReport(next),
  };
  if (legacy.kind === 'not probed' || next.kind === 'not probed') {
    return { ...finding, result: 'not probed', verdict: 'fine' };
  }
  const { contract, differs, legacyDiffers, hazard } = probe;
  if (legacy.text !== next.text) {
    const otherwise = contract !== undefined && legacy.text !== contract ? 'legacy' : 'next';
    const isOnlyLegacy = contract === next.text && legacyDiffers?.answer === legacy.text;
    const judgement = isOnlyLegacy ? legacyDiffers : differs;
    const advice =
      contract === undefined
        ? judgement.advice
        : `${otherwise} does otherwise than the contract says: ${judgement.advice}`;
    return { ...finding, result: 'different', verdict: judgement.verdict, advice };
  }
  if (hazard?.answer === legacy.text) {
    const { verdict, advice } = hazard;
    return { ...finding, result: 'hazard', verdict, advice };
  }
  if (contract !== undefined && contract !== legacy.text) {
    const advice = `both do otherwise than the contract says (${contract}): ${differs.advice}`;
    return { ...finding, result: 'same', verdict: 'warning', advice };
  }
  return { ...finding, result: 'same', verdict: 'fine' };
}

/** What lies beneath the adapters, where it is not the same. */
function hiddenDifferences(legacy: Cache, next: Cache): readonly PreflightFinding[] {
  const beneath = (cache: Cache, behaviour: Behaviour): string =>
    cache.capabilities.normalises
      .filter((normalised) => normalised.behaviour === behaviour)
      .map((normalised) => normalised.beneath)
      .join('; ');
  const behaviours = new Set(
    [...legacy.capabilities.normalises, ...next.capabilities.normalises].map(
      ({ behaviour }) => behaviour,
    ),
  );
  return [...behaviours].flatMap((behaviour): readonly PreflightFinding[] => {
    const [left, right] = [beneath(legacy, behaviour), beneath(next, behaviour)];
    if (left === right) return [];
    return [
      {
        behaviour,
        question: 'what lies beneath the adapter',
        legacy: left === '' ? AS_THE_CONTRACT : left,
        next: right === '' ? AS_THE_CONTRACT : right,
        result: 'hidden',
        verdict: 'fine',
        advice: 'nothing behind the contract; look at code that uses the cache without its adapter',
      },
    ];
  });
}

const AS_THE_CONTRACT = 'as the contract says';

function answered(text: string): Answer {
  return { kind: 'answered', text };
}

function notProbed(why: string): Answer {
  return { kind: 'not probed', why };
}

function inReport(answer: Answer): string {
  return answer.kind === 'answered' ? answer.text : `not probed: ${answer.why}`;
}
