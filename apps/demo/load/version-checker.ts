/**
 * Knows, for each job, the highest version that a command was acknowledged with. What is read later
 * must not be lower.
 */
export class VersionChecker {
  readonly #acknowledged = new Map<string, number>();

  acknowledge(id: string, version: number): void {
    this.#acknowledged.set(id, Math.max(version, this.#acknowledged.get(id) ?? 0));
  }

  /** The lowest version that a read may show which begins now. */
  floorOf(id: string): number {
    return this.#acknowledged.get(id) ?? 0;
  }
}
