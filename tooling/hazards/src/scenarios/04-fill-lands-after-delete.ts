import { playAll, type Scenario } from '../scenario.js';
import { overtakenFills } from './interleavings.js';

export const fillLandsAfterDelete: Scenario = {
  number: 4,
  title: 'back-fill lands after a delete',
  must: 'the fill is dropped; to add only what is absent is not enough',
  how: 'as 3, with a delete in the place of the set',
  run: (create) => playAll(overtakenFills({ kind: 'delete', key: 'key' }), create),
};
