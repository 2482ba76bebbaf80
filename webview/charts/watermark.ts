import type { Plugin } from 'chart.js';
import type { ChartTheme } from './theme.ts';

/** A faint word in the corner of a chart, so that a picture taken of it still says what it is. */
export interface Watermark {
  readonly plugin: Plugin<'line'>;
  set(text: string, theme: ChartTheme): void;
}

/** Makes the corner mark of one chart; the empty text draws nothing. */
export function createWatermark(): Watermark {
  let current: { text: string; theme: ChartTheme } | undefined;
  return {
    set: (text, theme) => {
      current = text === '' ? undefined : { text, theme };
    },
    plugin: {
      id: 'watermark',
      afterDatasetsDraw: ({ ctx: context, chartArea: area }) => {
        if (!current) return;
        const { text, theme } = current;
        context.save();
        context.font = `600 ${theme.fontSizePx}px ${theme.fontFamily}`;
        context.textAlign = 'right';
        context.textBaseline = 'top';
        // A halo in the ground's colour keeps the word readable over lines and over any cell.
        context.lineWidth = 3;
        context.lineJoin = 'round';
        context.strokeStyle = theme.background;
        context.fillStyle = theme.foreground;
        context.strokeText(text, area.right - 6, area.top + 6);
        context.globalAlpha = theme.isHighContrast ? 0.95 : 0.8;
        context.fillText(text, area.right - 6, area.top + 6);
        context.restore();
      },
    },
  };
}
