import type { PreflightReport } from '@resync/cache-contract';
import { chooseComponent, COMPONENT } from '../choose-component.js';
import { CommandError } from '../command-error.js';
import type { Command, CommandCall } from '../command.js';
import { compareModule } from '../compare-module.js';
import { Progress } from '../progress.js';

export const preflight: Command = {
  name: 'preflight',
  summary: 'what differs between the two caches, before anything moves',
  more: 'Asks the service, or with --module two caches that a module of yours exports as legacy and next (and, for what takes time or bounds, scratch). Fails where a difference blocks the migration.',
  operands: [COMPONENT],
  options: {
    module: { value: '<file>', about: 'a module that exports legacy and next' },
  },
  examples: [
    { line: 'preflight core', about: 'in the running service' },
    { line: 'preflight --module ./caches.mjs', about: 'before there is one' },
  ],
  run: async (call) => {
    const report = await compared(call);
    const { formatPreflight } = await import('@resync/cache-contract');
    return {
      verdict: report.blocks === 0 ? 'ok' : 'no',
      data: report,
      text: formatPreflight(report),
    };
  },
};

async function compared(call: CommandCall): Promise<PreflightReport> {
  const path = call.options.text('module');
  const progress = new Progress(call.terminal);
  progress.say('the caches are being compared');
  try {
    if (path === undefined) {
      const connection = await call.connect();
      return await connection.preflight(await chooseComponent(call, connection));
    }
    if (call.operands['component'] !== undefined) {
      throw new CommandError('USAGE', 'expected a component, or --module; got both');
    }
    return await compareModule(call.folder, path);
  } finally {
    progress.end();
  }
}
