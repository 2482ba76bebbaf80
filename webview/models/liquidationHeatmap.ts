import type {
  LargestLevel,
  LiquidationHeatmap,
  NewestNumbers,
  TimeColumn,
} from '../../src/surfaces/protocol/payloads.ts';
import { formatShare, MINUS } from '../../src/surfaces/protocol/numberFormat.ts';
import type { HoverText } from './chartText.ts';
import { TIME_AXIS_TITLE } from './chartText.ts';
import type { ColourScale } from './colourScale.ts';
import { legendLabels, sequentialScale, sidesScale } from './colourScale.ts';
import {
  formatTable,
  formatNumber,
  formatPrice,
  formatUsdShort,
  formatUtc,
  formatUtcSecond,
} from './format.ts';
import { evenColumns, evenRows, indexAtOrBefore } from './grid.ts';
import { paintGrid, type PaintedGrid } from './raster.ts';
import { realisedLabel, realisedLines, realisedMarks, type RealisedMark } from './realised.ts';
import type { TableTwin } from './table.ts';
import { isWithin, numberCell, TIME_TITLE } from './table.ts';

/** Of one side, from little to much. */
const LEGEND_LABELS = 3;

export interface LiquidationModel {
  readonly axisTitles: { readonly x: string; readonly y: string };
  readonly grid: PaintedGrid;
  readonly scale: ColourScale;
  readonly priceLabel: string;
  readonly price: TimeColumn;
  readonly legend: { readonly title: string; readonly labels: readonly string[] };
  /** What stands over the picture. */
  readonly mark: string;
  /** What levels like these foretold. */
  readonly score: string;
  /** The price, and which part of open interest is placed. */
  readonly facts: string;
  /** What was liquidated, measured. */
  readonly realised: { readonly label: string; readonly marks: readonly RealisedMark[] };
  /** The largest levels in words, largest first. */
  readonly largest: readonly string[];
  readonly notes: readonly string[];
  readonly assumptions: readonly string[];
  readonly summary: string;
  readonly table: TableTwin;
  hover(atMs: number, priceQuote: number): HoverText | undefined;
  /** The price at a moment, in a line. */
  linesAt(atMs: number): readonly string[];
}

/** Returns everything the liquidation heatmap shows, on a logarithmic or linear scale of colours; of the one `before` what is still so. */
export function liquidationModel(
  payload: LiquidationHeatmap,
  scaleKind: 'log' | 'linear',
  before?: LiquidationModel,
): LiquidationModel {
  const { rows, longCells, shortCells, columnAtMs, columnMs, priceEdges, quoteAsset } = payload;
  const sourceColumns = columnAtMs.length;
  const sides = [longCells, shortCells];
  if (priceEdges.length !== rows + 1 || sides.some(({ length }) => length !== rows * sourceColumns))
    throw new Error('the liquidation heatmap has a wrong size');
  const sizes = sequentialScale(sides, scaleKind);
  const scale = sidesScale(sizes);
  const columns = evenColumns(columnAtMs, columnMs);
  const bins = evenRows(priceEdges);
  const labels = legendLabels(sizes, LEGEND_LABELS, formatUsdShort);
  const priceLabel = payload.priceLabel ?? 'Price';
  const { atMs: priceAtMs, values: prices } = payload.price;
  const edgeText = (bin: number): string =>
    `${formatPrice(priceEdges[bin] ?? NaN)} to ${formatPrice(priceEdges[bin + 1] ?? NaN)} ${quoteAsset}`;

  function linesAt(atMs: number): string[] {
    const price = prices[indexAtOrBefore(priceAtMs, atMs)] ?? NaN;
    return Number.isFinite(price) ? [`${priceLabel}: ${formatPrice(price)} ${quoteAsset}`] : [];
  }

  function hover(atMs: number, priceQuote: number): HoverText | undefined {
    const even = Math.floor((atMs - columns.xRange.min) / columnMs);
    const column = columns.source[even];
    const bin = indexAtOrBefore(priceEdges, priceQuote);
    if (column === undefined || bin < 0 || bin >= rows) return undefined;
    const sizeOf = (cells: Float32Array): number =>
      column < 0 ? NaN : (cells[bin * sourceColumns + column] ?? NaN);
    const [long, short] = [sizeOf(longCells), sizeOf(shortCells)];
    const isKnown = Number.isFinite(long + short);
    return {
      title: edgeText(bin),
      lines: [
        ...(long > 0 ? [`Longs: ${formatUsdShort(long)} modelled notional`] : []),
        ...(short > 0 ? [`Shorts: ${formatUsdShort(short)} modelled notional`] : []),
        ...(isKnown ? (long + short > 0 ? [] : ['No modelled level']) : ['No prices at this time']),
        ...(column < 0 ? [] : realisedLines(payload, column)),
        ...linesAt(atMs),
        formatUtc(columns.xRange.min + even * columnMs),
      ],
    };
  }

  return {
    axisTitles: { x: TIME_AXIS_TITLE, y: `Price (${quoteAsset})` },
    grid: paintGrid(
      {
        ...{ sourceColumns, columns, rowSource: bins.source, yRange: bins.yRange, scale },
        cells: signed(payload),
      },
      before?.grid,
    ),
    scale,
    priceLabel: `${priceLabel} (${quoteAsset})`,
    price: payload.price,
    legend: {
      title: 'Modelled notional per price bin (USD), longs to the left, shorts to the right',
      labels: [...labels.slice(1).reverse(), ...labels],
    },
    mark: markOf(payload),
    score: payload.score.words,
    facts: factsOf(payload),
    realised: { label: realisedLabel(payload), marks: realisedMarks(payload) },
    largest: payload.largest.map((level) => levelText(level, quoteAsset)),
    notes: [...payload.notes, 'Compare sizes with one another; the absolute size is uncertain.'],
    assumptions: payload.assumptions,
    summary: summaryOf(payload),
    table: tableOf(payload),
    hover,
    linesAt,
  };
}

