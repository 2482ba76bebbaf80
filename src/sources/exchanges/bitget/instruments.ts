import * as z from 'zod';
import { LIST_ANSWER } from '../../../core/answerBounds.ts';
import { commonAsset, instrumentKey } from '../../../core/ids.ts';
import type { AssetClass, Instrument } from '../../../core/instrument.ts';
import { HOUR_MS } from '../../../core/units.ts';
import { assetClassBy, closedList, withClosedLists } from '../closedList.ts';
import { defineInstrumentPoll } from '../contract.ts';
import { decodeRows, epochMs, optional, optionalNonZero, positive, rows, text } from '../decode.ts';
import { lotSizeOf } from '../lotSize.ts';
import { defined } from '../mapping.ts';
import { DOCS, envelope, V2, perSecond } from './shared.ts';

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

export const instruments = defineInstrumentPoll({
  id: 'bitget/instruments',
  method: 'GET',
  path: `${V2}/contracts`,
  docsUrl: `${DOCS}/contract/market/Get-All-Symbols-Contracts`,
  weight: 1,
  bounds: LIST_ANSWER,
  scope: perSecond(`${V2}/contracts`),
  requests: () => [{ method: 'GET', path: `${V2}/contracts`, query: { productType: 'usdt-futures' } }],
  schema: () => envelope(rows),
  map(payload, context) {
    const schema = z.object({
      symbol: text,
      baseCoin: text,
      quoteCoin: text,
      supportMarginCoins: optional(z.array(z.string())),
      symbolType: text,
      symbolStatus: text,
      deliveryTime: optionalNonZero(epochMs),
      fundInterval: optionalNonZero(positive),
      isRwa: optional(text),
      sizeMultiplier: z.unknown().optional(),
    });
    return withClosedLists(context, { path: 'data', things: 'contracts' }, (read) =>
      decodeRows(payload.data, schema, 'data', context).flatMap((row): Instrument[] => {
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
