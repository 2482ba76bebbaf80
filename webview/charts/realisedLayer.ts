import type { Chart, Plugin } from 'chart.js';
import type { RealisedMark } from '../models/realised.ts';

const [LEAST_PX, MOST_PX] = [0.8, 9];
const HALO_PX = 1.5;
/** Smaller ones have no edge: hour by hour it would hide the levels beside the price. */
const EDGED_PX = 2.5;

/** Colours of marks: `ink` within, `edge` around. */
interface MarkColours {
  readonly ink: string;
  readonly edge: string;
}

/** Marks what was liquidated, over modelled levels, in the colours of every measured number of that chart. */
export interface RealisedLayer {
  readonly plugin: Plugin<'line'>;
  /** Larger ones come last, over smaller ones. */
  set(marks: readonly RealisedMark[], colours: MarkColours): void;
}

/** Makes the layer of one chart. */
export function createRealisedLayer(): RealisedLayer {
  let marks: readonly RealisedMark[] = [];
  let colours: MarkColours = { ink: '', edge: '' };

  function draw({ ctx: pen, chartArea: area, scales }: Chart): void {
    const { x, y } = scales;
    if (!x || !y || marks.length === 0) return;
    // Not asked of the axes, which keep pixels within 16 bits.
    const across = (atMs: number): number => area.left + ((atMs - x.min) / (x.max - x.min)) * area.width;
    const up = (price: number): number => area.bottom - ((price - y.min) / (y.max - y.min)) * area.height;
    pen.save();
    pen.beginPath();
    pen.rect(area.left, area.top, area.width, area.height);
    pen.clip();
    pen.strokeStyle = colours.edge;
    pen.fillStyle = colours.ink;
    pen.lineWidth = HALO_PX;
    for (const { atMs, side, lowQuote, highQuote, share } of marks) {
      const place = across(atMs);
      if (place < area.left - MOST_PX || place > area.right + MOST_PX) continue;
      const [low, high] = [up(lowQuote), up(highQuote)];
      pen.beginPath();
      pen.rect(place - 0.5, high, 1, Math.max(1, low - high));
      // Longs are liquidated on the way down: their mark points there, from the lowest price on. Shorts the other way.
      const half = LEAST_PX + (MOST_PX - LEAST_PX) * Math.sqrt(share);
      const [foot, tip] = side === 'long' ? [low, low + 1.6 * half] : [high, high - 1.6 * half];
      pen.moveTo(place - half, foot);
      pen.lineTo(place + half, foot);
      pen.lineTo(place, tip);
      pen.closePath();
      if (half >= EDGED_PX) pen.stroke();
      pen.fill();
    }
    pen.restore();
  }

  return {
    set: (next, nextColours) => {
      marks = next;
      colours = nextColours;
    },
    plugin: { id: 'realisedLayer', afterDatasetsDraw: (chart) => draw(chart as Chart) },
  };
}
