/* Runs in the product's page beside its bundle: the peers, the product's drawing core in six cards, and the clock. */
import {
  Chart,
  LinearScale,
  PointElement,
  ScatterController,
  LineElement,
  type ChartOptions,
} from 'chart.js';
import type { Envelope } from '../../src/surfaces/protocol/messages.ts';
import type { LiquidationHeatmap, OpenInterestChart } from '../../src/surfaces/protocol/payloads.ts';
import { createDrawnChart } from '../../webview/charts/drawnChart.ts';
import { createLinesLayer } from '../../webview/charts/linesLayer.ts';
import { readTheme } from '../../webview/charts/theme.ts';
import { valueAxis } from '../../webview/models/valueAxis.ts';

const END_MS = Date.UTC(2026, 10, 22, 4);
const HOUR_MS = 3_600_000;
const STEP_MS = 300_000;
const [WIDTH_PX, HEIGHT_PX] = [1_168, 320];
const header = {
  asset: 'BTC',
  source: 'live',
  asOfMs: END_MS,
  coverage: { fresh: 9, of: 9 },
  notes: [],
} as const;

/** What uPlot is used for here. */
interface UPlot {
  redraw(): void;
  setData(data: readonly Float64Array[], resetScales?: boolean): void;
  setScale(key: string, range: { min: number; max: number }): void;
}
type UPlotMaker = new (options: object, data: readonly Float64Array[], place: HTMLElement) => UPlot;

function randomOf(seed: number): () => number {
  let state = seed;
  return () => (state = (state * 1_103_515_245 + 12_345) & 0x7fffffff) / 0x7fffffff;
}

function walk(count: number, seed: number): Float64Array {
  const random = randomOf(777 + seed);
  let value = 50_000 + seed * 3_000;
  return Float64Array.from({ length: count }, () => (value += (random() - 0.5) * 60));
}

const times = (count: number, stepMs: number, shift = 0): Float64Array =>
  Float64Array.from({ length: count }, (_, at) => END_MS - (count - 1 - at - shift) * stepMs);

/** `count` readings of five lines; `shift` readings later. */
function lines(count: number, shift: number): OpenInterestChart {
  const atMs = times(count, STEP_MS, shift);
  const made = ['aggregate', 'binance', 'okx', 'bybit', 'gate'].map((id, index) => {
    const values = walk(count + 1, index).slice(shift, shift + count);
    return { id, label: id, sides: 'one', base: { atMs, values }, usd: { atMs, values } } as const;
  });
  return { ...header, kind: 'open-interest', lines: made as unknown as OpenInterestChart['lines'] };
}

/** Levels that grow and are cleared where a walking price passes, `shift` columns later. */
function levels(columns: number, rows: number, shift: number): LiquidationHeatmap {
  const random = randomOf(12_345);
  const [longCells, shortCells, live] = [new Float32Array(columns * rows), new Float32Array(columns * rows), new Float32Array(rows)];
  let place = 0.5;
  for (let column = -shift; column < columns; column++) {
    place = Math.min(0.95, Math.max(0.05, place + (random() - 0.5) * 0.02));
    for (let more = 0; more < 10; more++) {
      const row = Math.floor((place + (random() - 0.5) * 0.5) * rows);
      if (row >= 0 && row < rows) live[row] = (live[row] ?? 0) + random() * 1e6;
    }
    live.fill(0, Math.max(0, Math.floor(place * rows) - 2), Math.floor(place * rows) + 3);
    for (let row = 0; row < rows && column >= 0; row++)
      (row < place * rows ? longCells : shortCells)[row * columns + column] = live[row] ?? 0;
  }
  const columnAtMs = times(columns, HOUR_MS, shift - 1);
  const priceEdges = Float64Array.from({ length: rows + 1 }, (_, edge) => 60_000 + (60_000 * edge) / rows);
  const price = { atMs: columnAtMs, values: walk(columns, 1) };
  return { ...header, kind: 'liquidation-heatmap', columnAtMs, columnMs: HOUR_MS, rows, priceEdges, longCells, shortCells, shown: 'aggregate', choices: [], placed: {}, largest: [], score: { verdict: 'not-scored', words: '' }, quoteAsset: 'USDT', price, assumptions: [] };
} // prettier-ignore

