import type { CreateRouter } from '../router.js';
import type { Scenario } from './scenario.js';
import { Schedule } from './schedule.js';

/** How far to go. */
export interface Bound {
  /** How often in a run the scheduler may pass over what it would do next. */
  readonly delays: number;
  /** Where to stop all the same, which is said then: after so many findings. Default 20. */
  readonly findings?: number;
}

/** What is wrong, and how to see it again. */
export interface Finding {
  readonly scenario: string;
  /** To be given to `replay`. */
  readonly choices: readonly number[];
  readonly violations: readonly string[];
}

/** What came out of it. */
export interface Exploration {
  /** Runs that went to their end. */
  readonly schedules: number;
  /** States that were reached; runs that come to one a second time are given up. */
  readonly states: number;
  /** Choices that were carried out, those of replayed prefixes included. */
  readonly steps: number;
  readonly isExhausted: boolean;
  /** The shortest is first. */
  readonly findings: readonly Finding[];
}

/** A way that was not gone yet. */
interface Branch {
  readonly choices: readonly number[];
  readonly delaysLeft: number;
  /** What the fingerprint will be. */
  readonly fingerprint: number | undefined;
}

const FINDINGS = 20;

/**
 * Runs a scenario in every order that the bound allows: stateless model checking (Godefroid,
 * "Model Checking for Programming Languages using VeriSoft", POPL 1997), which replays a prefix to
 * come to a branch, with delay-bounded scheduling (Emmi, Qadeer, Rakamaric, POPL 2011): all runs in
 * which a deterministic scheduler passes over the one that is next at most so often. Of runs that
 * differ in the order of independent steps one is gone to the end; the order of the scheduler is the
 * same in all of them, which keeps both reductions right together.
 */
export async function explore(
  scenario: Scenario,
  create: CreateRouter,
  bound: Bound,
): Promise<Exploration> {
  const delaysLeftAt = new Map<number, number>();
  const isKnown = (fingerprint: number, delaysLeft: number): boolean =>
    (delaysLeftAt.get(fingerprint) ?? -1) >= delaysLeft;
  const findings: Finding[] = [];
  const branches: Branch[] = [{ choices: [], delaysLeft: bound.delays, fingerprint: undefined }];
  let [schedules, steps] = [0, 0];

  for (let branch = branches.pop(); branch !== undefined; branch = branches.pop()) {
    const { delaysLeft } = branch;
    if (branch.fingerprint !== undefined && isKnown(branch.fingerprint, delaysLeft)) continue;
    if (findings.length === (bound.findings ?? FINDINGS)) {
      branches.push(branch);
      break;
    }
    const schedule = await replay(scenario, create, { choices: branch.choices });
    steps += branch.choices.length;
    const choices = [...branch.choices];
    while (!schedule.isOver && !isKnown(schedule.fingerprint, delaysLeft)) {
      delaysLeftAt.set(schedule.fingerprint, delaysLeft);
      const [first, ...others] = schedule.choices();
      for (const [index, choice] of others.entries()) {
        const left = delaysLeft - choice.delays;
        const fingerprint = schedule.fingerprintAfter(choice);
        if (left < 0 || isKnown(fingerprint, left)) continue;
        branches.push({ choices: [...choices, index + 1], delaysLeft: left, fingerprint });
      }
      if (first === undefined) break;
      await schedule.take(first);
      choices.push(0);
      steps += 1;
    }
    if (schedule.isOver) schedules += 1;
    const { violations } = schedule;
    if (violations.length > 0) findings.push({ scenario: scenario.name, choices, violations });
  }
  return {
    schedules,
    states: delaysLeftAt.size,
    steps,
    isExhausted: branches.length === 0,
    findings: findings.sort((one, other) => one.choices.length - other.choices.length),
  };
}

/** Runs a scenario along a list of choices, and tells what happens. */
export async function replay(
  scenario: Scenario,
  create: CreateRouter,
  options: { readonly choices: readonly number[]; readonly trace?: (line: string) => void },
): Promise<Schedule> {
  const schedule = await Schedule.start(scenario, create, options.trace);
  for (const index of options.choices) {
    const choice = schedule.choices()[index];
    if (choice === undefined) throw new RangeError(`there is no choice ${index} here`);
    await schedule.take(choice);
  }
  return schedule;
}
