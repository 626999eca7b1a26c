import { compareCaches, systemClock } from '@resync/cache-contract';
import { AsyncTTLCache, legacyCache } from '@resync/cache-legacy';
import { evaluateKpis, type AuditRecord } from '@resync/migration-control';
import { createAdminHandler, fastifyPlugin } from '@resync/migration-control/admin';
import type { MigrationMetrics } from '@resync/migration-metrics';
import type { FastifyInstance } from 'fastify';
import type { LoadWindow } from '../../load/load-messages.js';
import { kpiRows } from '../../rehearsal/kpi-rows.js';
import { lastMinuteKpis } from '../../rehearsal/last-minute-kpis.js';
import type { RehearsalReport } from '../../rehearsal/rehearsal-report.js';
import type { RehearsalView } from '../../rehearsal/rehearsal-view.js';
import { createImprovedCache, type ComponentMigration } from '../component-migration.js';
import { decisionEvent } from './decision-event.js';
import { DemoRollout } from './demo-rollout.js';
import { EventStream } from './event-stream.js';
import { faultRoutes } from './fault-routes.js';
import { FaultSwitches } from './fault-switches.js';
import { fedMigration } from './fed-component.js';
import { LiveFeed } from './live-feed.js';
import type { WatchedLoad } from './load-meter.js';
import { MemoryPressure } from './memory-pressure.js';
import { servePage } from './page-files.js';
import type { PageSnapshot, Phase } from './page-messages.js';
import { ServiceFigures } from './service-figures.js';
import { tellPercentages } from './tell-percentages.js';
import { Timeline } from './timeline.js';

/** What the live side of the demo is made from. */
export interface LiveOptions {
  readonly migrations: readonly ComponentMigration[];
  /** Who knows it may steer. */
  readonly token: string;
  /** `loopback`: only requests from this machine may steer. */
  readonly reach: 'loopback' | 'anywhere';
  /** Where the built page is. */
  readonly folder: string;
  /** Counts what is decided. */
  readonly metrics: Pick<MigrationMetrics, 'recordDecision'> | undefined;
}

/** What is seen and steered of the demo while it runs. */
export class Live {
  readonly #options: LiveOptions;
  readonly #timeline = new Timeline();
  readonly #memory = new MemoryPressure();
  readonly #faults: FaultSwitches;
  readonly #rollout: DemoRollout;
  readonly #feed: LiveFeed;
  readonly #stream: EventStream;
  readonly #closing = new AbortController();
  readonly #figures: ServiceFigures;
  #isHealthy = true;
  #isRehearsed = false;

