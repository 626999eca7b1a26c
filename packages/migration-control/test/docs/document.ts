import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** What of a document can be executed. */
export interface ExecutableDocument {
  readonly text: string;
  /** Each `sh` block. */
  readonly blocks: readonly string[];
  /** Each command that stands within a sentence or a table. */
  readonly spans: readonly string[];
}

/** The root of the workspace. */
export const ROOT = fileURLToPath(new URL('../../../../', import.meta.url));

/** @param path below `docs` */
export function readDocument(path: string): ExecutableDocument {
  const text = readFileSync(new URL(`docs/${path}`, `file://${ROOT}`), 'utf8');
  const blocks = [...text.matchAll(/^( *)```sh\n([^]*?)^\1```$/gm)].map(
    ([, indent = '', block = '']) => block.replaceAll(new RegExp(`^${indent}`, 'gm'), ''),
  );
  const prose = text.replaceAll(/^ *```[^]*?^ *```$/gm, '');
  const spans = [...prose.matchAll(/`(resync-migrate [^`<…]+)`/g)].map(([, span = '']) => span);
  return { text, blocks, spans: [...new Set(spans)] };
}

/** What a fenced block of another kind holds, by its language. */
export function blockOf({ text }: ExecutableDocument, language: string): string {
  const pattern = new RegExp(`^( *)\`\`\`${language}\\n([^]*?)^\\1\`\`\`$`, 'm');
  const [, indent = '', block = ''] = pattern.exec(text) ?? [];
  return block.replaceAll(new RegExp(`^${indent}`, 'gm'), '');
}
