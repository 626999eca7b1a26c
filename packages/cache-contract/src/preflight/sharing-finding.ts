import type { Cache } from '../cache.js';
import type { PreflightFinding } from './preflight-report.js';

/** What follows where two caches are not in the same memory. */
type Judgement = Pick<PreflightFinding, 'result' | 'verdict' | 'advice'>;

/** Who sees what is written to each cache, as declared, and what that makes of a migration. */
export function sharingFinding(
  legacy: Cache,
  next: Cache,
  users: 'one process' | 'several processes',
): PreflightFinding {
  return {
    behaviour: 'sharing',
    question: 'who sees what is written, as declared',
    legacy: readersOf(legacy),
    next: readersOf(next),
    ...(users === 'one process' ? ofOneProcess(legacy, next) : ofSeveral(legacy, next)),
  };
}

function readersOf({ capabilities }: Cache): string {
  return capabilities.shared ? 'every process' : 'the process that wrote it';
}

function ofOneProcess(legacy: Cache, next: Cache): Judgement {
  const areAlike = legacy.capabilities.shared === next.capabilities.shared;
  return areAlike
    ? { result: 'same', verdict: 'fine' }
    : {
        result: 'different',
        verdict: 'fine',
        advice: 'nothing, as long as one process alone uses both, as it was declared',
      };
}

function ofSeveral(legacy: Cache, next: Cache): Judgement {
  if (legacy.capabilities.shared && !next.capabilities.shared) {
    return {
      result: 'different',
      verdict: 'blocks',
      advice:
        'next would miss what other processes write: take one that they share, or declare soleProcess where there are no others',
    };
  }
  if (!next.capabilities.shared) return { result: 'same', verdict: 'fine' };
  if (!legacy.capabilities.shared) {
    return {
      result: 'different',
      verdict: 'warning',
      advice:
        'what each process holds differs already: next is filled by writes alone, needs a fleet beyond dualwrite, and a rollback returns what each process last saw',
    };
  }
  return next.capabilities.leases === true
    ? {
        result: 'same',
        verdict: 'fine',
        advice: 'beyond dualwrite the processes need a fleet',
      }
    : {
        result: 'hazard',
        verdict: 'blocks',
        advice:
          'without leases in next a write cannot tell that another process has written: take an adapter that has them, or declare soleProcess where there are no other processes',
      };
}
