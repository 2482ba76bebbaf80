import { Chart, LineController, LineElement, LinearScale, PointElement } from 'chart.js';

// Only what is drawn: legends, tooltips and numbers are DOM, so that they can be read aloud and reached by keyboard.
Chart.register(LineController, LineElement, PointElement, LinearScale);

export { Chart };
export type LineChart = Chart<'line', { x: number; y: number }[]>;
