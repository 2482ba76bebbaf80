import type { LiquidationHeatmap } from '../../src/surfaces/protocol/payloads.ts';
import { formatUsdShort } from './format.ts';

/** What was liquidated of one side in a column of time, to be marked at its prices. */
export interface RealisedMark {
  /** The middle of the column. */
  readonly atMs: number;
  readonly side: 'long' | 'short';
  readonly lowQuote: number;
  readonly highQuote: number;
  readonly usd: number;
  /** Of the largest mark, 0..1. */
  readonly share: number;
}

/** Smaller ones than this part of the largest cannot be told from a point. */
const LEAST_SHARE = 1e-3;

type Measured = Pick<LiquidationHeatmap, 'realised' | 'columnAtMs' | 'columnMs'>;

/** Returns the marks of what was liquidated, the largest last; a column without prices, or of which nothing is known, has none. */
export function realisedMarks({ realised, columnAtMs, columnMs }: Measured): RealisedMark[] {
  if (!realised) return [];
  const { longUsd, shortUsd, lowQuote, highQuote } = realised;
  const marks = (['long', 'short'] as const).flatMap((side) =>
    Array.from(side === 'long' ? longUsd : shortUsd, (usd, at) => ({
      ...{ atMs: (columnAtMs[at] ?? NaN) + columnMs / 2, side, usd },
      ...{ lowQuote: lowQuote[at] ?? NaN, highQuote: highQuote[at] ?? NaN },
    })),
  );
  const most = Math.max(...marks.map(({ usd }) => (usd > 0 ? usd : 0)));
  return marks
    .map((mark) => ({ ...mark, share: mark.usd / most }))
    .filter(({ share, lowQuote: low, highQuote: high }) => share >= LEAST_SHARE && low + high > 0)
    .sort((one, other) => one.share - other.share);
}

/** Returns what was liquidated in a column, in words; none where it is not known. */
export function realisedLines({ realised }: Measured, column: number): string[] {
  const [long, short] = [realised?.longUsd[column] ?? NaN, realised?.shortUsd[column] ?? NaN];
  if (!realised || !Number.isFinite(long + short)) return [];
  const least = realised.isLowerBound ? 'at least ' : '';
  return [
    `Liquidated, measured: longs ${least}${formatUsdShort(long)}, shorts ${least}${formatUsdShort(short)}`,
  ];
}

/** Returns the name of the marks in a legend, with whose they are, or why there are none. */
export function realisedLabel({ realised }: Pick<LiquidationHeatmap, 'realised'>): string {
  return realised
    ? `Liquidated, measured: ▼ longs, ▲ shorts (${realised.of}${realised.isLowerBound ? ', at least' : ''})`
    : 'Liquidated, measured: none in the history';
}
