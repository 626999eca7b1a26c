import type { AdminHandler } from './admin-handler.js';
import { isBelow, nodeListener, type NodeRequest, type NodeResponse } from './node-adapter.js';

/** A middleware as Express takes it. */
export type ExpressMiddleware = (
  request: NodeRequest,
  response: NodeResponse,
  next: (error?: unknown) => void,
) => void;

/** The handler as a middleware of Express: `app.use(expressMiddleware(handler))`. Other paths go on. */
export function expressMiddleware(handler: AdminHandler): ExpressMiddleware {
  const listen = nodeListener(handler);
  return (request, response, next) => {
    if (!isBelow(handler.basePath, request.originalUrl ?? request.url ?? '')) {
      next();
      return;
    }
    listen(request, response).catch(next);
  };
}