let version = 100;
/** Gives the product a snapshot as its host would. */
function send(chart: OpenInterestChart | LiquidationHeatmap): void {
  const params = { version: version++, asset: 'BTC', source: 'live', isLoading: false, charts: [chart] };
  const message: Envelope = { type: 'event', method: 'snapshot', params };
  window.dispatchEvent(new MessageEvent('message', { data: message }));
}

const frame = (): Promise<unknown> => new Promise((resolve) => requestAnimationFrame(resolve));
/** Waits for what a canvas has queued. */
const flush = (canvas: HTMLCanvasElement | null | undefined): void =>
  void canvas?.getContext('2d')?.getImageData(0, 0, 1, 1);
const productCanvas = (): HTMLCanvasElement | null => document.querySelector('.plot canvas');

function box(heightPx = HEIGHT_PX): HTMLElement {
  const made = document.createElement('div');
  Object.assign(made.style, { width: `${WIDTH_PX}px`, height: `${heightPx}px` });
  document.body.append(made);
  return made;
}

const median = (values: number[]): number => values.sort((a, b) => a - b)[values.length >> 1] ?? NaN;

/** Times works by turns, so that what else the machine does meets all of them: the median of each, in ms. */
async function besides(rounds: number, works: readonly (readonly [string, (round: number) => void | Promise<void>])[]): Promise<Record<string, number>> {
  const samples = new Map(works.map(([name]) => [name, [] as number[]]));
  for (let round = -3; round < rounds; round++)
    for (const [name, work] of works) {
      await frame();
      const startedAt = performance.now();
      await work(round + 3);
      if (round >= 0) samples.get(name)?.push(performance.now() - startedAt);
    }
  return Object.fromEntries([...samples].map(([name, values]) => [name, median(values)]));
} // prettier-ignore

function emptyAxes(heightPx: number): { canvas: HTMLCanvasElement; update(round: number): void } {
  Chart.register(LinearScale, ScatterController, PointElement, LineElement);
  const canvas = document.createElement('canvas');
  Object.assign(canvas, { width: WIDTH_PX, height: heightPx });
  box(heightPx).append(canvas);
  const options: ChartOptions<'scatter'> = { animation: false, responsive: false, devicePixelRatio: 1, events: [], scales: { x: { type: 'linear', min: 0, max: 1_000 }, y: { type: 'linear', min: 0, max: 400 } } }; // prettier-ignore
  const chart = new Chart(canvas, { type: 'scatter', data: { datasets: [{ data: [] }] }, options });
  return {
    canvas,
    update: (round) => {
      const { x } = chart.options.scales ?? {};
      if (x) [x.min, x.max] = [round, 1_000 + round];
      chart.update('none');
      flush(canvas);
    },
  };
}

const settle = async (): Promise<void> => {
  for (let turn = 0; turn < 3; turn++) await Promise.resolve();
};

/** Five lines of `count` points: the same again, and one point more. */
async function drawLines(makePlot: UPlotMaker, count: number): Promise<Record<string, number>> {
  const [one, two] = [lines(count, 0), lines(count, 1)];
  send(one);
  const columns = one.lines.map(({ base }) => base);
  const data = [columns[0]?.atMs ?? new Float64Array(), ...columns.map(({ values }) => values)];
  const place = box();
  const series = [{}, ...columns.map((_, index) => ({ stroke: `hsl(${index * 60},70%,50%)`, width: 1 }))];
  const plot = new makePlot(
    { width: WIDTH_PX, height: HEIGHT_PX, scales: { x: { time: false } }, series },
    data,
    place,
  );
  await frame();
  const plotCanvas = place.querySelector('canvas');
  const axes = emptyAxes(HEIGHT_PX);
  const product = (chart: OpenInterestChart): void => {
    send(chart);
    flush(productCanvas());
  };
  const result = await besides(31, [
    ['redraw', () => product(one)],
    ['redraw uPlot', async () => {
      plot.redraw();
      await settle();
      flush(plotCanvas);
    }],
    ['point', (round) => product(round % 2 === 0 ? two : one)],
    ['point uPlot', async (round) => {
      const shown = round % 2 === 0 ? two : one;
      plot.setData([shown.lines[0]?.base.atMs ?? new Float64Array(), ...shown.lines.map(({ base }) => base.values)]);
      await settle();
      flush(plotCanvas);
    }],
    ['axes', axes.update],
  ]); // prettier-ignore
  place.remove();
  axes.canvas.parentElement?.remove();
  return result;
}

