import { commonAsset, instrumentKey, type Asset } from '../../../core/ids.ts';
import type { ContractSize, Instrument } from '../../../core/instrument.ts';
import type { Subject, SymbolParts } from '../../exchanges/mapContext.ts';
import { parseSymbol } from '../../exchanges/binance/shared.ts';

/** The two derivatives markets of Binance: USD-M counts coins, COIN-M contracts of so many dollars. */
export interface BinanceMarket {
  readonly id: 'um' | 'cm';
  /** Marks the rows of its perpetuals, where they are not those that are followed. */
  readonly market?: 'coin-margined';
  parseSymbol(venueSymbol: string): SymbolParts | undefined;
}

export const USD_M: BinanceMarket = { id: 'um', parseSymbol };

/** Contracts, and the pairs that indices are of: BTCUSD_PERP, BTCUSD_261225, BTCUSD. */
const COIN_M_SYMBOL = /^([A-Z0-9]+)USD(?:_(PERP|\d{6}))?$/;

export const COIN_M: BinanceMarket = {
  id: 'cm',
  market: 'coin-margined',
  parseSymbol(venueSymbol) {
    const [, base, term = 'PERP'] = COIN_M_SYMBOL.exec(venueSymbol) ?? [];
    if (base === undefined) return undefined;
    const kind = term === 'PERP' ? 'perpetual' : 'dated-future';
    return { baseAsset: commonAsset(base), quoteAsset: 'USD', kind, margin: 'inverse' };
  },
};

const sizeOf = (asset: Asset): ContractSize => ({ amount: asset === 'BTC' ? 100 : 10, unit: 'quote' });

/** What a COIN-M contract stands for: as listed, else the 100 USD of BTC and the 10 USD of all others. */
export function coinMargined({ instrument, baseAsset }: Subject): ContractSize {
  return instrument?.contractSize ?? sizeOf(baseAsset);
}

/** Returns the COIN-M perpetual on an asset as an instrument of its own. Whether it is listed, its files say. */
export function coinMarginedPerpetual(asset: Asset): Instrument {
  const venueSymbol = `${asset}USD_PERP`;
  return {
    ...{ key: instrumentKey('binance', venueSymbol), exchange: 'binance', venueSymbol },
    ...{ baseAsset: asset, quoteAsset: 'USD', settleAsset: asset, kind: 'perpetual', margin: 'inverse' },
    ...{ contractSize: sizeOf(asset), status: 'trading' },
  };
}
