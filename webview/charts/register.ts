import { Chart, LinearScale } from 'chart.js';

// Axes only: lines and heatmaps are our own layers, since an object for each point does not scale; legends, tooltips and
// numbers are DOM, so that they can be read aloud and reached by keyboard.
Chart.register(LinearScale);

export { Chart };
export type AxesChart = Chart<'line'>;
