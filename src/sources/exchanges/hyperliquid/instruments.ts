import { LIST_ANSWER } from '../../../core/answerBounds.ts';
import { commonAsset, instrumentKey } from '../../../core/ids.ts';
import type { Instrument } from '../../../core/instrument.ts';
import { defineInstrumentPoll, type MapContext } from '../contract.ts';
import { isRecord, NO } from '../kit/field.ts';
import { anything, flag, nonNegative, optional, optionalNonZero, positive, text } from '../kit/fields.ts';
import { either, object, rows, tuple } from '../kit/payloads.ts';
import { rowReader, type RowOf } from '../kit/rowReader.ts';
import { lotSizeOfDecimals } from '../lotSize.ts';
import { defined } from '../mapping.ts';
import {
  foreignIn, FUNDING_INTERVAL_MS, info, ofTypes, PERPETUALS_DOCS, reportForeign,
} from './shared.ts'; // prettier-ignore

/** Sizes are coins. */
const COIN = { amount: 1, unit: 'base' } as const;

/** The rate of an hour is capped (docs: trading/funding). */
export const FUNDING_CAP = 0.04;

/** What a row of the universe says; the place of a row is the asset's index and pairs it with its context. */
export const UNIVERSE_ROW = rowReader({
  name: text,
  isDelisted: optional(flag),
  szDecimals: anything,
  marginTableId: optional(nonNegative),
});

/** `meta`: the universe and, in newer answers, the margin tables as [id, table]. */
export const META = object({ universe: rows, marginTables: optional(rows) });

/** `metaAndAssetCtxs`: meta and one context per row of its universe. */
export const META_AND_CONTEXTS = tuple(META, rows);

const PRICE = optionalNonZero(positive);

/** A price to choose the price step of a book by; the context's own decoder reports what is wrong with it. */
function listPriceOf(row: unknown): number | undefined {
  const price = PRICE.read(isRecord(row) ? row['markPx'] : undefined);
  return price === NO ? undefined : price;
}

function instrumentOf(row: RowOf<typeof UNIVERSE_ROW>, listPriceQuote: number | undefined): Instrument {
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
  const instruments: Instrument[] = [];
  UNIVERSE_ROW.each(universe, path, context, (row, _place, index) => {
    if (foreignIn(context, row.name) === undefined)
      instruments.push(instrumentOf(row, listPriceOf(contexts[index])));
    else foreign.push(row.name);
  });
  reportForeign(context, foreign, path);
  return instruments;
}

/** Asked with prices, because the price of a coin decides which steps its book is asked in. */
export const instruments = defineInstrumentPoll({
  id: 'hyperliquid/instruments',
  ...ofTypes(
    `${PERPETUALS_DOCS}#retrieve-perpetuals-metadata-universe-and-margin-tables`,
    'meta',
    'metaAndAssetCtxs',
  ),
  weight: 20,
  bounds: LIST_ANSWER,
  requests: () => [info({ type: 'metaAndAssetCtxs' })],
  schema: either(META_AND_CONTEXTS, META),
  map(payload, context) {
    if ('universe' in payload) return mapUniverse(payload.universe, [], 'universe', context);
    const [meta, contexts] = payload;
    const isPaired = meta.universe.length === contexts.length;
    return mapUniverse(meta.universe, isPaired ? contexts : [], '[0].universe', context);
  },
});
