import type { Plugin } from 'chart.js';
import { chartOptions, lookOf, moveAxes, widestLabel, type AxesSpec } from './axes.ts';
import { Chart, type AxesChart } from './register.ts';

/** Axes that are made with the first picture and changed with those that follow. */
export interface DrawnChart {
  /** Undefined before the first picture. */
  current(): AxesChart | undefined;
  draw(spec: AxesSpec): void;
  resize(): void;
  dispose(): void;
}

/** Makes the chart of a canvas; `plugins` paint between its axes, earlier ones under later ones. */
export function createDrawnChart(canvas: HTMLCanvasElement, plugins: Plugin<'line'>[]): DrawnChart {
  let chart: AxesChart | undefined;
  let spec: AxesSpec | undefined;
  let look = '';
  let labelRoomPx = 0;

  /** Lays the axes out and remembers the room that labels have in it. */
  function layOut(next: AxesSpec, isNewLook: boolean): void {
    const specNow = (): AxesSpec => spec ?? next;
    if (!chart) {
      const options = chartOptions(specNow);
      chart = new Chart(canvas, { type: 'line', data: { datasets: [] }, options, plugins });
    } else {
      if (isNewLook) chart.options = chartOptions(specNow);
      chart.update('none');
    }
    const { y } = chart.scales;
    labelRoomPx = y ? widestLabel(y, next.theme) : 0;
  }

  return {
    current: () => chart,
    draw: (next) => {
      const nextLook = lookOf(next);
      const isNewLook = next.theme !== spec?.theme || nextLook !== look;
      [spec, look] = [next, nextLook];
      if (!isNewLook && chart && moveAxes(chart, next, labelRoomPx)) chart.draw();
      else layOut(next, isNewLook);
    },
    resize: () => chart?.resize(),
    dispose: () => chart?.destroy(),
  };
}
