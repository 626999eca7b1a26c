import { styleText } from 'node:util';

/** Whether text goes to a terminal that shows colours. */
export type Colouring = 'coloured' | 'plain';

type Format = Parameters<typeof styleText>[0];

/** Gives a text its colour, where there are colours. */
export type Paint = (format: Format, text: string) => string;

export function painter(colouring: Colouring): Paint {
  // What Node would find out by itself, it finds out for single colours alone before its version 22.
  if (colouring === 'plain') return (_format, text) => text;
  return (format, text) => styleText(format, text, { validateStream: false });
}

export function colouringOf(terminal: NodeJS.WriteStream): Colouring {
  return terminal.isTTY && terminal.hasColors() ? 'coloured' : 'plain';
}
