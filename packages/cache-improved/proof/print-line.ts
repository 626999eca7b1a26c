/** A line of the proof, for people. */
export function printLine(line: string): void {
  process.stdout.write(`${line}\n`);
}
