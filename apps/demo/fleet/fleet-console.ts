import { systemClock } from '@resync/cache-contract';
import { evaluateKpis, type RolloutOperator } from '@resync/migration-control';
import { createAdminHandler, fastifyPlugin } from '@resync/migration-control/admin';
import Fastify, { type FastifyInstance } from 'fastify';
import type { LoadWindow } from '../load/load-messages.js';
import { kpiRows } from '../rehearsal/kpi-rows.js';
import { lastMinuteKpis } from '../rehearsal/last-minute-kpis.js';
import { answerErrors } from '../server/http-errors.js';
import { decisionEvent } from '../server/live/decision-event.js';
import { EventStream } from '../server/live/event-stream.js';
import { faultRoutes } from '../server/live/fault-routes.js';
import { LiveFeed } from '../server/live/live-feed.js';
import type { WatchedLoad } from '../server/live/load-meter.js';
import { servePage } from '../server/live/page-files.js';
import { Timeline } from '../server/live/timeline.js';
import { fleetComponent } from './fleet-component.js';
import type { FleetFaults } from './fleet-faults.js';
import { mergedMetrics } from './merged-metrics.js';
import { FLEET_COMPONENTS } from './fleet-plan.js';
import { FleetReports } from './fleet-reports.js';
import type { FleetServers } from './fleet-servers.js';
import type { WorkerPool } from './worker-pool.js';

/** What a console is made from. */
export interface FleetConsoleOptions {
  readonly operator: RolloutOperator;
  readonly pool: Pick<WorkerPool, 'running' | 'ask'>;
  readonly faults: FleetFaults;
  readonly servers: Pick<FleetServers, 'redis' | 'killRedis'>;
  /** Who knows it may steer. */
  readonly token: string;
  /** `loopback`: only requests from this machine may steer. */
  readonly reach: 'loopback' | 'anywhere';
  /** Where the built page is. */
  readonly folder: string;
}

/** What is seen and steered of all processes: the page, the admin surface, and the figures put together. */
export class FleetConsole {
  readonly #options: FleetConsoleOptions;
  readonly #timeline = new Timeline();
  readonly #feed: LiveFeed;
  readonly #stream: EventStream;
  readonly #closing = new AbortController();
  readonly #server: FastifyInstance = Fastify({ forceCloseConnections: true });

  constructor(options: FleetConsoleOptions) {
    const { operator, pool, faults, servers } = options;
    this.#options = options;
    const reports = new FleetReports(operator, (sentence) => this.note(sentence));
    this.#feed = new LiveFeed({
      components: FLEET_COMPONENTS.map((name) => fleetComponent(name, reports, () => pool.running)),
      timeline: this.#timeline,
      clock: systemClock,
      faultOf: (component) => faults.of(component),
      isUnderMemoryPressure: () => faults.isUnderMemoryPressure,
      report: () => reports.report(),
      kpis: { of: 'rehearsal', rows: kpiRows(evaluateKpis({})) },
      redis: () => servers.redis,
    });
    this.#stream = new EventStream(this.#feed);
    operator.follow((record) => {
      if (record.kind !== 'decision') return;
      this.#timeline.add(decisionEvent(record));
      void this.#feed.tell();
    });
  }

  /** Resolves with the port of the loopback on which it is. */
  async listen(): Promise<number> {
    const { operator, pool, token, reach, folder } = this.#options;
    const server = this.#server;
    answerErrors(server);
    servePage(server, folder);
    server.get('/live/events', async (_request, reply) => {
      reply.hijack();
      this.#stream.serve(reply.raw);
    });
    this.#addFaults(server);
    const { signal } = this.#closing;
    await server.register(fastifyPlugin(createAdminHandler({ operator, token, reach, signal })));
    server.get('/metrics', async (_request, reply) => {
      const { contentType, text } = await mergedMetrics([...(await pool.ask('metrics')).values()]);
      return reply.type(contentType).send(text);
    });
    server.get('/api/migration', async () => ({
      processes: [...(await pool.ask('migration'))].map(([name, components]) => ({
        name,
        components,
      })),
    }));
    const url = await server.listen({ host: '127.0.0.1', port: 0 });
    this.#feed.phase = 'rollout';
    this.#feed.start();
    return Number(new URL(url).port);
  }

  /** Whose requests are shown. */
  set load(load: WatchedLoad | undefined) {
    this.#feed.load = load;
  }

  /** What users have noticed. */
  lately(windows: readonly LoadWindow[]): void {
    this.#feed.kpis = lastMinuteKpis(windows);
  }

  note(sentence: string, component?: string): void {
    this.#timeline.add({ at: systemClock.now(), component, kind: 'note', sentence });
  }

  async close(): Promise<void> {
    this.#closing.abort();
    this.#feed.end();
    this.#stream.end();
    await this.#server.close();
  }

  #addFaults(server: FastifyInstance): void {
    const { token, faults, servers } = this.#options;
    faultRoutes(server, {
      token,
      faults,
      memory: faults,
      ...(servers.redis !== undefined && {
        killRedis: () => servers.killRedis((sentence) => this.note(sentence)),
      }),
      components: FLEET_COMPONENTS,
      isOpen: () => true,
      onSwitch: (component, sentence) => {
        this.#timeline.add({ at: systemClock.now(), component, kind: 'fault', sentence });
        void this.#feed.tell();
      },
    });
  }
}
