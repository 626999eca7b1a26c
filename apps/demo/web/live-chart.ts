import uPlot from 'uplot';
import type { Chart, ChartLine } from './charts.js';

/** So many seconds are shown. */
const WINDOW = 180;
const HEIGHT = 136;
const DASH = [5, 4];

/** What a chart shows. */
export interface ChartContent {
  readonly chart: Chart;
  /** Milliseconds since the epoch. */
  readonly at: readonly number[];
  /** One for each line. */
  readonly columns: readonly (readonly (number | null)[])[];
  /** When something happened, in milliseconds since the epoch. */
  readonly marks: readonly { readonly at: number; readonly kind: 'fault' | 'rollback' }[];
}

/** A chart of the last minutes. Tells as `point` which moment is under the pointer. */
export class LiveChart extends HTMLElement {
  readonly #resizes = new ResizeObserver(() => this.#fit());
  readonly #dark = matchMedia('(prefers-color-scheme: dark)');
  #content: ChartContent | undefined;
  #plot: uPlot | undefined;

  set content(content: ChartContent) {
    this.#content = content;
    if (this.#plot === undefined) this.#build();
    else this.#plot.setData(dataOf(content));
  }

  connectedCallback(): void {
    this.#resizes.observe(this);
    this.#dark.addEventListener('change', this.#build);
  }

  disconnectedCallback(): void {
    this.#resizes.disconnect();
    this.#dark.removeEventListener('change', this.#build);
    this.#plot?.destroy();
    this.#plot = undefined;
  }

  #fit(): void {
    this.#build();
    if (this.clientWidth > 0) this.#plot?.setSize({ width: this.clientWidth, height: HEIGHT });
  }

  readonly #build = (event?: Event): void => {
    if (this.#plot !== undefined && event === undefined) return;
    if (this.#content === undefined || this.clientWidth === 0) return;
    this.#plot?.destroy();
    this.#plot = new uPlot(this.#options(this.#content.chart), dataOf(this.#content), this);
  };

  #options(chart: Chart): uPlot.Options {
    const style = getComputedStyle(this);
    const colour = (name: string): string => style.getPropertyValue(`--${name}`).trim();
    const font = `11px ${style.fontFamily}`;
    const muted = colour('muted');
    return {
      width: this.clientWidth,
      height: HEIGHT,
      padding: [8, 12, 0, 0],
      legend: { show: false },
      cursor: { y: false, drag: { x: false, y: false }, sync: { key: 'resync' } },
      scales: {
        x: { time: false, range: (_plot, _min, max) => [max - WINDOW, max] },
        y: { range: (_plot, _min, max) => [0, topOf(chart, max)] },
      },
      axes: [
        {
          stroke: muted,
          font,
          size: 26,
          gap: 7,
          grid: { show: false },
          ticks: { show: false },
          splits: ({ scales }) => minutesBefore(scales['x']?.max ?? 0),
          values: (_plot, splits) => splits.map((_, index) => MINUTES[index] ?? ''),
        },
        {
          stroke: muted,
          font,
          size: 42,
          gap: 6,
          space: 34,
          grid: { stroke: colour('line'), width: 1 },
          ticks: { show: false },
        },
      ],
      series: [{}, ...chart.lines.map((line) => seriesOf(line, colour))],
      hooks: {
        draw: [(plot) => this.#drawMarks(plot, colour('danger'))],
        setCursor: [(plot) => this.#point(plot)],
      },
    };
  }

  #point({ cursor, data }: uPlot): void {
    const at = data[0][cursor.idx ?? -1];
    const detail = at === undefined ? undefined : 1000 * at;
    this.dispatchEvent(new CustomEvent('point', { detail }));
  }

  /** A line where something happened: dotted for a fault, whole for a rollback. */
  #drawMarks(plot: uPlot, colour: string): void {
    const { ctx, bbox, scales } = plot;
    const begin = scales['x']?.min ?? 0;
    ctx.save();
    ctx.strokeStyle = colour;
    ctx.globalAlpha = 0.7;
    ctx.lineWidth = devicePixelRatio;
    for (const { at, kind } of this.#content?.marks ?? []) {
      if (at / 1000 < begin) continue;
      const x = Math.round(plot.valToPos(at / 1000, 'x', true)) + 0.5;
      ctx.setLineDash(kind === 'fault' ? [2, 3].map((length) => length * devicePixelRatio) : []);
      ctx.beginPath();
      ctx.moveTo(x, bbox.top);
      ctx.lineTo(x, bbox.top + bbox.height);
      ctx.stroke();
    }
    ctx.restore();
  }
}

const MINUTES = ['−3 min', '−2 min', '−1 min', 'now'];

function minutesBefore(now: number): number[] {
  return MINUTES.map((_, index) => now - 60 * (MINUTES.length - 1 - index));
}

function seriesOf({ tone, label }: ChartLine, colour: (name: string) => string): uPlot.Series {
  const isDashed = tone === 'legacy' || tone === 'quiet';
  return {
    label,
    stroke: colour(tone === 'quiet' ? 'muted' : tone),
    width: 2,
    points: { show: false },
    ...(isDashed && { dash: DASH }),
    ...(tone === 'next' && { fill: colour('next-veil') }),
  };
}

function topOf({ atLeast, atMost = Infinity }: Chart, max: number | null): number {
  return Math.min(atMost, Math.max(atLeast, 1.15 * (max ?? 0)));
}

function dataOf({ at, columns }: ChartContent): uPlot.AlignedData {
  const begin = Math.max(0, at.length - WINDOW - 1);
  return [at.slice(begin).map((ms) => ms / 1000), ...columns.map((column) => column.slice(begin))];
}

customElements.define('live-chart', LiveChart);
