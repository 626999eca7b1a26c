const STEPS = [
  [86_400_000, 'd'],
  [3_600_000, 'h'],
  [60_000, 'min'],
  [1000, 's'],
] as const;

/** So many milliseconds, for people. */
export function lasting(ms: number): string {
  const [length, unit] = STEPS.find(([step]) => ms >= step) ?? [1, 'ms'];
  const value = ms / length;
  return `${value < 10 ? Math.round(value * 10) / 10 : Math.round(value)} ${unit}`;
}

/** A moment in milliseconds since the epoch, in UTC. */
export function moment(ms: number): string {
  return new Date(ms).toISOString().replace('T', ' ').slice(0, 19);
}
