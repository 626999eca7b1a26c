import { STAGES } from '@resync/cache-migration';
import { createLogUpdate } from 'log-update';
import { painter, type Colouring, type Paint } from './painter.js';
import { plainView } from './plain-view.js';
import type { ComponentStanding, RehearsalView } from './rehearsal-view.js';

/** A ladder for each component that moves in place, with the events scrolling above: for terminals. */
export function liveView(terminal: NodeJS.WriteStream, colouring: Colouring): RehearsalView {
  const update = createLogUpdate(terminal);
  const paint = painter(colouring);
  let ladders = '';
  const lines = plainView((line) => {
    update.clear();
    terminal.write(`${line}\n`);
    update(ladders);
  });
  return {
    event: (text) => lines.event(text),
    standings: (standings) => {
      ladders = ['', ...standings.map((standing) => ladderOf(standing, paint)), ''].join('\n');
      update(ladders);
    },
    end: () => update.done(),
  };
}

function ladderOf(
  { component, state, reads, readsByNext, fallbacks }: ComponentStanding,
  paint: Paint,
): string {
  const rungs = STAGES.map((stage) => {
    const label = stage === 'live' && state.stage === 'live' ? `live ${state.percentage} %` : stage;
    if (stage === state.stage) return paint(['bold', 'cyan'], `● ${label}`);
    const isBehind = STAGES.indexOf(stage) < STAGES.indexOf(state.stage);
    return isBehind ? paint('green', `✔ ${label}`) : paint('dim', `○ ${label}`);
  });
  const share = reads === 0 ? 0 : Math.round((100 * readsByNext) / reads);
  const figures = paint('dim', `${share} % of all reads by next, ${fallbacks} fell back`);
  return `  ${component.padEnd(9)} ${rungs.join(' ')}  ${figures}`;
}
