import type { Plugin } from 'chart.js';
import type { ChartTheme } from './theme.ts';

/**
 * A faint word in a chart, so that a picture taken of it still says what it is: at the left, away from the newest numbers, over cells and
 * under whatever layer comes after it.
 */
export interface Watermark {
  readonly plugin: Plugin<'line'>;
  set(text: string, theme: ChartTheme): void;
}

const MARGIN_PX = 6;

/** Makes the mark of one chart; the empty text draws nothing. */
export function createWatermark(): Watermark {
  let current: { text: string; theme: ChartTheme } | undefined;
  return {
    set: (text, theme) => {
      current = text === '' ? undefined : { text, theme };
    },
    plugin: {
      id: 'watermark',
      beforeDatasetsDraw: ({ ctx: context, chartArea: area }) => {
        if (!current) return;
        const { text, theme } = current;
        context.save();
        context.font = `600 ${theme.fontSizePx}px ${theme.fontFamily}`;
        context.textAlign = 'left';
        context.textBaseline = 'top';
        // A halo in the ground's colour keeps the word readable over any cell.
        context.lineWidth = 3;
        context.lineJoin = 'round';
        context.strokeStyle = theme.background;
        context.fillStyle = theme.foreground;
        context.strokeText(text, area.left + MARGIN_PX, area.top + MARGIN_PX);
        context.globalAlpha = theme.isHighContrast ? 0.95 : 0.8;
        context.fillText(text, area.left + MARGIN_PX, area.top + MARGIN_PX);
        context.restore();
      },
    },
  };
}
