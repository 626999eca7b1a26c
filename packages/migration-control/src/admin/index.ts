export { createAdminHandler, type AdminHandler } from './admin-handler.js';
export type { AdminHandlerOptions, Measurements } from './admin-options.js';
export type { AdminOutcome } from './admin-routes.js';
export type { RequestContext } from './admission.js';
export { expressMiddleware, type ExpressMiddleware } from './express-adapter.js';
export { fastifyPlugin, type FastifyScope } from './fastify-adapter.js';
export {
  nodeListener,
  type NodeListener,
  type NodeRequest,
  type NodeResponse,
} from './node-adapter.js';
export type { Rate } from './rate-limit.js';
export type { RefusalCode } from './refusal.js';
