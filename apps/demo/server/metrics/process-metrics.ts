import { performance } from 'node:perf_hooks';
import { getHeapStatistics } from 'node:v8';
import { SERVICE_METRICS, type MetricDefinition } from '@resync/migration-metrics';
import { Counter, Gauge, type Registry } from 'prom-client';

/** Registers what the process takes, which is looked up when somebody scrapes. */
export function registerProcessMetrics(registry: Registry): void {
  const gauge = ({ name, help }: MetricDefinition, read: () => number): void => {
    const metric: Gauge = new Gauge({
      name,
      help,
      registers: [registry],
      collect: () => metric.set(read()),
    });
  };
  const counter = ({ name, help }: MetricDefinition, read: () => number): void => {
    const metric: Counter = new Counter({
      name,
      help,
      registers: [registry],
      collect: () => {
        metric.reset();
        metric.inc(read());
      },
    });
  };

  counter(SERVICE_METRICS.cpu, () => {
    const { user, system } = process.cpuUsage();
    return (user + system) / 1e6;
  });
  gauge(SERVICE_METRICS.residentMemory, () => process.memoryUsage.rss());
  const startTime = performance.timeOrigin / 1000;
  gauge(SERVICE_METRICS.startTime, () => startTime);
  gauge(SERVICE_METRICS.heapUsed, () => getHeapStatistics().used_heap_size);
  gauge(SERVICE_METRICS.heapTotal, () => getHeapStatistics().total_heap_size);
  gauge(SERVICE_METRICS.heapLimit, () => getHeapStatistics().heap_size_limit);
  gauge(SERVICE_METRICS.externalMemory, () => process.memoryUsage().external);
  counter(SERVICE_METRICS.eventLoopBusy, () => performance.eventLoopUtilization().active / 1000);
}
