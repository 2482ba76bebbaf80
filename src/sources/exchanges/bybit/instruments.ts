import * as z from 'zod';
import { commonAsset, instrumentKey } from '../../../core/ids.ts';
import type { Instrument } from '../../../core/instrument.ts';
import { HOUR_MS, MINUTE_MS } from '../../../core/units.ts';
import { defineInstrumentPoll, type HttpRequestSpec } from '../contract.ts';
import {
  decimal,
  decodeRows,
  epochMs,
  isRecord,
  optional,
  optionalNonZero,
  positive,
  rows,
  text,
} from '../decode.ts';
import { lotSizeOf } from '../lotSize.ts';
import { defined } from '../mapping.ts';
import { DOCS } from './shared.ts';

const PATH = '/v5/market/instruments-info';

const TYPES: Readonly<Record<string, Pick<Instrument, 'kind' | 'margin'>>> = {
  LinearPerpetual: { kind: 'perpetual', margin: 'linear' },
  LinearFutures: { kind: 'dated-future', margin: 'linear' },
  InversePerpetual: { kind: 'perpetual', margin: 'inverse' },
  InverseFutures: { kind: 'dated-future', margin: 'inverse' },
};

/** Cursors come percent-encoded (`first%3DBTCUSDT`); the query that carries them is encoded once more when sent. */
function readCursor(cursor: string): string {
  try {
    return decodeURIComponent(cursor);
  } catch {
    return cursor;
  }
}

export const instruments = defineInstrumentPoll({
  id: 'bybit/instruments',
  method: 'GET',
  path: PATH,
  docsUrl: `${DOCS}instrument`,
  weight: 1,
  requests: () =>
    ['linear', 'inverse'].map((category) => ({
      method: 'GET' as const,
      path: PATH,
      query: { category, limit: '1000' },
    })),
  next(payload, previous): HttpRequestSpec | undefined {
    const { nextPageCursor, list } = payload.result;
    if (nextPageCursor === undefined || list.length === 0) return undefined;
    const cursor = readCursor(nextPageCursor);
    // The same cursor again would never end.
    if (cursor === previous.query['cursor']) return undefined;
    return { ...previous, query: { ...previous.query, cursor } };
  },
  schema: () => z.object({ result: z.object({ list: rows, nextPageCursor: optional(z.string().max(512)) }) }),
  map(payload, context) {
    const schema = z.object({
      symbol: text,
      contractType: optional(text),
      status: text,
      baseCoin: text,
      quoteCoin: text,
      settleCoin: optional(text),
      deliveryTime: optionalNonZero(epochMs),
      fundingInterval: optionalNonZero(positive),
      lotSizeFilter: z.unknown().optional(),
      upperFundingRate: optional(decimal),
      lowerFundingRate: optional(decimal),
    });
    return decodeRows(payload.result.list, schema, 'result.list', context).flatMap((row): Instrument[] => {
      const type = TYPES[row.contractType ?? ''];
      if (type === undefined || row.settleCoin === undefined) {
        const message = `${row.symbol} is not a linear or inverse contract`;
        context.report({ code: 'unsupported', path: 'result.list', message });
        return [];
      }
      const isPerpetual = type.kind === 'perpetual';
      // Minutes, in whole hours; anything else (8 was seen in a test fixture) would give absurd yearly rates.
      const statedMs =
        isPerpetual && row.fundingInterval !== undefined ? row.fundingInterval * MINUTE_MS : undefined;
      const isPlausible = statedMs === undefined || (statedMs % HOUR_MS === 0 && statedMs <= 24 * HOUR_MS);
      if (!isPlausible) {
        const message = `${row.symbol}: a funding interval of ${row.fundingInterval} minutes`;
        context.report({ code: 'implausible', path: 'result.list', message });
      }
      // One contract is one coin (linear) or one dollar (inverse): quantities are stated in those.
      const contractSize = { amount: 1, unit: type.margin === 'inverse' ? 'quote' : 'base' } as const;
      const instrument = {
        key: instrumentKey('bybit', row.symbol), exchange: 'bybit', venueSymbol: row.symbol,
        baseAsset: commonAsset(row.baseCoin), quoteAsset: row.quoteCoin, settleAsset: row.settleCoin, ...type,
        contractSize, lotSize: lotSizeOf(isRecord(row.lotSizeFilter) ? row.lotSizeFilter['qtyStep'] : undefined, contractSize),
        fundingIntervalMs: isPlausible ? statedMs : undefined,
        fundingCap: isPerpetual ? row.upperFundingRate : undefined,
        fundingFloor: isPerpetual ? row.lowerFundingRate : undefined,
        expiresAtMs: isPerpetual ? undefined : row.deliveryTime,
        status: row.status === 'Trading' ? 'trading' : 'not-trading',
      }; // prettier-ignore
      return [defined(instrument) as Instrument];
    });
  },
});
