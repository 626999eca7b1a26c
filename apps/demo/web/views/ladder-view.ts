import { html, type TemplateResult } from 'lit-html';
import type { PageRung } from '../../server/live/page-messages.js';
import { describe } from './words.js';

/** A rung as it is drawn. */
interface DrawnRung extends PageRung {
  readonly label: string;
  /** How much room its name takes beside the others. */
  readonly room: number;
}

const RUNGS: readonly DrawnRung[] = [
  { stage: 'off', percentage: 0, label: 'off', room: 0.7 },
  { stage: 'dualwrite', percentage: 0, label: 'dualwrite', room: 1.2 },
  { stage: 'shadow', percentage: 0, label: 'shadow', room: 1.05 },
  ...[0, 10, 25, 50, 100].map((percentage) => ({
    stage: 'live',
    percentage,
    label: `${percentage} %`,
    room: percentage === 100 ? 1.25 : 0.9,
  })),
  { stage: 'rampdown', percentage: 100, label: 'rampdown', room: 1.3 },
  { stage: 'complete', percentage: 100, label: 'complete', room: 1.2 },
];

const COLUMNS = RUNGS.map(({ room }) => `minmax(0, ${room}fr)`).join(' ');
const ALL_ROOM = RUNGS.reduce((sum, { room }) => sum + room, 0);

/** Where a component stands between `off` and `complete`. */
export function ladderView(name: string, at: PageRung): TemplateResult {
  const reached = rungOf(at);
  const width = `${placeOf(at, reached).toFixed(2)}%`;
  return html`<div class="ladder" role="img" aria-label="${name} is in ${describe(at)}">
    <div class="track">
      <div class="climbed" .style=${`width: ${width}`}></div>
      <div class="marker" .style=${`left: ${width}`}></div>
    </div>
    <ol class="rungs" .style=${`grid-template-columns: ${COLUMNS}`}>
      ${RUNGS.map(
        ({ stage, label }, index) =>
          html`<li
            class="${stage} ${index === reached ? 'here' : index < reached ? 'passed' : 'ahead'}"
          >
            <span>${index === reached ? describe(at) : label}</span>
          </li>`,
      )}
    </ol>
  </div>`;
}

/** The number of the highest rung that it has reached. */
function rungOf({ stage, percentage }: PageRung): number {
  return Math.max(
    0,
    RUNGS.findLastIndex((rung) => rung.stage === stage && rung.percentage <= percentage),
  );
}

/** How far it is from the left, 0 to 100, also where its percentage is between two rungs. */
function placeOf({ percentage }: PageRung, reached: number): number {
  const from = RUNGS[reached];
  const to = RUNGS[reached + 1];
  if (from?.stage !== 'live' || to?.stage !== 'live') return middleOf(reached);
  const part = (percentage - from.percentage) / (to.percentage - from.percentage);
  return middleOf(reached) + part * (middleOf(reached + 1) - middleOf(reached));
}

function middleOf(index: number): number {
  const before = RUNGS.slice(0, index).reduce((sum, { room }) => sum + room, 0);
  return (100 * (before + (RUNGS[index]?.room ?? 0) / 2)) / ALL_ROOM;
}
