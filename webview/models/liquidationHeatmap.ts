import type { LiquidationHeatmap, NewestNumbers, TimeColumn } from '../../src/surfaces/protocol/payloads.ts';
import type { HoverText } from './chartText.ts';
import { TIME_AXIS_TITLE } from './chartText.ts';
import type { ColourScale } from './colourScale.ts';
import { legendLabels, sequentialScale } from './colourScale.ts';
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
import type { TableTwin } from './table.ts';
import { isWithin, numberCell, TIME_TITLE } from './table.ts';

const LEGEND_LABELS = 5;

export interface LiquidationModel {
  readonly axisTitles: { readonly x: string; readonly y: string };
  readonly grid: PaintedGrid;
  readonly scale: ColourScale;
  readonly priceLabel: string;
  readonly price: TimeColumn;
  readonly legend: { readonly title: string; readonly labels: readonly string[] };
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
  const { rows, cells, columnAtMs, columnMs, priceEdges, quoteAsset } = payload;
  const sourceColumns = columnAtMs.length;
  if (priceEdges.length !== rows + 1 || cells.length !== rows * sourceColumns)
    throw new Error('the liquidation heatmap has a wrong size');
  const scale = sequentialScale(cells, scaleKind);
  const columns = evenColumns(columnAtMs, columnMs);
  const bins = evenRows(priceEdges);
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
    const value = column < 0 ? NaN : (cells[bin * sourceColumns + column] ?? NaN);
    return {
      title: edgeText(bin),
      lines: [
        Number.isFinite(value) ? `${formatUsdShort(value)} modelled notional` : 'No modelled level',
        ...linesAt(atMs),
        formatUtc(columns.xRange.min + even * columnMs),
      ],
    };
  }

  return {
    axisTitles: { x: TIME_AXIS_TITLE, y: `Price (${quoteAsset})` },
    grid: paintGrid(
      { cells, sourceColumns, columns, rowSource: bins.source, yRange: bins.yRange, scale },
      before?.grid,
    ),
    scale,
    priceLabel: `${priceLabel} (${quoteAsset})`,
    price: payload.price,
    legend: {
      title: 'Modelled notional per price bin (USD)',
      labels: legendLabels(scale, LEGEND_LABELS, formatUsdShort),
    },
    notes: [...payload.notes, 'Compare sizes with one another; the absolute size is uncertain.'],
    assumptions: payload.assumptions,
    summary: summaryOf(payload, edgeText),
    table: tableOf(payload),
    hover,
    linesAt,
  };
}

/** One page for each column of time, newest first: the price bins that hold something, highest price first. */
function tableOf(payload: LiquidationHeatmap): TableTwin {
  const { asset, rows, cells, columnAtMs, columnMs, priceEdges, quoteAsset } = payload;
  const columns = columnAtMs.length;
  const head = [`Price from (${quoteAsset})`, `Price to (${quoteAsset})`, 'Modelled notional (USD)'];
  /** From, to and size of each bin that holds something at a time, highest price first. */
  const levelsAt = (column: number): (readonly [from: number, to: number, usd: number])[] => {
    const found: (readonly [number, number, number])[] = [];
    for (let bin = rows - 1; bin >= 0; bin--) {
      const usd = cells[bin * columns + column] ?? NaN;
      if (usd > 0) found.push([priceEdges[bin] ?? NaN, priceEdges[bin + 1] ?? NaN, usd]);
    }
    return found;
  };
  return {
    pageCount: Math.max(1, columns),
    page: (index) => {
      const column = columns - 1 - index;
      return {
        caption: `Modelled liquidation levels of ${asset} at ${formatUtc(columnAtMs[column] ?? NaN)}`,
        head,
        rows: levelsAt(column).map(([from, to, usd]) => [
          numberCell(from, formatTable),
          numberCell(to, formatTable),
          numberCell(usd, formatNumber),
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

function summaryOf(payload: LiquidationHeatmap, edgeText: (bin: number) => string): string {
  const { rows, cells, columnAtMs, priceEdges, price } = payload;
  const columns = columnAtMs.length;
  const last = price.values.filter(Number.isFinite).at(-1) ?? NaN;
  const largest = (keep: (middle: number) => boolean): string => {
    let best = -1;
    let most = 0;
    for (let bin = 0; bin < rows; bin++) {
      const value = cells[bin * columns + columns - 1] ?? NaN;
      const middle = ((priceEdges[bin] ?? NaN) + (priceEdges[bin + 1] ?? NaN)) / 2;
      if (value > most && keep(middle)) [best, most] = [bin, value];
    }
    return best < 0 ? 'none' : `${edgeText(best)}, ${formatUsdShort(most)}`;
  };
  const span = `${formatUtc(columnAtMs[0] ?? NaN)} to ${formatUtc(columnAtMs.at(-1) ?? NaN)}`;
  const source = payload.source === 'simulated' ? ' Simulated numbers.' : '';
  return (
    `Heatmap of modelled ${payload.asset} liquidation levels by price, an estimate, ${span}.${source} ` +
    `Price ${formatPrice(last)} ${payload.quoteAsset}. ` +
    `Largest level above: ${largest((middle) => middle > last)}. Below: ${largest((middle) => middle < last)}.`
  );
}

/** What follows the price line's name: the newest price and its time to the second; empty where there is none. */
export function newestPriceText(price: NewestNumbers['price'], quoteAsset: string): string {
  return price === undefined
    ? ''
    : `, newest ${formatPrice(price.quote)} ${quoteAsset}, ${formatUtcSecond(price.atMs)}`;
}
