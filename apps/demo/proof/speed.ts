/** KPIs that a busy machine alone may miss: they are printed, and decide nothing in a proof. */
export const SPEED: readonly string[] = ['cache latency', 'HTTP P95', 'throughput'];

/** The reasons to fail that are no matter of the machine's speed. */
export function otherThanSpeed(reasons: readonly string[]): readonly string[] {
  return reasons.filter((reason) => !SPEED.some((title) => reason === `${title} is off target`));
}
