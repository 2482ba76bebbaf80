import type { Plugin } from 'chart.js';
import type { DatedEvent } from '../../src/core/datedEvent.ts';
import type { Range } from '../models/axis.ts';
import type { ChartTheme } from './theme.ts';

const LONGEST_LABEL = 18;
const DASH = [4, 3];
const GAP_PX = 4;
const HALO_PX = 3;

/**
 * Makes the layer that draws events over a chart: a thin line each, with a short label where there is room for it. Labels stand at
 * the bottom: the top is for what the numbers are.
 */
export function createEventsLayer(
  eventsIn: (range: Range) => readonly DatedEvent[],
  theme: () => ChartTheme,
): Plugin<'line'> {
  return {
    id: 'events',
    afterDatasetsDraw: ({ ctx: pen, chartArea: area, scales, currentDevicePixelRatio: ratio }) => {
      const { x } = scales;
      const events = x ? eventsIn({ min: x.min, max: x.max }) : [];
      if (!x || events.length === 0) return;
      const { foreground, background, fontFamily, fontSizePx } = theme();
      // Not asked of the axis, which keeps pixels within 16 bits; on whole pixels of the screen a line is thin.
      const placeOf = (atMs: number): number =>
        (Math.floor((area.left + ((atMs - x.min) / (x.max - x.min)) * area.width) * ratio) + 0.5) / ratio;
      pen.save();
      pen.beginPath();
      pen.rect(area.left, area.top, area.width, area.height);
      pen.clip();
      pen.font = `${fontSizePx}px ${fontFamily}`;
      pen.textBaseline = 'bottom';
      pen.lineJoin = 'round';
      let freeFrom = -Infinity;
      let lineAt = NaN;
      for (const { atMs, text } of events) {
        const place = placeOf(atMs);
        if (place !== lineAt) {
          for (const [colour, width, dash] of [[background, HALO_PX, []], [foreground, 1, DASH]] as const) {
            pen.strokeStyle = colour;
            pen.lineWidth = width;
            pen.setLineDash([...dash]);
            pen.beginPath();
            pen.moveTo(place, area.top);
            pen.lineTo(place, area.bottom);
            pen.stroke();
          }
          lineAt = place;
        }
        const label = text.length > LONGEST_LABEL ? `${text.slice(0, LONGEST_LABEL - 1)}…` : text;
        const right = place + GAP_PX + pen.measureText(label).width;
        if (place < freeFrom || right > area.right) continue;
        pen.setLineDash([]);
        pen.lineWidth = HALO_PX;
        pen.strokeStyle = background;
        pen.fillStyle = foreground;
        pen.strokeText(label, place + GAP_PX, area.bottom - GAP_PX);
        pen.fillText(label, place + GAP_PX, area.bottom - GAP_PX);
        freeFrom = right + GAP_PX;
      }
      pen.restore();
    },
  };
} // prettier-ignore
