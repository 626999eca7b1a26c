import { CacheError, type CacheCapabilities } from '@resync/cache-contract';
import type { CacheStorage } from './cache-storage.js';

/** What a storage may offer beyond what each must. */
type Offer = 'add' | 'entries' | 'lookupOrLease' | 'fill' | 'lookupMany' | 'setMany' | 'deleteMany';

type Offering<V, Name extends Offer> = CacheStorage<V> & Required<Pick<CacheStorage<V>, Name>>;

/** What a cache can do because its storage does it. */
export function capabilitiesOf<V>(
  storage: CacheStorage<V>,
): Pick<CacheCapabilities, 'leases' | 'add' | 'entries' | 'many'> {
  return {
    ...(offers(storage, 'fill') && { leases: true }),
    ...(offers(storage, 'add') && { add: true }),
    ...(offers(storage, 'entries') && { entries: true }),
    ...(offers(storage, 'setMany') && { many: true }),
  };
}

/**
 * The storage, which is known to offer that.
 *
 * @throws CacheError `INVALID_OPTION` where it does not
 */
export function offered<V, Name extends Offer>(
  storage: CacheStorage<V>,
  name: Name,
): Offering<V, Name> {
  if (offers(storage, name)) return storage;
  throw new CacheError(
    'INVALID_OPTION',
    `expected a storage that offers ${name}; see the capabilities of the cache`,
  );
}

function offers<V, Name extends Offer>(
  storage: CacheStorage<V>,
  name: Name,
): storage is Offering<V, Name> {
  return storage[name] !== undefined;
}
