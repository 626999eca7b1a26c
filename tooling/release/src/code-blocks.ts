/** A fenced block of a Markdown text. */
export interface CodeBlock {
  readonly language: string;
  /** What stands behind the language; for a program, the file that it belongs into. */
  readonly name: string;
  readonly code: string;
}

/** The fenced blocks of a text, in their order. */
export function codeBlocksOf(markdown: string): readonly CodeBlock[] {
  return [...markdown.matchAll(/^```(\w+)(?: (\S+))?\n([^]*?)^```$/gm)].map(
    ([, language = '', name = '', code = '']) => ({ language, name, code }),
  );
}

/** The examples of a README: its blocks of JavaScript, each a program of its own. */
export function examplesOf(markdown: string): readonly string[] {
  return codeBlocksOf(markdown)
    .filter(({ language, name }) => language === 'js' && name === '')
    .map(({ code }) => code);
}
