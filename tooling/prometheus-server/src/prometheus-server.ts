import { freePort } from '@resync/tooling-free-port';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

/** How a Prometheus is started. */
export interface PrometheusOptions {
  /** The text of its `prometheus.yml`. */
  readonly configuration: string;
  /** Texts of files beside it, by the names that `rule_files` gives them. */
  readonly files?: Readonly<Record<string, string>>;
}

/** One value of a series: seconds since the epoch, and the number. */
export type Sample = readonly [seconds: number, value: number];

/** A series that a query gave. */
export interface Series {
  readonly labels: Readonly<Record<string, string>>;
  readonly samples: readonly Sample[];
}

/** A Prometheus that a test started. */
export interface PrometheusServer {
  readonly url: string;
  /** What it knows now. Rejects with what Prometheus says of a query that is none. */
  query(query: string): Promise<readonly Series[]>;
  /** What it knew from one time to another, in seconds since the epoch, so many seconds apart. */
  queryRange(
    query: string,
    range: { readonly start: number; readonly end: number; readonly step: number },
  ): Promise<readonly Series[]>;
  /** Resolves when it has scraped every target once, which takes it some seconds. */
  untilScraped(targets: number): Promise<void>;
  /** Ends it (SIGKILL) and removes what it wrote. */
  stop(): Promise<void>;
}

interface Answer {
  readonly status: 'success' | 'error';
  readonly error?: string;
  readonly data?: {
    readonly resultType: 'vector' | 'matrix' | 'scalar';
    readonly result: unknown;
  };
}

interface Found {
  readonly metric: Readonly<Record<string, string>>;
  readonly value?: readonly [number, string];
  readonly values?: readonly (readonly [number, string])[];
}

/** Starts a `prometheus` on the loopback. */
export async function startPrometheus({
  configuration,
  files = {},
}: PrometheusOptions): Promise<PrometheusServer> {
  const folder = await mkdtemp(join(tmpdir(), 'resync-prometheus-'));
  await writeFile(join(folder, 'prometheus.yml'), configuration);
  for (const [name, text] of Object.entries(files)) await writeFile(join(folder, name), text);
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const server = spawn(
    'prometheus',
    [
      `--config.file=${join(folder, 'prometheus.yml')}`,
      `--storage.tsdb.path=${join(folder, 'data')}`,
      `--web.listen-address=127.0.0.1:${port}`,
    ],
    { stdio: ['ignore', 'ignore', 'pipe'] },
  );
  const exited = once(server, 'exit');
  const stop = async (): Promise<void> => {
    server.kill('SIGKILL');
    await exited;
    await rm(folder, { recursive: true, force: true });
  };
  const lines: string[] = [];
  for await (const line of createInterface({ input: server.stderr })) {
    lines.push(line);
    if (!line.includes('Server is ready to receive web requests')) continue;
    server.stderr.resume();
    const query = (text: string): Promise<readonly Series[]> =>
      ask(`${url}/api/v1/query`, { query: text });
    return {
      url,
      query,
      untilScraped: async (targets) => {
        let up = 0;
        // It does not tell when it has scraped; each question is a way there and back.
        while (up < targets) up = (await query('up == 1')).length;
      },
      queryRange: (text, { start, end, step }) =>
        ask(`${url}/api/v1/query_range`, {
          query: text,
          start: `${start}`,
          end: `${end}`,
          step: `${step}`,
        }),
      stop,
    };
  }
  await stop();
  throw new Error(`prometheus ended instead of starting:\n${lines.join('\n')}`);
}

async function ask(
  url: string,
  parameters: Readonly<Record<string, string>>,
): Promise<readonly Series[]> {
  const response = await fetch(url, { method: 'POST', body: new URLSearchParams(parameters) });
  const { data, error } = (await response.json()) as Answer;
  if (data === undefined) throw new Error(`${parameters['query'] ?? ''}: ${error ?? 'no answer'}`);
  if (data.resultType === 'scalar') {
    return [{ labels: {}, samples: [sampleOf(data.result as [number, string])] }];
  }
  return (data.result as readonly Found[]).map(({ metric, value, values }) => ({
    labels: metric,
    samples: (values ?? (value === undefined ? [] : [value])).map(sampleOf),
  }));
}

function sampleOf([seconds, text]: readonly [number, string]): Sample {
  return [seconds, text === '+Inf' ? Infinity : text === '-Inf' ? -Infinity : Number(text)];
}
