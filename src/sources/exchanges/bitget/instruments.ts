import { LIST_ANSWER } from '../../../core/answerBounds.ts';
import { commonAsset, instrumentKey } from '../../../core/ids.ts';
import type { AssetClass, Instrument } from '../../../core/instrument.ts';
import { HOUR_MS } from '../../../core/units.ts';
import { assetClassBy, closedList, withClosedLists } from '../closedList.ts';
import { defineInstrumentPoll } from '../contract.ts';
import { anything, epochMs, optional, optionalNonZero, positive, text, textOf } from '../kit/fields.ts';
import { listOf, rows } from '../kit/payloads.ts';
import { rowReader } from '../kit/rowReader.ts';
import { lotSizeOf } from '../lotSize.ts';
import { defined } from '../mapping.ts';
import { at, envelope, V2 } from './shared.ts';

const TYPES = closedList<Instrument['kind']>('symbolType', {
  perpetual: 'perpetual',
  delivery: 'dated-future',
});

const STATUSES = closedList<Instrument['status']>(
  'symbolStatus',
  {
    normal: 'trading', listed: 'not-trading', maintain: 'not-trading', limit_open: 'not-trading',
    restrictedAPI: 'not-trading', off: 'not-trading',
  },
  [],
  'not followed',
); // prettier-ignore

/** Whether the contract is on something other than a coin; on what, this answer does not say. */
const REAL_WORLD = closedList<AssetClass>('isRwa', { YES: 'other', NO: 'crypto' }, [], 'taken for no coin');
/** Sizes are coins, of coin-margined contracts as well. */
const COIN = { amount: 1, unit: 'base' } as const;

const ROW = rowReader({
  symbol: text, baseCoin: text, quoteCoin: text, supportMarginCoins: optional(listOf(textOf(0, Infinity))),
  symbolType: text, symbolStatus: text, deliveryTime: optionalNonZero(epochMs), fundInterval: optionalNonZero(positive),
  isRwa: optional(text), sizeMultiplier: anything,
}); // prettier-ignore

export const instruments = defineInstrumentPoll({
  id: 'bitget/instruments',
  ...at(`${V2}/contracts`, 'contract/market/Get-All-Symbols-Contracts'),
  bounds: LIST_ANSWER,
  requests: () => [{ method: 'GET', path: `${V2}/contracts`, query: { productType: 'usdt-futures' } }],
  schema: envelope(rows),
  map(payload, context) {
    return withClosedLists(context, { path: 'data', things: 'contracts' }, (read) =>
      ROW.list(payload.data, 'data', context).flatMap((row): Instrument[] => {
        const kind = read(TYPES, row.symbolType, row.symbol);
        if (kind === undefined) return [];
        const isPerpetual = kind === 'perpetual';
        // Coin-margined rows list many margin coins, never their quote USD; sizes are coins there too.
        const isLinear = row.supportMarginCoins?.includes(row.quoteCoin) ?? row.quoteCoin !== 'USD';
        const hours = isPerpetual ? row.fundInterval : undefined;
        const instrument = {
        key: instrumentKey('bitget', row.symbol), exchange: 'bitget', venueSymbol: row.symbol,
        baseAsset: commonAsset(row.baseCoin), quoteAsset: row.quoteCoin,
        settleAsset: isLinear ? row.quoteCoin : row.baseCoin,
        kind, margin: isLinear ? 'linear' : 'inverse', assetClass: assetClassBy(read, REAL_WORLD, row.isRwa, row.symbol),
        contractSize: COIN, lotSize: lotSizeOf(row.sizeMultiplier, COIN),
        fundingIntervalMs: hours === undefined ? undefined : hours * HOUR_MS,
        expiresAtMs: isPerpetual ? undefined : row.deliveryTime,
        status: read(STATUSES, row.symbolStatus, row.symbol) ?? 'unknown',
      } as const; // prettier-ignore
        return [defined(instrument) as Instrument];
      }),
    );
  },
});
