import { createMigrationMetrics, type MigrationMetrics } from '@resync/migration-metrics';
import type { FastifyInstance } from 'fastify';
import type { Registry } from 'prom-client';
import { LlmMonitor } from '../../consumers/llm/llm-monitor.js';
import { hierarchyMetrics, type HierarchyMetrics } from './hierarchy-metrics.js';
import { measuringRequests } from './http-metrics.js';
import { MeteredLlmMonitor } from './model-metrics.js';
import { registerProcessMetrics } from './process-metrics.js';

/** Everything that the demo shows on Prometheus. */
export interface DemoMetrics {
  readonly migration: MigrationMetrics;
  readonly hierarchy: HierarchyMetrics;
  monitor(options: { readonly budget: number }): LlmMonitor;
  /** Measures the routes that are added to the server afterwards. */
  readonly measureRequests: (server: FastifyInstance) => void;
}

/** Registers all metrics, each once. */
export function createDemoMetrics(registry: Registry): DemoMetrics {
  registerProcessMetrics(registry);
  return {
    migration: createMigrationMetrics({ registry }),
    hierarchy: hierarchyMetrics(registry),
    monitor: (options) => new MeteredLlmMonitor(options, registry),
    measureRequests: measuringRequests(registry),
  };
}
