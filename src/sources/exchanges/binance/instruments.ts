import { LONGEST_LIST_ANSWER } from '../../../core/answerBounds.ts';
import { commonAsset, instrumentKey } from '../../../core/ids.ts';
import type { AssetClass, Instrument } from '../../../core/instrument.ts';
import { HOUR_MS } from '../../../core/units.ts';
import { assetClassBy, closedList, withClosedLists } from '../closedList.ts';
import { defineInstrumentDetailPoll, defineInstrumentPoll, type InstrumentDetail } from '../contract.ts';
import { decimal, epochMs, optional, optionalNonZero, positive, text, textOf } from '../kit/fields.ts';
import { object, rows } from '../kit/payloads.ts';
import { rowReader } from '../kit/rowReader.ts';
import { defined } from '../mapping.ts';
import { DEFAULT_INTERVAL_MS, DOCS } from './shared.ts';

/** Contracts that wait for their first trade have no type yet. Both spellings of a quarter being delivered occur. */
const CONTRACT_TYPES = closedList<Instrument['kind']>(
  'contractType',
  {
    PERPETUAL: 'perpetual', TRADIFI_PERPETUAL: 'perpetual', PERPETUAL_DELIVERING: 'perpetual',
    CURRENT_MONTH: 'dated-future', NEXT_MONTH: 'dated-future',
    CURRENT_QUARTER: 'dated-future', NEXT_QUARTER: 'dated-future',
    'CURRENT_QUARTER DELIVERING': 'dated-future', CURRENT_QUARTER_DELIVERING: 'dated-future',
    'NEXT_QUARTER DELIVERING': 'dated-future', NEXT_QUARTER_DELIVERING: 'dated-future',
  },
  [''],
); // prettier-ignore

const STATUSES = closedList<Instrument['status']>(
  'status',
  {
    TRADING: 'trading', PENDING_TRADING: 'not-trading', TRADING_HALT: 'not-trading', PRE_DELIVERING: 'not-trading',
    DELIVERING: 'not-trading', DELIVERED: 'not-trading', PRE_SETTLE: 'not-trading', SETTLING: 'not-trading',
    CLOSE: 'not-trading',
  },
  [],
  'not followed',
); // prettier-ignore

/** `PREMARKET`: shares before they are listed anywhere. `INDEX`: of coins, such as the dominance of BTC. */
const UNDERLYINGS = closedList<AssetClass>(
  'underlyingType',
  {
    COIN: 'crypto', EQUITY: 'equity', HK_EQUITY: 'equity', KR_EQUITY: 'equity', CN_EQUITY: 'equity',
    PREMARKET: 'equity', COMMODITY: 'commodity', INDEX: 'index', FX: 'forex',
  },
  [],
  'taken for no coin',
); // prettier-ignore

const CONTRACT = rowReader({
  symbol: text,
  baseAsset: text,
  quoteAsset: text,
  marginAsset: text,
  contractType: textOf(0, 64),
  underlyingType: optional(text),
  deliveryDate: optionalNonZero(epochMs),
  status: text,
});

export const instruments = defineInstrumentPoll({
  id: 'binance/instruments',
  method: 'GET',
  path: '/fapi/v1/exchangeInfo',
  docsUrl: `${DOCS}/Exchange-Information`,
  weight: 1,
  bounds: LONGEST_LIST_ANSWER,
  requests: () => [{ method: 'GET', path: '/fapi/v1/exchangeInfo', query: {} }],
  schema: object({ symbols: rows }),
  map(payload, context) {
    const rowsOf = { path: 'symbols', things: 'contracts' };
    return withClosedLists(context, rowsOf, (read) =>
      CONTRACT.list(payload.symbols, 'symbols', context).flatMap((row): Instrument[] => {
        const kind = read(CONTRACT_TYPES, row.contractType, row.symbol);
        if (kind === undefined) return [];
        const isTraditional = row.contractType === 'TRADIFI_PERPETUAL';
        const instrument = {
          key: instrumentKey('binance', row.symbol), exchange: 'binance', venueSymbol: row.symbol,
          baseAsset: commonAsset(row.baseAsset), quoteAsset: row.quoteAsset, settleAsset: row.marginAsset,
          kind, margin: 'linear', contractSize: { amount: 1, unit: 'base' },
          assetClass: assetClassBy(read, UNDERLYINGS, row.underlyingType, row.symbol) ?? (isTraditional ? 'other' : undefined),
          expiresAtMs: kind === 'perpetual' ? undefined : row.deliveryDate,
          status: read(STATUSES, row.status, row.symbol) ?? 'unknown',
        } as const; // prettier-ignore
        return [defined(instrument) as Instrument];
      }),
    );
  },
});

const FUNDING_INFO = rowReader({
  symbol: text,
  fundingIntervalHours: optional(positive),
  adjustedFundingRateCap: optional(decimal),
  adjustedFundingRateFloor: optional(decimal),
});

export const fundingInfo = defineInstrumentDetailPoll({
  id: 'binance/funding-info',
  method: 'GET',
  path: '/fapi/v1/fundingInfo',
  docsUrl: `${DOCS}/Get-Funding-Rate-Info`,
  weight: 1,
  request: () => ({ method: 'GET', path: '/fapi/v1/fundingInfo', query: {} }),
  schema: rows,
  map(payload, context) {
    return FUNDING_INFO.list(payload, '', context).map((row) => {
      const hours = row.fundingIntervalHours;
      const detail = {
        venueSymbol: row.symbol, fundingIntervalMs: hours === undefined ? undefined : hours * HOUR_MS,
        fundingCap: row.adjustedFundingRateCap, fundingFloor: row.adjustedFundingRateFloor,
      }; // prettier-ignore
      return defined(detail) as InstrumentDetail;
    });
  },
  // The list was read and does not name the symbol: it settles every 8 h, says its page.
  apply: (instrument, detail) =>
    instrument.kind === 'perpetual'
      ? {
          ...instrument,
          fundingIntervalMs: DEFAULT_INTERVAL_MS,
          ...detail,
          venueSymbol: instrument.venueSymbol,
        }
      : instrument,
});