  constructor(options: LiveOptions) {
    const { migrations } = options;
    this.#options = options;
    this.#faults = new FaultSwitches(migrations);
    this.#rollout = new DemoRollout({
      migrations,
      surroundings: {
        health: () => (this.#isHealthy ? 'passing' : 'failing'),
        memory: () => this.#memory.memory,
      },
      onError: (error) => this.note(`the rollout tries again: ${String(error)}`),
      onWarm: (component, { copied }) =>
        this.note(`${component}: ${copied} entries of legacy were copied into next`, component),
    });
    this.#feed = new LiveFeed({
      components: migrations.map(fedMigration),
      timeline: this.#timeline,
      clock: systemClock,
      faultOf: (component) => this.#faults.of(component),
      isUnderMemoryPressure: () => this.#memory.isOn,
      report: () => (this.#rollout.hasBegun ? this.#rollout.report() : undefined),
      kpis: { of: 'rehearsal', rows: kpiRows(evaluateKpis({})) },
    });
    this.#figures = new ServiceFigures(migrations, systemClock);
    this.#feed.follow((name, message) => {
      if (name === 'second') this.#figures.endSecond(message as PageSnapshot);
    });
    this.#stream = new EventStream(this.#feed);
    this.#rollout.follow((record) => this.#decided(record));
    this.#feed.start();
  }

  set phase(phase: Phase) {
    this.#feed.phase = phase;
  }

  /** Whose requests are shown. */
  set load(load: WatchedLoad | undefined) {
    this.#feed.load = load;
  }

  /** Puts the page, its stream and what steers onto the server. */
  async mount(server: FastifyInstance): Promise<void> {
    const { migrations, token, reach, folder } = this.#options;
    servePage(server, folder);
    server.get('/live/events', async (_request, reply) => {
      reply.hijack();
      this.#stream.serve(reply.raw);
    });
    faultRoutes(server, {
      token,
      faults: this.#faults,
      memory: this.#memory,
      components: migrations.map(({ component }) => component),
      isOpen: () => this.#rollout.hasBegun,
      onSwitch: (component, sentence) => {
        this.#timeline.add({ at: systemClock.now(), component, kind: 'fault', sentence });
        void this.#feed.tell();
      },
    });
    const admin = createAdminHandler({
      operator: this.#rollout,
      token,
      reach,
      figures: (component) => this.#figures.of(component),
      // Of two caches like these, and not of those that serve: what it writes is in nobody's way.
      preflight: () => compareCaches(legacyCache(new AsyncTTLCache()), createImprovedCache(60_000)),
      signal: this.#closing.signal,
    });
    await server.register(fastifyPlugin(admin));
    tellPercentages(server, migrations);
    server.addHook('onResponse', async (request, reply) => {
      const { url } = request;
      if (url === '/health') this.#isHealthy = reply.statusCode === 200;
      if (!url.startsWith('/api/')) return;
      const isModel = url.startsWith('/api/chat');
      this.#figures.answered(reply.elapsedTime, { isFailed: reply.statusCode >= 500, isModel });
    });
  }

  /** The rehearsal as the page shows it. */
  get view(): RehearsalView {
    return {
      event: (text) => this.#rehearsed(text),
      standings: () => undefined,
      end: () => undefined,
    };
  }

  note(sentence: string, component?: string): void {
    this.#timeline.add({ at: systemClock.now(), component, kind: 'note', sentence });
  }

  /** How the rehearsal went. */
  reported({
    kpis,
    verdict,
    reasons,
  }: Pick<RehearsalReport, 'kpis' | 'verdict' | 'reasons'>): void {
    this.#isRehearsed = true;
    this.#feed.kpis = { of: 'rehearsal', rows: kpiRows(kpis) };
    this.note(`rehearsal ${[verdict, ...reasons].join('; ')}`);
  }

  /** What users have noticed; the KPIs of a rehearsal stay where there was one. */
  lately(windows: readonly LoadWindow[]): void {
    if (!this.#isRehearsed) this.#feed.kpis = lastMinuteKpis(windows);
  }

  /** The caches go back to `off`, and climb again by plan and judge, and by whoever steers. */
  async beginRollout(): Promise<void> {
    this.note('a rollout by plan and judge begins, from off');
    await this.#rollout.begin();
    this.#feed.phase = 'rollout';
  }

  async close(): Promise<void> {
    this.#faults.heal();
    this.#memory.put('off');
    this.#closing.abort();
    this.#feed.end();
    this.#stream.end();
    await this.#rollout.end();
  }

  #rehearsed(text: string): void {
    const name = /^([a-z]+): /.exec(text)?.[1];
    const component = this.#options.migrations.find((one) => one.component === name)?.component;
    const kind = component === undefined ? 'note' : kindOfRehearsed(text);
    this.#timeline.add({ at: systemClock.now(), component, kind, sentence: text });
  }

  #decided(record: AuditRecord): void {
    if (record.kind !== 'decision') return;
    this.#options.metrics?.recordDecision(record);
    this.#timeline.add(decisionEvent(record));
    void this.#feed.tell();
  }
}

function kindOfRehearsed(text: string): 'fault' | 'rollback' | 'step' {
  if (text.includes('fails from now on')) return 'fault';
  if (text.includes('rolled back')) return 'rollback';
  return 'step';
}
