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
  readonly components: readonly ComponentDescriptor[];
}

const DESCRIPTOR_TTL_MS = 60_000;

/** Brings the components up and knows them by name. */
export class CoreBoot {
  readonly correlationId = randomUUID();
  readonly #cache: ConsumerCache<ComponentDescriptor>;
  readonly #components = new Map<
    string,
    { component: unknown; registeredAt: Date; bootMs: number }
  >();
  readonly #begun = performance.now();

  constructor(cache: ConsumerCache<ComponentDescriptor>) {
    this.#cache = cache;
  }

  registerComponent(name: string, component: unknown): void {
    const bootMs = performance.now() - this.#begun;
    this.#components.set(name, { component, registeredAt: new Date(), bootMs });
  }

  getComponent(name: string): unknown {
    return this.#components.get(name)?.component;
  }

  async getBootStatus(): Promise<BootStatus> {
    const components: ComponentDescriptor[] = [];
    for (const name of this.#components.keys()) components.push(await this.#descriptorOf(name));
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
