export { promtool, type PromtoolResult } from './promtool.js';
export { hasPrometheus } from './has-prometheus.js';
export {
  startPrometheus,
  type PrometheusOptions,
  type PrometheusServer,
  type Sample,
  type Series,
} from './prometheus-server.js';
