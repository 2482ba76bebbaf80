import * as z from 'zod';
import { LIST_ANSWER } from '../../../core/answerBounds.ts';
import { commonAsset, instrumentKey } from '../../../core/ids.ts';
import type { Instrument } from '../../../core/instrument.ts';
import { defineInstrumentPoll, type MapContext } from '../contract.ts';
import { decodeRow, nonNegative, optional, optionalNonZero, positive, rows, text } from '../decode.ts';
import { lotSizeOfDecimals } from '../lotSize.ts';
import { defined } from '../mapping.ts';
import {
  foreignIn, FUNDING_INTERVAL_MS, info, INFO, ofType, PERPETUALS_DOCS, reportForeign,
} from './shared.ts'; // prettier-ignore

/** Sizes are coins. */
const COIN = { amount: 1, unit: 'base' } as const;

/** The rate of an hour is capped (docs: trading/funding). */
export const FUNDING_CAP = 0.04;

/** What a row of the universe says; the place of a row is the asset's index and pairs it with its context. */
export const UNIVERSE_ROW = z.object({
  name: text,
  isDelisted: optional(z.boolean()),
  szDecimals: z.unknown().optional(),
  marginTableId: optional(nonNegative),
});

/** `meta`: the universe and, in newer answers, the margin tables as [id, table]. */
export const META = z.object({ universe: rows, marginTables: optional(rows) });

/** `metaAndAssetCtxs`: meta and one context per row of its universe. */
export const META_AND_CONTEXTS = z.tuple([META, rows]).rest(z.unknown());

const PRICED = z.object({ markPx: optionalNonZero(positive) });

/** A price to choose the price step of a book by; the context's own decoder reports what is wrong with it. */
function listPriceOf(row: unknown): number | undefined {
  const parsed = PRICED.safeParse(row);
  return parsed.success ? parsed.data.markPx : undefined;
}

function instrumentOf(row: z.infer<typeof UNIVERSE_ROW>, listPriceQuote: number | undefined): Instrument {
  const instrument = {
    key: instrumentKey('hyperliquid', row.name), exchange: 'hyperliquid', venueSymbol: row.name,
    baseAsset: commonAsset(row.name), quoteAsset: 'USDC', settleAsset: 'USDC', kind: 'perpetual', margin: 'linear',
    contractSize: COIN, lotSize: lotSizeOfDecimals(row.szDecimals, COIN), fundingIntervalMs: FUNDING_INTERVAL_MS,
    fundingCap: FUNDING_CAP, fundingFloor: -FUNDING_CAP, listPriceQuote,
    status: row.isDelisted === true ? 'not-trading' : 'trading',
  } as const; // prettier-ignore
  return defined(instrument) as Instrument;
}

function mapUniverse(
  universe: readonly unknown[],
  contexts: readonly unknown[],
  path: string,
  context: MapContext,
): Instrument[] {
  const foreign: string[] = [];
  const instruments = universe.flatMap((raw, index): Instrument[] => {
    const row = decodeRow(raw, UNIVERSE_ROW, `${path}[${index}]`, context);
    if (row === undefined) return [];
    if (foreignIn(context, row.name) === undefined) return [instrumentOf(row, listPriceOf(contexts[index]))];
    foreign.push(row.name);
    return [];
  });
  reportForeign(context, foreign, path);
  return instruments;
}

/** Asked with prices, because the price of a coin decides which steps its book is asked in. */
export const instruments = defineInstrumentPoll({
  id: 'hyperliquid/instruments',
  method: 'POST',
  path: INFO,
  accepts: ofType('meta', 'metaAndAssetCtxs'),
  docsUrl: `${PERPETUALS_DOCS}#retrieve-perpetuals-metadata-universe-and-margin-tables`,
  weight: 20,
  bounds: LIST_ANSWER,
  requests: () => [info({ type: 'metaAndAssetCtxs' })],
  schema: () => z.union([META_AND_CONTEXTS, META]),
  map(payload, context) {
    if (!Array.isArray(payload)) return mapUniverse(payload.universe, [], 'universe', context);
    const [meta, contexts] = payload;
    const isPaired = meta.universe.length === contexts.length;
    return mapUniverse(meta.universe, isPaired ? contexts : [], '[0].universe', context);
  },
});