/** One number a cell: shorts above zero, longs below; where a bin has both, the larger. */
function signed({ longCells, shortCells }: LiquidationHeatmap): Float32Array {
  const cells = new Float32Array(longCells.length);
  for (let at = 0; at < cells.length; at++) {
    const [long, short] = [longCells[at] as number, shortCells[at] as number];
    cells[at] = long > short ? -long : short;
  }
  return cells;
}

function markOf({ source, score }: LiquidationHeatmap): string {
  return [
    ...(source === 'simulated' ? ['SIMULATED'] : []),
    'MODELLED',
    ...(score.verdict === 'not-above-placebo' ? ['FORETOLD NOTHING'] : []),
  ].join(' · ');
}

function factsOf({ price, quoteAsset, placed }: LiquidationHeatmap): string {
  const last = price.values.filter(Number.isFinite).at(-1) ?? NaN;
  const shares = [
    ...(placed.long === undefined ? [] : [`longs ${formatShare(placed.long)}`]),
    ...(placed.short === undefined ? [] : [`shorts ${formatShare(placed.short)}`]),
  ];
  const share = shares.length === 0 ? '' : ` · placed of open interest: ${shares.join(', ')}`;
  return `Price ${formatPrice(last)} ${quoteAsset}${share}`;
}

/** "Shorts +1.25 to +1.50 %: 95,400 to 95,700 USDT, $12M ($9M to $15M with other leverage)". */
function levelText(level: LargestLevel, quoteAsset: string): string {
  const isLong = level.side === 'long';
  const sign = isLong ? MINUS : '+';
  const [near, far] = [level.nearFraction, level.farFraction].map(
    (one) => `${sign}${(100 * one).toFixed(2)}`,
  );
  return (
    `${isLong ? 'Longs' : 'Shorts'} ${near} to ${far} %: ` +
    `${formatPrice(level.lowQuote)} to ${formatPrice(level.highQuote)} ${quoteAsset}, ${formatUsdShort(level.notionalQuote)} ` +
    `(${formatUsdShort(level.leastQuote)} to ${formatUsdShort(level.mostQuote)} with other leverage)`
  );
}

/** One page for each column of time, newest first: the price bins that hold something, highest price first. */
function tableOf(payload: LiquidationHeatmap): TableTwin {
  const { asset, rows, longCells, shortCells, columnAtMs, columnMs, priceEdges, quoteAsset } = payload;
  const columns = columnAtMs.length;
  const head = [
    ...[`Price from (${quoteAsset})`, `Price to (${quoteAsset})`],
    ...['Longs, modelled (USD)', 'Shorts, modelled (USD)'],
  ];
  /** From, to and sizes of each bin that holds something at a time, highest price first. */
  const levelsAt = (column: number): (readonly [from: number, to: number, long: number, short: number])[] => {
    const found: (readonly [number, number, number, number])[] = [];
    for (let bin = rows - 1; bin >= 0; bin--) {
      const [long, short] = [longCells, shortCells].map((cells) => cells[bin * columns + column] ?? NaN) as [number, number]; // prettier-ignore
      if (long > 0 || short > 0)
        found.push([priceEdges[bin] ?? NaN, priceEdges[bin + 1] ?? NaN, long, short]);
    }
    return found;
  };
  return {
    pageCount: Math.max(1, columns),
    page: (index) => {
      const column = columns - 1 - index;
      return {
        caption: [
          `Modelled liquidation levels of ${asset} at ${formatUtc(columnAtMs[column] ?? NaN)}`,
          ...realisedLines(payload, column),
        ].join('. '),
        head,
        rows: levelsAt(column).map(([from, to, long, short]) => [
          ...[numberCell(from, formatTable), numberCell(to, formatTable)],
          ...[numberCell(long, formatNumber), numberCell(short, formatNumber)],
        ]),
      };
    },
    whole: (within) => ({
      columns: [
        { title: TIME_TITLE, type: 'time' },
        ...head.map((title) => ({ title, type: 'number' as const })),
      ],
      rows: Array.from(columnAtMs, (atMs, column) =>
        isWithin(within, atMs, atMs + columnMs) ? levelsAt(column).map((level) => [atMs, ...level]) : [],
      )
        .reverse()
        .flat(),
    }),
  };
}

function summaryOf(payload: LiquidationHeatmap): string {
  const { columnAtMs, largest, quoteAsset } = payload;
  const largestOf = (side: LargestLevel['side']): string => {
    const found = largest.find((level) => level.side === side);
    return found === undefined ? 'none named' : levelText(found, quoteAsset);
  };
  const span = `${formatUtc(columnAtMs[0] ?? NaN)} to ${formatUtc(columnAtMs.at(-1) ?? NaN)}`;
  const source = payload.source === 'simulated' ? ' Simulated numbers.' : '';
  return (
    `Heatmap of modelled ${payload.asset} liquidation levels by price, an estimate, ${span}.${source} ` +
    `${payload.score.words} ${factsOf(payload)}. Largest of shorts: ${largestOf('short')}. Of longs: ${largestOf('long')}.`
  );
}

/** What follows the price line's name: the newest price and its time to the second; empty where there is none. */
export function newestPriceText(price: NewestNumbers['price'], quoteAsset: string): string {
  return price === undefined
    ? ''
    : `, newest ${formatPrice(price.quote)} ${quoteAsset}, ${formatUtcSecond(price.atMs)}`;
}
