import type { Clock } from '@resync/cache-contract';
import { ControlError } from '../control-error.js';
import { Polling } from './polling.js';
import type { SourceListener, StateSource, Watch } from './state-source.js';
import { readWish, type Wish } from './wish.js';

/** What a provider says of a flag. */
export interface FlagDetails {
  readonly value: unknown;
  /** What went wrong, where the value is the default because of it. */
  readonly errorCode?: string;
  readonly errorMessage?: string;
}

/** The part of a client of `@openfeature/server-sdk` that is needed. */
export interface FlagClient {
  getStringDetails(flag: string, fallback: string, context?: FlagContext): Promise<FlagDetails>;
  getObjectDetails(flag: string, fallback: object, context?: FlagContext): Promise<FlagDetails>;
  addHandler(event: string, handler: () => void): void;
  removeHandler(event: string, handler: () => void): void;
}

/** What a provider may decide by. */
export type FlagContext = Readonly<Record<string, string | number | boolean>>;

/** What an OpenFeature source is told. */
export interface OpenFeatureSourceOptions {
  readonly client: FlagClient;
  /** The flag of each component. */
  readonly flags: Readonly<Record<string, string>>;
  /** Whether the flags are strings (`true`, `false`, `live 25`) or objects (`{ stage, percentage }`). Default `string`. */
  readonly type?: 'string' | 'object';
  /** What the provider may decide by. Default: nothing. */
  readonly context?: FlagContext;
  readonly clock: Clock;
  /** Milliseconds between looks, for providers that tell nothing of changes. Default 5000. */
  readonly pollMs?: number;
}

/** The events of a provider after which its flags are looked at again. */
const EVENTS = ['PROVIDER_READY', 'PROVIDER_CONFIGURATION_CHANGED', 'PROVIDER_ERROR'] as const;

/** Flags of any OpenFeature provider. A flag that does not exist is no opinion. */
export function openFeatureSource(options: OpenFeatureSourceOptions): StateSource {
  const { client, clock, pollMs = 5000 } = options;
  return {
    name: 'openfeature',
    watch: async (listener: SourceListener): Promise<Watch> => {
      const polling = new Polling(clock, pollMs, async () => {
        try {
          const read = Object.entries(options.flags).map(
            async ([component, flag]) => [component, await evaluate(flag, options)] as const,
          );
          const wishes = (await Promise.all(read)).filter(
            (entry): entry is [string, Wish] => entry[1] !== undefined,
          );
          listener.said(Object.fromEntries(wishes));
        } catch (error) {
          listener.broke(error);
        }
      });
      const again = (): void => void polling.now();
      for (const event of EVENTS) client.addHandler(event, again);
      await polling.start();
      return {
        close: async () => {
          for (const event of EVENTS) client.removeHandler(event, again);
          await polling.stop();
        },
      };
    },
  };
}

async function evaluate(
  flag: string,
  { client, type = 'string', context = {} }: OpenFeatureSourceOptions,
): Promise<Wish | undefined> {
  const { value, errorCode, errorMessage } =
    type === 'string'
      ? await client.getStringDetails(flag, '', context)
      : await client.getObjectDetails(flag, {}, context);
  if (errorCode === undefined) return readWish(flag, value);
  if (errorCode === 'FLAG_NOT_FOUND') return undefined;
  throw new ControlError(
    'SOURCE_BROKEN',
    `expected the flag ${flag} as a ${type}; got ${errorCode}: ${errorMessage ?? ''}`,
  );
}
