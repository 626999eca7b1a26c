/** Where a command writes to, and what it may write there. */
export interface Terminal {
  /** Standard output: the answer. */
  out(text: string): void;
  /** Standard error: progress, warnings and refusals. */
  err(text: string): void;
  /** Whether standard output is a terminal that can be drawn on. */
  readonly isLive: boolean;
  /** Whether progress is seen by somebody. */
  readonly isWatched: boolean;
  readonly hasColours: boolean;
}

const CODES = { bold: 1, dim: 2, red: 31, green: 32, yellow: 33 } as const;

type Colour = keyof typeof CODES;

/** Text in a colour, where there are colours. */
export type Paint = (colour: Colour, text: string) => string;

export function painter({ hasColours }: Pick<Terminal, 'hasColours'>): Paint {
  return (colour, text) => (hasColours ? `\u001b[${CODES[colour]}m${text}\u001b[0m` : text);
}

/** What comes from elsewhere as one line that moves no cursor and changes no colour. */
export function printable(text: string): string {
  return text.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]+/gu, ' ').trim();
}
