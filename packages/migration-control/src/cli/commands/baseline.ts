import { resolve } from 'node:path';
import { KPIS } from '../../kpis/kpi.js';
import { chooseComponent, COMPONENT } from '../choose-component.js';
import { CommandError } from '../command-error.js';
import type { Command } from '../command.js';
import { componentIn } from '../request.js';

const FEWEST = KPIS.p95.minSamples;

export const baseline: Command = {
  name: 'baseline',
  summary: 'write down the figures of the service in off, for later comparison',
  more: `Figures are those of a window that ends now, under the load that there is. Fewer than ${FEWEST} requests are no baseline, and a component that migrates already has none.`,
  operands: [COMPONENT],
  options: { out: { value: '<file>', about: 'where to; default baseline-<component>.json' } },
  examples: [
    { line: 'baseline core', about: 'into baseline-core.json' },
    { line: 'baseline core --out before/core.json', about: 'elsewhere' },
  ],
  run: async (call) => {
    const connection = await call.connect();
    const component = await chooseComponent(call, connection);
    const { at } = componentIn(await connection.report(), component);
    if (at.stage !== 'off') {
      throw new CommandError(
        'REFUSED',
        `${component} is in ${at.stage}, and a baseline is taken in off. Use one that was taken before, or roll back first`,
      );
    }
    const { figures } = await connection.figures(component);
    if (figures.requests < FEWEST) {
      throw new CommandError(
        'REFUSED',
        `expected at least ${FEWEST} requests in the window; got ${figures.requests}. Wait, or send load, and ask again`,
      );
    }
    const path = call.options.text('out') ?? `baseline-${component}.json`;
    const data = { version: 1, component, figures } as const;
    const { saveBaseline } = await import('../../kpis/baseline-file.js');
    try {
      await saveBaseline(resolve(call.folder, path), data);
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      throw new CommandError('USAGE', `${path} cannot be written (${code ?? ''})`, {
        cause: error,
      });
    }
    return {
      verdict: 'ok',
      data,
      text: `${path}: ${figures.requests} requests in ${figures.seconds.toFixed(0)} s, P95 ${Number(figures.p95.toPrecision(3))} ms\n`,
    };
  },
};
