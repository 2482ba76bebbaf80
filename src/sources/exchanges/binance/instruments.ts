import * as z from 'zod';
import { commonAsset, instrumentKey } from '../../../core/ids.ts';
import type { Instrument } from '../../../core/instrument.ts';
import { HOUR_MS } from '../../../core/units.ts';
import { defineInstrumentDetailPoll, defineInstrumentPoll, type InstrumentDetail } from '../contract.ts';
import { decimal, decodeRows, epochMs, optional, optionalNonZero, positive, rows, text } from '../decode.ts';
import { defined } from '../mapping.ts';
import { DEFAULT_INTERVAL_MS, DOCS } from './shared.ts';

export const instruments = defineInstrumentPoll({
  id: 'binance/instruments',
  method: 'GET',
  path: '/fapi/v1/exchangeInfo',
  docsUrl: `${DOCS}/Exchange-Information`,
  weight: 1,
  requests: () => [{ method: 'GET', path: '/fapi/v1/exchangeInfo', query: {} }],
  schema: () => z.object({ symbols: rows }),
  map(payload, context) {
    const schema = z.object({
      symbol: text,
      baseAsset: text,
      quoteAsset: text,
      marginAsset: text,
      contractType: z.string(),
      deliveryDate: optionalNonZero(epochMs),
      status: text,
    });
    return decodeRows(payload.symbols, schema, 'symbols', context).flatMap((row): Instrument[] => {
      const isPerpetual = row.contractType === 'PERPETUAL';
      const isDated = row.contractType.includes('QUARTER') || row.contractType.includes('MONTH');
      if (!isPerpetual && !isDated) return [];
      const instrument = {
        key: instrumentKey('binance', row.symbol), exchange: 'binance', venueSymbol: row.symbol,
        baseAsset: commonAsset(row.baseAsset), quoteAsset: row.quoteAsset, settleAsset: row.marginAsset,
        kind: isPerpetual ? 'perpetual' : 'dated-future', margin: 'linear', contractSize: { amount: 1, unit: 'base' },
        expiresAtMs: isPerpetual ? undefined : row.deliveryDate, status: row.status === 'TRADING' ? 'trading' : 'not-trading',
      }; // prettier-ignore
      return [defined(instrument) as Instrument];
    });
  },
});

export const fundingInfo = defineInstrumentDetailPoll({
  id: 'binance/funding-info',
  method: 'GET',
  path: '/fapi/v1/fundingInfo',
  docsUrl: `${DOCS}/Get-Funding-Rate-Info`,
  weight: 1,
  request: () => ({ method: 'GET', path: '/fapi/v1/fundingInfo', query: {} }),
  schema: () => rows,
  map(payload, context) {
    const schema = z.object({
      symbol: text,
      fundingIntervalHours: optional(positive),
      adjustedFundingRateCap: optional(decimal),
      adjustedFundingRateFloor: optional(decimal),
    });
    return decodeRows(payload, schema, '', context).map((row) => {
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
