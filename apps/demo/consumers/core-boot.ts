import { randomUUID } from 'node:crypto';
import type { ConsumerCache } from './consumer-cache.js';

/** What is known of a component since it was registered. */
export interface ComponentDescriptor {
  readonly name: string;
  /** ISO 8601. */
  readonly registeredAt: string;
  /** Milliseconds since the boot began. */
  readonly bootMs: number;
}

/** How the boot went. */
export interface BootStatus {
  readonly correlationId: string;
  readonly components: readonly (ComponentDescriptor & { readonly health: ComponentHealth })[];
}

export type ComponentHealth = 'healthy' | 'degraded';

/** A component, and how its health is asked for. */
interface Registered {
  readonly component: unknown;
  readonly registeredAt: Date;
  readonly bootMs: number;
  readonly health: () => ComponentHealth;
}

const DESCRIPTOR_TTL_MS = 60_000;

/** Brings the components up and knows them by name. */
export class CoreBoot {
  readonly correlationId = randomUUID();
  readonly #cache: ConsumerCache<ComponentDescriptor>;
  readonly #components = new Map<string, Registered>();
  readonly #begun = performance.now();

  constructor(cache: ConsumerCache<ComponentDescriptor>) {
    this.#cache = cache;
  }

  /** @param health asked at each status; without one a component that is there is well */
  registerComponent(
    name: string,
    component: unknown,
    health: () => ComponentHealth = () => 'healthy',
  ): void {
    const bootMs = performance.now() - this.#begun;
    this.#components.set(name, { component, registeredAt: new Date(), bootMs, health });
  }

  getComponent(name: string): unknown {
    return this.#components.get(name)?.component;
  }

  async getBootStatus(): Promise<BootStatus> {
    const components: BootStatus['components'][number][] = [];
    for (const [name, { health }] of this.#components) {
      components.push({ ...(await this.#descriptorOf(name)), health: health() });
    }
    return { correlationId: this.correlationId, components };
  }

  #descriptorOf(name: string): Promise<ComponentDescriptor> {
    return this.#cache.getOrSet(
      `component:${name}`,
      async () => {
        const known = this.#components.get(name);
        if (known === undefined) throw new Error(`no component ${name} was registered`);
        const { registeredAt, bootMs } = known;
        return { name, registeredAt: registeredAt.toISOString(), bootMs };
      },
      { ttl: DESCRIPTOR_TTL_MS },
    );
  }
}
