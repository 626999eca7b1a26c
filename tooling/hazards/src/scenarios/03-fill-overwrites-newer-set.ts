import { playAll, type Scenario } from '../scenario.js';
import { overtakenFills } from './interleavings.js';

export const fillOverwritesNewerSet: Scenario = {
  number: 3,
  title: 'back-fill overwrites a newer set',
  must: 'the fill is dropped',
  how: 'in `live` only legacy has the key; a read takes it over, and is held up: with the answer of legacy, on the way into next, and in the loader of `getOrSet`; meanwhile the key is set; then everything goes on',
  run: (create) => playAll(overtakenFills({ kind: 'set', key: 'key', value: 'new' }), create),
};
