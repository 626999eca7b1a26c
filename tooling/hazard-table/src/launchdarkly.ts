import { isDeepStrictEqual } from 'node:util';
import {
  createMigration,
  LDMigrationStage,
  LDMigrationSuccess,
  type LDClient,
  type LDMethodResult,
  type LDMigration,
} from '@launchdarkly/node-server-sdk';
import type { Cache, SetOptions } from '@resync/cache-contract';
import type { Subject, SubjectKind, SubjectParts, Target } from '@resync/tooling-hazards';
import type { LocalFlags, MigrationFlag } from './local-flags.js';

const CONTEXT = { kind: 'service', key: 'resync' } as const;

type Write = (cache: Cache) => Promise<unknown>;
type Read = (key?: string) => Promise<LDMethodResult<unknown>>;

/** LaunchDarkly's migrator over the two caches, with its defaults. */
class LaunchDarklyMigration implements Subject {
  readonly mismatches: string[] = [];
  readonly #flag: MigrationFlag;
  readonly #migration: LDMigration<unknown, unknown, string, Write>;
  #stage: Target['stage'] = 'off';

  constructor(
    client: LDClient,
    { flag, legacy, next, readNew }: SubjectParts & { flag: MigrationFlag; readNew: Read },
  ) {
    this.#flag = flag;
    this.#migration = createMigration<unknown, unknown, string, Write>(client, {
      readOld: readFrom(legacy),
      readNew,
      writeOld: writeTo(legacy),
      writeNew: writeTo(next),
      check: (old, candidate) => {
        const isSame = isDeepStrictEqual(old, candidate);
        if (!isSame) this.mismatches.push('inconsistent');
        return isSame;
      },
    });
  }

  get state(): Subject['state'] {
    return { stage: this.#stage, percentage: this.#stage === 'live' ? 100 : 0 };
  }

  async get(key: string): Promise<unknown> {
    const read = await this.#migration.read(this.#flag.key, CONTEXT, LDMigrationStage.Off, key);
    if (read.success) return read.result;
    throw read.error;
  }

  async set(key: string, value: unknown, options?: SetOptions): Promise<void> {
    await this.#write((cache) => cache.set(key, value, options));
  }

  async delete(key: string): Promise<void> {
    await this.#write((cache) => cache.delete(key));
  }

  async clear(): Promise<void> {
    await this.#write((cache) => cache.clear());
  }

  /** It knows no `live 0`; what comes closest is `shadow`: both are written, the old one answers. */
  async transition({ stage, percentage }: Target): Promise<void> {
    this.#stage = stage === 'live' && percentage === 0 ? 'shadow' : stage;
    await this.#flag.change(this.#stage);
  }

  async rollback(): Promise<void> {
    const isBeforeLive = this.#stage === 'dualwrite' || this.#stage === 'shadow';
    await this.transition({ stage: isBeforeLive ? 'off' : 'shadow' });
  }

  /** It holds nothing; the client belongs to whoever started it. */
  async close(): Promise<void> {
    await this.transition({ stage: 'off' });
  }

  /** Whether a write succeeded, its authoritative side says. */
  async #write(write: Write): Promise<void> {
    const { key } = this.#flag;
    const { authoritative } = await this.#migration.write(
      key,
      CONTEXT,
      LDMigrationStage.Off,
      write,
    );
    if (!authoritative.success) throw authoritative.error;
  }
}

function readFrom(cache: Cache): Read {
  return async (key = '') => LDMigrationSuccess(await cache.get(key));
}

function writeTo(cache: Cache) {
  return async (write?: Write): Promise<LDMethodResult<unknown>> =>
    LDMigrationSuccess(await write?.(cache));
}

/** What next misses or fails to say, legacy is asked for, and next is filled with it. */
function readWithFallback({ legacy, next }: SubjectParts): Read {
  return async (key = '') => {
    const found = await next.get(key).catch(() => undefined);
    if (found !== undefined) return LDMigrationSuccess(found);
    const old = await legacy.get(key);
    if (old !== undefined) void next.set(key, old).catch(() => undefined);
    return LDMigrationSuccess(old);
  };
}

/** LaunchDarkly's migrator as it comes, and as one would make it fall back. */
export function launchDarkly(flags: LocalFlags): readonly SubjectKind[] {
  const over =
    (readNew: (parts: SubjectParts) => Read): SubjectKind['create'] =>
    async (parts) =>
      new LaunchDarklyMigration(flags.client, {
        ...parts,
        flag: await flags.makeFlag(),
        readNew: readNew(parts),
      });
  return [
    {
      name: 'LaunchDarkly',
      who: '`createMigration` of `@launchdarkly/node-server-sdk`: one function to read and one to write for each side',
      create: over(({ next }) => readFrom(next)),
    },
    {
      name: 'LaunchDarkly with a fallback',
      who: 'the same with the obvious fallback: `readNew` asks legacy for what next misses, and fills next',
      create: over(readWithFallback),
    },
  ];
}
