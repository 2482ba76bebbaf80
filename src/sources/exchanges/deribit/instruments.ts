import { LIST_ANSWER } from '../../../core/answerBounds.ts';
import { commonAsset, instrumentKey } from '../../../core/ids.ts';
import type { Instrument } from '../../../core/instrument.ts';
import { SECOND_MS } from '../../../core/units.ts';
import { closedList, withClosedLists, type ReadValue } from '../closedList.ts';
import { defineInstrumentPoll } from '../contract.ts';
import { isRecord, NO, plainText } from '../kit/field.ts';
import { anything, epochMs, flag, optional, positive, text } from '../kit/fields.ts';
import { rows } from '../kit/payloads.ts';
import { readWhole, rowReader } from '../kit/rowReader.ts';
import { lotSizeOf } from '../lotSize.ts';
import { defined } from '../mapping.ts';
import { at, parseSymbol, PUBLIC, resultOf } from './shared.ts';

const ROW = rowReader({
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
  min_trade_amount: anything,
  is_active: optional(flag),
  state: optional(text),
  expiration_timestamp: anything,
});
const EXPIRY = optional(epochMs);
const MARGINS = closedList<Instrument['margin']>('instrument_type', {
  linear: 'linear',
  reversed: 'inverse',
});
const PERIODS = closedList<Instrument['kind']>('settlement_period', {
  perpetual: 'perpetual', day: 'dated-future', week: 'dated-future', month: 'dated-future',
}); // prettier-ignore
const STATES = closedList<Instrument['status']>(
  'state',
  {
    open: 'trading', started: 'trading', created: 'not-trading', closed: 'not-trading', locked: 'not-trading',
    halted: 'not-trading', inactive: 'not-trading', deactivated: 'not-trading', settled: 'not-trading',
    settlement: 'not-trading', delivered: 'not-trading', terminated: 'not-trading', archivized: 'not-trading',
  },
  [],
  'not followed',
); // prettier-ignore
/** Options, spot pairs and combos share the list where it is not asked for futures alone. */
const KINDS = closedList('kind', { future: true }, ['option', 'spot', 'future_combo', 'option_combo']);

/** Whether a raw row is of a future; rows that state no kind are. */
function isFuture(raw: unknown, read: ReadValue): boolean {
  const kind = isRecord(raw) ? raw['kind'] : undefined;
  if (typeof kind !== 'string' || kind === '' || kind.length > 64) return true;
  return read(KINDS, kind, plainText((raw as Record<string, unknown>)['instrument_name'])) === true;
}

export const instruments = defineInstrumentPoll({
  id: 'deribit/instruments',
  ...at('get_instruments'),
  bounds: LIST_ANSWER,
  scope: { name: 'get_instruments', limits: [{ weight: 1, windowMs: SECOND_MS }] },
  requests: () => [
    {
      method: 'GET',
      path: `${PUBLIC}/get_instruments`,
      query: { currency: 'any', kind: 'future', expired: 'false' },
    },
  ],
  schema: anything,
  map(payload, context) {
    const { value, path } = resultOf(payload);
    const one = isRecord(value) && 'instrument_name' in value;
    const list = readWhole(one ? [value] : value, rows, path, context) ?? [];
    return withClosedLists(context, { path, things: 'contracts' }, (read) =>
      ROW.list(
        list.filter((raw) => isFuture(raw, read)),
        path,
        context,
      ).flatMap((row): Instrument[] => {
        const { instrument_name: venueSymbol, contract_size: amount, settlement_period: period } = row;
        const parts = parseSymbol(venueSymbol);
        // Rows before 2022 state neither; their names tell.
        const stated = row.instrument_type ?? row.future_type;
        const margin = stated === undefined ? parts?.margin : read(MARGINS, stated, venueSymbol);
        const kind =
          period === undefined ? (parts?.kind ?? 'dated-future') : read(PERIODS, period, venueSymbol);
        const baseName = row.base_currency ?? parts?.baseAsset;
        const quoteAsset = row.counter_currency ?? row.quote_currency ?? parts?.quoteAsset;
        const isUnknown = kind === undefined || (margin === undefined && stated !== undefined);
        if (isUnknown) return [];
        const isPerpetual = kind === 'perpetual';
        const status =
          row.is_active === false
            ? 'not-trading'
            : row.state === undefined
              ? 'trading'
              : (read(STATES, row.state, venueSymbol) ?? 'unknown');
        if (margin === undefined || baseName === undefined || quoteAsset === undefined) {
          const message = `${venueSymbol}: neither linear nor inverse by its fields or its name`;
          context.report({ code: 'unknown-instrument', path: venueSymbol, message });
          return [];
        }
        const expiresAtMs = EXPIRY.read(row.expiration_timestamp);
        const unit = margin === 'inverse' ? 'quote' : 'base';
        const instrument = {
        key: instrumentKey('deribit', venueSymbol), exchange: 'deribit', venueSymbol,
        baseAsset: commonAsset(baseName), quoteAsset,
        settleAsset: row.settlement_currency ?? (margin === 'inverse' ? baseName : quoteAsset),
        kind, margin,
        contractSize: { amount, unit },
        // Amounts are coins or dollars, never contracts.
        lotSize: lotSizeOf(row.min_trade_amount, { amount: 1, unit }),
        // Perpetuals are dated to the year 3000.
        expiresAtMs: isPerpetual || expiresAtMs === NO ? undefined : expiresAtMs,
        status,
      } as const; // prettier-ignore
        return [defined(instrument) as Instrument];
      }),
    );
  },
});
