import { describeCache } from '@resync/cache-contract/conformance';
import { AsyncTTLCache, legacyCache } from '../src/index.js';

describeCache('AsyncTTLCache', ({ clock }) => legacyCache(new AsyncTTLCache({ clock })));
