import type { Observation } from '../../../core/observation.ts';
import { MINUTE_MS } from '../../../core/units.ts';
import { definePoll, type MapContext, type RequestScope } from '../contract.ts';
import { DEPTH_BAND, readSide, sumBook, type Side } from '../kit/book.ts';
import { readDecimal } from '../kit/decimals.ts';
import type { Read } from '../kit/field.ts';
import { epochMs, optional, text } from '../kit/fields.ts';
import { object, rows, tuple } from '../kit/payloads.ts';
import { observe } from '../mapping.ts';
import { info, INFO_DOCS, ofTypes, subjectOfCoin } from './shared.ts';

/**
 * An answer holds 20 levels a side: of BTC in its own ticks 0.02 %. `nSigFigs` merges levels into steps of so many
 * significant figures, bids downwards and asks upwards. In units of the leading digit m (1..10) a step of four figures
 * is 0.1 % / m of the price and 20 of them 2 % / m; of three figures ten times that.
 */
const FINE_FIGURES = 4;
const WIDE_FIGURES = 3;
/** From this leading digit on steps of three figures are 0.25 % at most. Below it the finer book is summed as far as it goes. */
const WIDE_FROM_DIGIT = 4;
/** Coarser steps than this share of the price say too little about ±1 %: the mid price alone is off by half a step. */
const COARSEST_STEP = 0.004;
/** What may be missing at the edge of the band, as a share of the band, before a sum is called a lower bound. */
const EDGE_TOLERANCE = 0.15;

/** Returns the number of significant figures whose 20 steps come nearest to ±1 % at a price. */
export function figuresFor(priceQuote: number | undefined): number {
  if (priceQuote === undefined || !(priceQuote > 0)) return FINE_FIGURES;
  const digit = priceQuote / 10 ** Math.floor(Math.log10(priceQuote));
  return digit >= WIDE_FROM_DIGIT ? WIDE_FIGURES : FINE_FIGURES;
}

const stepOf = (figures: number, priceQuote: number): number =>
  10 ** (Math.floor(Math.log10(priceQuote)) + 1 - figures);

/** What a book says; the same in REST answers and in pushes. */
export const BOOK = object({ coin: optional(text), time: optional(epochMs), levels: tuple(rows, rows) });

/** Whether merged levels cover a side up to the edge of the band, but for a small part of it. */
function reachesEdge({ prices }: Side, edge: number, mid: number): boolean {
  const width = Math.abs(edge - mid);
  let farthest = 0;
  for (const price of prices) {
    const far = Math.abs(price - mid);
    if (far <= width && far > farthest) farthest = far;
  }
  return width - farthest <= EDGE_TOLERANCE * DEPTH_BAND * mid;
}

/**
 * Maps a full book to the depth within ±1 %. `figures` is the `nSigFigs` that was asked for: sums of merged levels are
 * lower bounds within one step of the edge, and `reached…` is false where more than that is missing.
 */
export function mapBook(
  payload: Read<typeof BOOK>,
  context: MapContext,
  figures: number | undefined,
  path: string,
): Observation[] {
  const who = subjectOfCoin(context, payload.coin, path);
  if (who === undefined) return [];
  const side = (at: 0 | 1): Side =>
    readSide(context, payload.levels[at], `levels[${at}]`, undefined, ['px', 'sz']);
  const [bids, asks] = [side(0), side(1)];
  const sums = sumBook(bids, asks, 1);
  if (sums === undefined) {
    context.report({ code: 'implausible', path, message: 'the book is empty on one side or crossed' });
    return [];
  }
  const mid = sums.midPriceQuote;
  if (figures === undefined) return [observe(context, who, payload.time, { kind: 'depth', ...sums })];
  const step = stepOf(figures, mid);
  if (step / mid > COARSEST_STEP) {
    const message = `levels merged into steps of ${step} are too coarse to be summed within 1 % of ${mid}`;
    context.report({ code: 'unsupported', path, message });
    return [];
  }
  const merged = {
    ...sums,
    reachedBid: sums.reachedBid && reachesEdge(bids, mid * (1 - DEPTH_BAND), mid),
    reachedAsk: sums.reachedAsk && reachesEdge(asks, mid * (1 + DEPTH_BAND), mid),
  };
  return [observe(context, who, payload.time, { kind: 'depth', ...merged })];
}

export const depth = definePoll({
  id: 'hyperliquid/depth',
  ...ofTypes(`${INFO_DOCS}#l2-book-snapshot`, 'l2Book'),
  weight: 2,
  yields: ['depth'],
  tense: 'now',
  cadenceMs: MINUTE_MS,
  request: ({ instrument: { kind, venueSymbol, listPriceQuote } }: RequestScope) =>
    kind === 'perpetual'
      ? info({ type: 'l2Book', coin: venueSymbol, nSigFigs: figuresFor(listPriceQuote) })
      : undefined,
  schema: BOOK,
  map: (payload, context) => mapBook(payload, context, readDecimal(context.params['nSigFigs']), ''),
});
