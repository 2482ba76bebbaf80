import * as z from 'zod';
import { commonAsset, instrumentKey } from '../../../core/ids.ts';
import type { Instrument } from '../../../core/instrument.ts';
import { SECOND_MS } from '../../../core/units.ts';
import { defineInstrumentPoll } from '../contract.ts';
import { decodeRow, decodeRows, epochMs, optional, positive, rows, text, isRecord } from '../decode.ts';
import { lotSizeOf } from '../lotSize.ts';
import { defined } from '../mapping.ts';
import { CREDITS, DOCS, parseSymbol, PUBLIC, resultOf } from './shared.ts';

const ROW = z.object({
  instrument_name: text,
  kind: optional(text),
  instrument_type: optional(text),
  future_type: optional(text),
  base_currency: optional(text),
  counter_currency: optional(text),
  quote_currency: optional(text),
  settlement_currency: optional(text),
  settlement_period: optional(text),
  contract_size: positive,
  min_trade_amount: z.unknown().optional(),
  is_active: optional(z.boolean()),
  expiration_timestamp: z.unknown().optional(),
});
type Row = z.infer<typeof ROW>;

/** Linear or inverse, by what the row says, else by its name (rows before 2022 say nothing). */
function marginOf(row: Row): Instrument['margin'] | undefined {
  const stated = row.instrument_type ?? row.future_type;
  if (stated === 'linear') return 'linear';
  if (stated === 'reversed') return 'inverse';
  return parseSymbol(row.instrument_name)?.margin;
}

/** Options, spot pairs and combos share the list where it is not asked for futures alone. */
const isFuture = (raw: unknown): boolean =>
  !isRecord(raw) || raw['kind'] === undefined || raw['kind'] === null || raw['kind'] === 'future';

export const instruments = defineInstrumentPoll({
  id: 'deribit/instruments',
  method: 'GET',
  path: `${PUBLIC}/get_instruments`,
  docsUrl: `${DOCS}/#public-get_instruments`,
  weight: CREDITS,
  scope: { name: 'get_instruments', limits: [{ weight: 1, windowMs: SECOND_MS }] },
  requests: () => [
    {
      method: 'GET',
      path: `${PUBLIC}/get_instruments`,
      query: { currency: 'any', kind: 'future', expired: 'false' },
    },
  ],
  schema: () => z.unknown(),
  map(payload, context) {
    const { value, path } = resultOf(payload);
    const one = isRecord(value) && 'instrument_name' in value;
    const list = decodeRow(one ? [value] : value, rows, path, context) ?? [];
    const futures = list.filter(isFuture);
    if (futures.length === 0 && list.length > 0) {
      const message = `${list.length} options, spot pairs or combos; Perpscope lists futures and perpetuals`;
      context.report({ code: 'unsupported', path, message });
    }
    return decodeRows(futures, ROW, path, context).flatMap((row): Instrument[] => {
      const { instrument_name: venueSymbol, contract_size: amount } = row;
      const parts = parseSymbol(venueSymbol);
      const margin = marginOf(row);
      const baseName = row.base_currency ?? parts?.baseAsset;
      const quoteAsset = row.counter_currency ?? row.quote_currency ?? parts?.quoteAsset;
      const isPerpetual = row.settlement_period === 'perpetual' || parts?.kind === 'perpetual';
      if (margin === undefined || baseName === undefined || quoteAsset === undefined) {
        const message = `${venueSymbol}: neither linear nor inverse by its fields or its name`;
        context.report({ code: 'unknown-instrument', path: venueSymbol, message });
        return [];
      }
      const expiry = optional(epochMs).safeParse(row.expiration_timestamp);
      const unit = margin === 'inverse' ? 'quote' : 'base';
      const instrument = {
        key: instrumentKey('deribit', venueSymbol), exchange: 'deribit', venueSymbol,
        baseAsset: commonAsset(baseName), quoteAsset,
        settleAsset: row.settlement_currency ?? (margin === 'inverse' ? baseName : quoteAsset),
        kind: isPerpetual ? 'perpetual' : 'dated-future', margin,
        contractSize: { amount, unit },
        // Amounts are coins or dollars, never contracts.
        lotSize: lotSizeOf(row.min_trade_amount, { amount: 1, unit }),
        // Perpetuals are dated to the year 3000.
        expiresAtMs: isPerpetual || !expiry.success ? undefined : expiry.data,
        status: row.is_active === false ? 'not-trading' : 'trading',
      } as const; // prettier-ignore
      return [defined(instrument) as Instrument];
    });
  },
});
