import type { Command } from '../command.js';
import { whyOf, WHY } from '../request.js';

export const pause: Command = {
  name: 'pause',
  summary: 'promote nothing any longer; what is dangerous is still rolled back',
  options: { why: WHY },
  examples: [{ line: 'pause --why "a release is due"', about: 'until: resume' }],
  run: async (call) => {
    const connection = await call.connect();
    const data = await connection.request({ kind: 'pause', why: whyOf(call) });
    return { verdict: 'ok', data, text: 'paused; go on with: resync-migrate resume\n' };
  },
};
