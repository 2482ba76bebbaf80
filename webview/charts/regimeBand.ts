import type { Chart, Plugin } from 'chart.js';
import { interpolate, isLight, parseColour } from '../models/colour.ts';
import { markOf, type RegimeBandModel, type Stretch } from '../models/regimeBand.ts';
import { hatchPattern } from './hatch.ts';
import type { ChartTheme } from './theme.ts';

/** Room between the chart, the band and the labels of the time axis. */
const MARGIN_PX = 5;
/** What was seen is seen, however short it was. */
const LEAST_PX = 2;
const TEXT_MARGIN_PX = 4;
const WEAK_ALPHA = 0.3;
/** So much of the ink is in the ground of a quiet market. */
const QUIET_INK = 0.35;

/** The colours of families out of the theme's lines. */
const COLOURS: Readonly<Record<string, number>> = {
  'new-longs': 2,
  'short-covering': 0,
  'new-shorts': 4,
  'long-unwinding': 1,
  'stake-rising': 3,
  'stake-falling': 5,
};

/** Where a band was drawn, CSS pixels of the canvas. */
export interface BandPlace {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
  /** How long a pixel is. */
  readonly msPerPx: number;
}

/** Draws the regime as a band between a chart and the labels of its time axis, on the chart's own axis. */
export interface BandLayer {
  readonly plugin: Plugin<'line'>;
  /** So much is kept free under the chart: `underPx` of its options. */
  readonly underPx: number;
  set(model: RegimeBandModel | undefined, theme: ChartTheme): void;
}

type Hatch = (colour: string) => CanvasPattern | string;

/** Returns the colour of a family; where the market is quiet it stands back, and what is not known has that of words. */
export function familyColour(family: string, theme: ChartTheme): string {
  if (family !== 'quiet') return theme.series[COLOURS[family] ?? -1] ?? theme.muted;
  const [ground, ink] = [parseColour(theme.background), parseColour(theme.foreground)];
  return ground && ink ? `rgb(${interpolate([ground, ink], QUIET_INK).join(', ')})` : theme.muted;
}

/** Makes the band of one chart; `onPlaced` is told where it is whenever it was drawn. */
export function createBandLayer(heightPx: number, onPlaced: (place: BandPlace) => void): BandLayer {
  let current: { model: RegimeBandModel; theme: ChartTheme } | undefined;
  /** Made once for each colour, not at each draw. */
  const hatches = new Map<string, CanvasPattern | null>();

  function draw({ ctx: context, chartArea: area, scales }: Chart): void {
    const axis = scales['x'];
    if (!current || !axis) return;
    const { model, theme } = current;
    const hatch: Hatch = (colour) => {
      if (!hatches.has(colour)) hatches.set(colour, hatchPattern(context, colour, 1));
      return hatches.get(colour) ?? colour;
    };
    const place = {
      ...{ left: area.left, top: area.bottom + MARGIN_PX, width: area.width, height: heightPx },
      msPerPx: (axis.max - axis.min) / area.width,
    };
    context.save();
    context.beginPath();
    context.rect(place.left, place.top, place.width, place.height);
    context.fillStyle = theme.background;
    context.fill();
    context.save();
    context.clip();
    // Wider than the band: what is too long for it goes out of it at the side.
    const pixelOf = (atMs: number): number =>
      Math.max(area.left - 1, Math.min(area.right + 1, axis.getPixelForValue(atMs)));
    for (const stretch of model.stretches) {
      const left = Math.min(pixelOf(stretch.fromMs), area.right - LEAST_PX);
      const width = Math.max(LEAST_PX, pixelOf(stretch.toMs) - left);
      if (stretch.toMs >= axis.min) drawStretch(context, stretch, { ...place, left, width }, theme, hatch);
    }
    context.restore();
    context.strokeStyle = theme.border;
    context.strokeRect(place.left - 0.5, place.top - 0.5, place.width + 1, place.height + 1);
    context.restore();
    onPlaced(place);
  }

  return {
    underPx: heightPx + 2 * MARGIN_PX,
    set: (model, theme) => {
      current = model && { model, theme };
    },
    plugin: { id: 'regimeBand', afterDraw: (chart) => draw(chart as Chart) },
  };
}

/** A way of the price has its own height in the band, so that it is told without colours. */
function laneOf(
  direction: number,
  { top, height }: BandPlace,
): { readonly top: number; readonly height: number } {
  const laneHeight = Math.round(height * 0.64);
  const free = height - laneHeight;
  return { top: top + Math.round((free * (1 - direction)) / 2), height: laneHeight };
}

function drawStretch(
  context: CanvasRenderingContext2D,
  { run }: Stretch,
  place: BandPlace,
  theme: ChartTheme,
  hatch: Hatch,
): void {
  if (!run) return;
  const { left, width } = place;
  const { top, height } = laneOf(run.direction, place);
  const colour = familyColour(run.family, theme);
  const isKnown = run.family !== 'unknown' || run.label !== 'unknown';
  const isSolid = isKnown && !run.isWeak;
  if (isKnown) {
    context.fillStyle = colour;
    context.globalAlpha = isSolid ? 1 : WEAK_ALPHA;
    context.fillRect(left, top, width, height);
    context.globalAlpha = 1;
  }
  if (isKnown && !isSolid) {
    context.fillStyle = hatch(colour);
    context.fillRect(left, top, width, height);
  }
  // A line in the ground's colour keeps neighbours of one colour apart; what is not solid has its own.
  context.strokeStyle = isSolid ? theme.background : colour;
  context.setLineDash(isKnown ? [] : [3, 3]);
  if (width > 2 * LEAST_PX) context.strokeRect(left + 0.5, top + 0.5, width - 1, height - 1);
  context.setLineDash([]);
  const { words, code } = markOf(run);
  context.font = `${isSolid ? '600 ' : ''}${theme.fontSizePx}px ${theme.fontFamily}`;
  const text = [words, code].find((one) => context.measureText(one).width + 2 * TEXT_MARGIN_PX <= width);
  if (text === undefined) return;
  const [x, y] = [left + width / 2, top + height / 2 + 0.5];
  context.textAlign = 'center';
  context.textBaseline = 'middle';
  if (!isSolid) {
    // A halo keeps the word readable over the hatching.
    context.lineWidth = 4;
    context.lineJoin = 'round';
    context.strokeStyle = theme.background;
    context.strokeText(text, x, y);
    context.lineWidth = 1;
  }
  context.fillStyle = isSolid ? inkOn(colour) : theme.foreground;
  context.fillText(text, x, y);
}

/** Black or white, whichever can be read on a colour. */
function inkOn(colour: string): string {
  return isLight(parseColour(colour) ?? [0, 0, 0]) ? '#000000' : '#ffffff';
}
