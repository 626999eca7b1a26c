import type { Scenario } from './scenario.js';
import { secondWriteFails } from './scenarios/01-second-write-fails.js';
import { deleteOnOneSide } from './scenarios/02-delete-on-one-side.js';
import { fillOverwritesNewerSet } from './scenarios/03-fill-overwrites-newer-set.js';
import { fillLandsAfterDelete } from './scenarios/04-fill-lands-after-delete.js';
import { setsCross } from './scenarios/05-sets-cross.js';
import { lifetimeExtended } from './scenarios/06-lifetime-extended.js';
import { writeOfOffEndsLate } from './scenarios/07-write-of-off-ends-late.js';
import { rollbackFromComplete } from './scenarios/08-rollback-from-complete.js';
import { offAndForwardAgain } from './scenarios/09-off-and-forward-again.js';
import { processesInDifferentStages } from './scenarios/10-processes-in-different-stages.js';
import { expirySlidesOnOneSide } from './scenarios/11-expiry-slides-on-one-side.js';
import { hitsAndKeysDiffer } from './scenarios/12-hits-and-keys-differ.js';
import { clearRaces } from './scenarios/13-clear-races.js';
import { sideHangs } from './scenarios/14-side-hangs.js';
import { comparisonStraddlesWrite } from './scenarios/15-comparison-straddles-write.js';
import { stateChangesInTheMiddle } from './scenarios/16-state-changes-in-the-middle.js';

/** The sixteen hazards, in their order. */
export const scenarios: readonly Scenario[] = [
  secondWriteFails,
  deleteOnOneSide,
  fillOverwritesNewerSet,
  fillLandsAfterDelete,
  setsCross,
  lifetimeExtended,
  writeOfOffEndsLate,
  rollbackFromComplete,
  offAndForwardAgain,
  processesInDifferentStages,
  expirySlidesOnOneSide,
  hitsAndKeysDiffer,
  clearRaces,
  sideHangs,
  comparisonStraddlesWrite,
  stateChangesInTheMiddle,
];
