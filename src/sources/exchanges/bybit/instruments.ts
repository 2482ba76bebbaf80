import { LIST_ANSWER } from '../../../core/answerBounds.ts';
import { commonAsset, instrumentKey } from '../../../core/ids.ts';
import type { AssetClass, Instrument } from '../../../core/instrument.ts';
import { HOUR_MS, MINUTE_MS } from '../../../core/units.ts';
import { assetClassBy, closedList, withClosedLists } from '../closedList.ts';
import { defineInstrumentPoll, type HttpRequestSpec } from '../contract.ts';
import { isRecord } from '../kit/field.ts';
import {
  anything,
  decimal,
  epochMs,
  optional,
  optionalNonZero,
  positive,
  text,
  textOf,
} from '../kit/fields.ts';
import { object, rows } from '../kit/payloads.ts';
import { rowReader } from '../kit/rowReader.ts';
import { lotSizeOf } from '../lotSize.ts';
import { defined } from '../mapping.ts';
import { DOCS } from './shared.ts';

const PATH = '/v5/market/instruments-info';

const TYPES = closedList<Pick<Instrument, 'kind' | 'margin'>>('contractType', {
  LinearPerpetual: { kind: 'perpetual', margin: 'linear' },
  LinearFutures: { kind: 'dated-future', margin: 'linear' },
  InversePerpetual: { kind: 'perpetual', margin: 'inverse' },
  InverseFutures: { kind: 'dated-future', margin: 'inverse' },
});

const STATUSES = closedList<Instrument['status']>(
  'status',
  {
    Trading: 'trading', PreLaunch: 'not-trading', Settling: 'not-trading', Delivering: 'not-trading',
    Closed: 'not-trading',
  },
  [],
  'not followed',
); // prettier-ignore

/** Empty of most coins; `innovation` and `adventure` are zones of coins. Spelled in small letters here, as `ETF` is not. */
const SYMBOL_TYPES = closedList<AssetClass>(
  'symbolType',
  {
    innovation: 'crypto', adventure: 'crypto', stock: 'equity', etf: 'equity', xstocks: 'equity', mstocks: 'equity',
    commodity: 'commodity', metal: 'metal', index: 'index', forex: 'forex',
  },
  [],
  'taken for no coin',
); // prettier-ignore

/** Cursors come percent-encoded (`first%3DBTCUSDT`); the query that carries them is encoded once more when sent. */
function readCursor(cursor: string): string {
  try {
    return decodeURIComponent(cursor);
  } catch {
    return cursor;
  }
}

const CONTRACT = rowReader({
  symbol: text,
  contractType: optional(text),
  status: text,
  symbolType: optional(text),
  baseCoin: text,
  quoteCoin: text,
  settleCoin: optional(text),
  deliveryTime: optionalNonZero(epochMs),
  fundingInterval: optionalNonZero(positive),
  lotSizeFilter: anything,
  upperFundingRate: optional(decimal),
  lowerFundingRate: optional(decimal),
});

export const instruments = defineInstrumentPoll({
  id: 'bybit/instruments',
  method: 'GET',
  path: PATH,
  docsUrl: `${DOCS}instrument`,
  weight: 1,
  bounds: LIST_ANSWER,
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
  schema: object({ result: object({ list: rows, nextPageCursor: optional(textOf(0, 512)) }) }),
  map(payload, context) {
    let others = 0;
    const found = withClosedLists(context, { path: 'result.list', things: 'contracts' }, (read) =>
      CONTRACT.list(payload.result.list, 'result.list', context).flatMap((row): Instrument[] => {
        const type = read(TYPES, row.contractType, row.symbol);
        if (row.contractType === undefined || row.settleCoin === undefined) others += 1;
        if (type === undefined || row.settleCoin === undefined) return [];
        const symbolType = row.symbolType?.toLowerCase();
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
        assetClass: assetClassBy(read, SYMBOL_TYPES, symbolType, row.symbol),
        contractSize, lotSize: lotSizeOf(isRecord(row.lotSizeFilter) ? row.lotSizeFilter['qtyStep'] : undefined, contractSize),
        fundingIntervalMs: isPlausible ? statedMs : undefined,
        fundingCap: isPerpetual ? row.upperFundingRate : undefined,
        fundingFloor: isPerpetual ? row.lowerFundingRate : undefined,
        expiresAtMs: isPerpetual ? undefined : row.deliveryTime,
        status: read(STATUSES, row.status, row.symbol) ?? 'unknown',
      } as const; // prettier-ignore
        return [defined(instrument) as Instrument];
      }),
    );
    // Options and spot pairs share the path; neither states the type of a contract and what settles it.
    if (others > 0) {
      const message = `${others} rows state no contract type or no settlement coin, as options and spot pairs do`;
      context.report({ code: 'unsupported', path: 'result.list', message });
    }
    return found;
  },
});