/** A heatmap: the same again, and one column more. */
async function drawHeatmap(columns: number, rows: number): Promise<Record<string, number>> {
  const shifts = Array.from({ length: 36 }, (_, shift) => levels(columns, rows, shift));
  const [first] = shifts;
  if (!first) return {};
  send(first);
  const axes = emptyAxes(440);
  const product = (chart: LiquidationHeatmap | undefined): void => {
    if (chart) send(chart);
    flush(productCanvas());
  };
  const result = await besides(31, [
    ['redraw', () => product(shifts[0])],
    ['axes', axes.update],
  ]);
  const column = await besides(31, [
    ['column', (round) => product(shifts[round + 1])],
    ['axes', axes.update],
  ]);
  axes.canvas.parentElement?.remove();
  return { redraw: result['redraw'] ?? NaN, axes: result['axes'] ?? NaN, column: column['column'] ?? NaN, 'column axes': column['axes'] ?? NaN };
} // prettier-ignore

/** Six cards of a year at five minutes that move together: times of frames, sorted, in ms. */
async function moveYear(makePlot: UPlotMaker): Promise<{ own: number[]; uplot: number[]; axes: number[] }> {
  const count = 105_120;
  const atMs = times(count, STEP_MS);
  const theme = readTheme();
  const cards = Array.from({ length: 6 }, (_, index) => {
    const canvas = document.createElement('canvas');
    box(240).append(canvas);
    const layer = createLinesLayer();
    return { canvas, layer, column: { atMs, values: walk(count, index) }, chart: createDrawnChart(canvas, [layer.plugin]) };
  }); // prettier-ignore
  const plots = cards.map(({ column }) => {
    const place = box(240);
    const series = [{}, { stroke: 'steelblue', width: 1 }];
    const plot = new makePlot({ width: WIDTH_PX, height: 240, scales: { x: { time: false } }, series }, [atMs, column.values], place); // prettier-ignore
    return { plot, place };
  });
  const axes = cards.map(() => emptyAxes(240));
  const [start, end] = [atMs[0] ?? 0, atMs.at(-1) ?? 1];
  /** Zooms into a week and out again, and moves meanwhile. */
  const rangeAt = (step: number): { min: number; max: number } => {
    const share = 0.02 + 0.98 * Math.abs(Math.cos(step / 12));
    const span = (end - start) * share;
    const min = start + (end - start - span) * (0.5 + 0.5 * Math.sin(step / 9));
    return { min, max: min + span };
  };
  const own = (step: number): void => {
    const range = rangeAt(step);
    for (const { layer, column, chart } of cards) {
      const axis = valueAxis([column], range, 'linear');
      layer.set([{ column, map: axis.maps[0] ?? Number, colour: theme.foreground, widthPx: 1.75, dash: [] }]);
      const y = { title: 'Price (USDT)', range: axis.range, ticks: axis.ticks };
      chart.draw({ theme, x: { title: 'Time (UTC)', range }, y });
    }
    for (const { canvas } of cards) flush(canvas);
  };
  const peer = async (step: number): Promise<void> => {
    for (const { plot } of plots) plot.setScale('x', rangeAt(step));
    await settle();
    for (const { place } of plots) flush(place.querySelector('canvas'));
  };
  const samples = { own: [] as number[], uplot: [] as number[], axes: [] as number[] };
  for (let step = -10; step < 100; step++) {
    const works = [['own', own], ['uplot', peer], ['axes', (at: number) => axes.forEach((each) => each.update(at))]] as const; // prettier-ignore
    for (const [name, work] of works) {
      await frame();
      const startedAt = performance.now();
      await work(step);
      if (step >= 0) samples[name].push(performance.now() - startedAt);
    }
  }
  for (const times of Object.values(samples)) times.sort((a, b) => a - b);
  return samples;
}

Object.assign(window, { perpscopeDrawing: { drawLines, drawHeatmap, moveYear } });
