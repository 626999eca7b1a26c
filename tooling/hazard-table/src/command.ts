import { parseArgs } from 'node:util';
import type { HazardTable, SubjectKind } from '@resync/tooling-hazards';
import { withGeneratedPart } from './generated-part.js';
import { markdownTable } from './markdown-table.js';
import { sdkVersion } from './sdk-version.js';
import { textTable } from './text-table.js';

const HELP = `Puts hand-written wrappers, LaunchDarkly's migrator and CacheMigrationManager to the same sixteen tests,
one for each hazard of a cache migration, and prints who broke and what the caller saw.

  npm run hazards                 the table, in seconds; no network, nothing is left to chance

Options (after --):
  --json                          the table as JSON
  --write                         writes the table into docs/hazards.md as well
  --help                          this text

Examples:
  npm run hazards
  npm run -s hazards -- --json > hazards.json

Ends with 1 where CacheMigrationManager broke.
`;

/** What the command works on. */
export interface CommandSurroundings {
  readonly compare: () => Promise<HazardTable>;
  /** The subject that must not break. */
  readonly ours: SubjectKind;
  /** The document that has the table. */
  readonly document: { read(): string; write(text: string): void };
  readonly out: (text: string) => void;
}

/**
 * @returns the exit code
 * @throws Error for the user, with what was expected
 */
export async function hazards(
  args: readonly string[],
  { compare, ours, document, out }: CommandSurroundings,
): Promise<number> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      json: { type: 'boolean', default: false },
      write: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) {
    out(HELP);
    return 0;
  }
  const table = await compare();
  if (values.write) document.write(withGeneratedPart(document.read(), markdownTable(table)));
  out(values.json ? `${JSON.stringify(jsonOf(table), null, 2)}\n` : textTable(table));
  const column = table.subjects.indexOf(ours);
  return table.rows.some(({ verdicts }) => verdicts[column]?.kind === 'broken') ? 1 : 0;
}

function jsonOf({ subjects, rows }: HazardTable): unknown {
  return {
    launchDarklySdk: sdkVersion(),
    subjects: subjects.map(({ name, who }) => ({ name, who })),
    hazards: rows.map(({ scenario: { number, title, must, how }, verdicts }) => ({
      number,
      title,
      must,
      how,
      verdicts: Object.fromEntries(
        verdicts.map((verdict, column) => [subjects[column]?.name ?? column, verdict]),
      ),
    })),
  };
}
