import type { RehearsalView } from './rehearsal-view.js';

/** Events as lines, each with the seconds since the start: for logs and pipes. */
export function plainView(print: (line: string) => void): RehearsalView {
  const begun = performance.now();
  return {
    event: (text) => {
      const seconds = ((performance.now() - begun) / 1000).toFixed(1);
      print(`${`[${seconds} s]`.padStart(9)} ${text}`);
    },
    standings: () => undefined,
    end: () => undefined,
  };
}
