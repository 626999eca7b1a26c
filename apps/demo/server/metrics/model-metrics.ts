import { SERVICE_METRICS } from '@resync/migration-metrics';
import { Counter, Histogram, type Registry } from 'prom-client';
import { LlmMonitor, type LlmCall } from '../../consumers/llm/llm-monitor.js';

/** A monitor that shows on Prometheus what it records. The models are those of the settings. */
export class MeteredLlmMonitor extends LlmMonitor {
  readonly #requests;
  readonly #tokens;
  readonly #cost;
  readonly #duration;

  constructor(options: { readonly budget: number }, registry: Registry) {
    super(options);
    const { modelRequests, modelTokens, modelCost, modelDuration } = SERVICE_METRICS;
    this.#requests = counterOf(modelRequests, registry);
    this.#tokens = counterOf(modelTokens, registry);
    this.#cost = counterOf(modelCost, registry);
    const { name, help, labels, buckets } = modelDuration;
    this.#duration = new Histogram({
      name,
      help,
      labelNames: labels,
      buckets: [...buckets],
      registers: [registry],
    });
  }

  override record(call: LlmCall): void {
    super.record(call);
    const { model, promptTokens, completionTokens, cost, ms, outcome } = call;
    this.#requests.inc({ model, outcome });
    this.#tokens.inc({ model, kind: 'prompt' }, promptTokens);
    this.#tokens.inc({ model, kind: 'completion' }, completionTokens);
    this.#cost.inc({ model }, cost);
    this.#duration.observe({ model }, ms / 1000);
  }
}

function counterOf<Label extends string>(
  { name, help, labels }: { name: string; help: string; labels: readonly Label[] },
  registry: Registry,
): Counter<Label> {
  return new Counter({ name, help, labelNames: labels, registers: [registry] });
}
