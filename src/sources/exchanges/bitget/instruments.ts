import * as z from 'zod';
import { commonAsset, instrumentKey } from '../../../core/ids.ts';
import type { Instrument } from '../../../core/instrument.ts';
import { HOUR_MS } from '../../../core/units.ts';
import { defineInstrumentPoll } from '../contract.ts';
import { decodeRows, epochMs, optional, optionalNonZero, positive, rows, text } from '../decode.ts';
import { lotSizeOf } from '../lotSize.ts';
import { defined } from '../mapping.ts';
import { DOCS, envelope, V2, perSecond } from './shared.ts';

/** Sizes are coins, of coin-margined contracts as well. */
const COIN = { amount: 1, unit: 'base' } as const;

export const instruments = defineInstrumentPoll({
  id: 'bitget/instruments',
  method: 'GET',
  path: `${V2}/contracts`,
  docsUrl: `${DOCS}/contract/market/Get-All-Symbols-Contracts`,
  weight: 1,
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
      sizeMultiplier: z.unknown().optional(),
    });
    return decodeRows(payload.data, schema, 'data', context).map((row): Instrument => {
      const isPerpetual = row.symbolType === 'perpetual';
      // Coin-margined rows list many margin coins, never their quote USD; sizes are coins there too.
      const isLinear = row.supportMarginCoins?.includes(row.quoteCoin) ?? row.quoteCoin !== 'USD';
      const hours = isPerpetual ? row.fundInterval : undefined;
      const instrument = {
        key: instrumentKey('bitget', row.symbol), exchange: 'bitget', venueSymbol: row.symbol,
        baseAsset: commonAsset(row.baseCoin), quoteAsset: row.quoteCoin,
        settleAsset: isLinear ? row.quoteCoin : row.baseCoin,
        kind: isPerpetual ? 'perpetual' : 'dated-future', margin: isLinear ? 'linear' : 'inverse',
        contractSize: COIN, lotSize: lotSizeOf(row.sizeMultiplier, COIN),
        fundingIntervalMs: hours === undefined ? undefined : hours * HOUR_MS,
        expiresAtMs: isPerpetual ? undefined : row.deliveryTime,
        status: row.symbolStatus === 'normal' ? 'trading' : 'not-trading',
      }; // prettier-ignore
      return defined(instrument) as Instrument;
    });
  },
});
