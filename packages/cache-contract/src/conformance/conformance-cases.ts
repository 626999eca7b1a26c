import type { ConformanceCase } from './conformance-case.js';
import { absoluteExpiry } from './facets/absolute-expiry.js';
import { add } from './facets/add.js';
import { bounds } from './facets/bounds.js';
import { clear } from './facets/clear.js';
import { concurrency } from './facets/concurrency.js';
import { entries } from './facets/entries.js';
import { keys } from './facets/keys.js';
import { leases } from './facets/leases.js';
import { lifecycle } from './facets/lifecycle.js';
import { lifetimes } from './facets/lifetimes.js';
import { many } from './facets/many.js';
import { readAndWrite } from './facets/read-and-write.js';
import { slidingExpiry } from './facets/sliding-expiry.js';
import { statistics } from './facets/statistics.js';
import { values } from './facets/values.js';

/** Every fact of the contract, facet by facet. */
export const conformanceCases: readonly ConformanceCase[] = [
  ...readAndWrite,
  ...keys,
  ...values,
  ...lifetimes,
  ...absoluteExpiry,
  ...slidingExpiry,
  ...clear,
  ...statistics,
  ...lifecycle,
  ...concurrency,
  ...bounds,
  ...leases,
  ...add,
  ...entries,
  ...many,
];
