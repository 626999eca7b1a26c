/** A key that nobody else uses: 122 random bits. */
export function systemProbeKey(): string {
  return `resync:health-check:${crypto.randomUUID()}`;
}
