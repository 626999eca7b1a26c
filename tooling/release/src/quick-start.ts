import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { codeBlocksOf } from './code-blocks.js';
import { runTool } from './run-tool.js';
import { textOf } from './texts.js';

/** What came of doing what the quick start says. */
export interface QuickStart {
  /** What its shell blocks printed, one JSON text each. */
  readonly answers: readonly Readonly<Record<string, unknown>>[];
  /** What the service printed. */
  readonly lines: readonly string[];
  readonly exitCode: unknown;
}

/** Does what the quick start says, in an empty folder, by its text alone. */
export async function followQuickStart(folder: string): Promise<QuickStart> {
  const blocks = codeBlocksOf(textOf('docs/quick-start.md'));
  const shell = blocks.filter(({ language }) => language === 'sh');
  const [install, start, ...rest] = shell.map(({ code }) => code.trim());
  if (install === undefined || start === undefined) throw new Error('expected two shell blocks');
  await runTool(['bash', '-ec', `${install} --no-audit --no-fund`], { cwd: folder });
  for (const { language, name, code } of blocks) {
    if (language === 'js' && name !== '') writeFileSync(join(folder, name), code);
  }
  const lines: string[] = [];
  const service = spawn('bash', ['-ec', `exec ${start}`], {
    cwd: folder,
    env: { ...process.env, PORT: '0' },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const closed = once(service, 'close');
  const url = await new Promise<string>((resolve, reject) => {
    createInterface({ input: service.stdout })
      .on('line', (line) => {
        lines.push(line);
        if (line.startsWith('listening on ')) resolve(line.slice('listening on '.length));
      })
      .on('close', () => reject(new Error(`the service has ended: ${lines.join('\n')}`)));
  });
  try {
    const environment = { SERVICE: url };
    const output = await runTool(['bash', '-ec', rest.join('\n')], { cwd: folder, environment });
    const answers = output
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => JSON.parse(line) as Record<string, unknown>);
    service.kill('SIGTERM');
    const [exitCode] = (await closed) as unknown[];
    return { answers, lines, exitCode };
  } finally {
    service.kill('SIGKILL');
  }
}
