/** One call of a language model. */
export interface LlmCall {
  readonly model: string;
  readonly promptTokens: number;
  readonly completionTokens: number;
  /** In dollars. */
  readonly cost: number;
  readonly ms: number;
  readonly outcome: 'answered' | 'failed';
}

/** What was used of one model, or of all. */
export interface LlmUsage {
  readonly requests: number;
  readonly failures: number;
  readonly promptTokens: number;
  readonly completionTokens: number;
  /** In dollars. */
  readonly cost: number;
}

/** What was used since the start. */
export interface LlmUsageReport extends LlmUsage {
  readonly models: Readonly<Record<string, LlmUsage>>;
  /** 0 to 1; 0 where nothing was asked. */
  readonly errorRate: number;
  /** Of the calls that were answered, in milliseconds; 0 where there were none. */
  readonly meanResponseMs: number;
  readonly budget: {
    /** In dollars. */
    readonly limit: number;
    /** The share that is spent; 1 is all of it. */
    readonly spentShare: number;
    /** `warning` from 80 % on, `error` from 100 % on. */
    readonly state: 'within' | 'warning' | 'error';
  };
}

const WARNING_FROM = 0.8;
const NOTHING: LlmUsage = {
  requests: 0,
  failures: 0,
  promptTokens: 0,
  completionTokens: 0,
  cost: 0,
};

/** Keeps the account of the language model. Plain numbers; one row for each model. */
export class LlmMonitor {
  readonly #budget: number;
  readonly #models = new Map<string, LlmUsage>();
  #answeredMs = 0;

  /** @param options.budget in dollars */
  constructor({ budget }: { readonly budget: number }) {
    this.#budget = budget;
  }

  record({ model, promptTokens, completionTokens, cost, ms, outcome }: LlmCall): void {
    const used = this.#models.get(model) ?? NOTHING;
    this.#models.set(model, {
      requests: used.requests + 1,
      failures: used.failures + (outcome === 'failed' ? 1 : 0),
      promptTokens: used.promptTokens + promptTokens,
      completionTokens: used.completionTokens + completionTokens,
      cost: used.cost + cost,
    });
    if (outcome === 'answered') this.#answeredMs += ms;
  }

  usageReport(): LlmUsageReport {
    const total = [...this.#models.values()].reduce(sumOf, NOTHING);
    const answered = total.requests - total.failures;
    const spentShare = total.cost / this.#budget;
    return {
      ...total,
      models: Object.fromEntries(this.#models),
      errorRate: total.requests === 0 ? 0 : total.failures / total.requests,
      meanResponseMs: answered === 0 ? 0 : this.#answeredMs / answered,
      budget: { limit: this.#budget, spentShare, state: stateOf(spentShare) },
    };
  }
}

function sumOf(one: LlmUsage, other: LlmUsage): LlmUsage {
  return {
    requests: one.requests + other.requests,
    failures: one.failures + other.failures,
    promptTokens: one.promptTokens + other.promptTokens,
    completionTokens: one.completionTokens + other.completionTokens,
    cost: one.cost + other.cost,
  };
}

function stateOf(spentShare: number): LlmUsageReport['budget']['state'] {
  if (spentShare >= 1) return 'error';
  return spentShare >= WARNING_FROM ? 'warning' : 'within';
}
