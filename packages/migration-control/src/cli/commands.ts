import type { Command } from './command.js';
import { approve } from './commands/approve.js';
import { audit } from './commands/audit.js';
import { baseline } from './commands/baseline.js';
import { checklist } from './commands/checklist.js';
import { compare } from './commands/compare.js';
import { completionOf } from './commands/completion.js';
import { kpis } from './commands/kpis.js';
import { pause } from './commands/pause.js';
import { planValidate } from './commands/plan-validate.js';
import { preflight } from './commands/preflight.js';
import { promote } from './commands/promote.js';
import { report } from './commands/report.js';
import { resume } from './commands/resume.js';
import { rollback } from './commands/rollback.js';
import { setPercentage } from './commands/set-percentage.js';
import { status } from './commands/status.js';
import { testRollback } from './commands/test-rollback.js';
import { watch } from './commands/watch.js';

/** Every command, in the order of their use. */
export const COMMANDS: readonly Command[] = [
  checklist,
  preflight,
  planValidate,
  baseline,
  status,
  watch,
  promote,
  setPercentage,
  approve,
  pause,
  resume,
  rollback,
  testRollback,
  compare,
  kpis,
  report,
  audit,
  completionOf(() => COMMANDS),
];
