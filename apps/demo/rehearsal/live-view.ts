import { styleText } from 'node:util';
import { STAGES } from '@resync/cache-migration';
import { createLogUpdate } from 'log-update';
import { plainView } from './plain-view.js';
import type { ComponentStanding, RehearsalView } from './rehearsal-view.js';

/** A ladder for each component that moves in place, with the events scrolling above: for terminals. */
export function liveView(terminal: NodeJS.WriteStream): RehearsalView {
  const update = createLogUpdate(terminal);
  let ladders = '';
  const lines = plainView((line) => {
    update.clear();
    terminal.write(`${line}\n`);
    update(ladders);
  });
  return {
    event: (text) => lines.event(text),
    standings: (standings) => {
      ladders = ['', ...standings.map(ladderOf), ''].join('\n');
      update(ladders);
    },
    end: () => update.done(),
  };
}

function ladderOf({ component, state, reads, readsByNext, fallbacks }: ComponentStanding): string {
  const rungs = STAGES.map((stage) => {
    const label = stage === 'live' && state.stage === 'live' ? `live ${state.percentage} %` : stage;
    if (stage === state.stage) return styleText(['bold', 'cyan'], `● ${label}`);
    const isBehind = STAGES.indexOf(stage) < STAGES.indexOf(state.stage);
    return isBehind ? styleText('green', `✔ ${label}`) : styleText('dim', `○ ${label}`);
  });
  const share = reads === 0 ? 0 : Math.round((100 * readsByNext) / reads);
  const figures = styleText('dim', `${share} % by next, ${fallbacks} fallbacks`);
  return `  ${component.padEnd(9)} ${rungs.join(' ')}  ${figures}`;
}
