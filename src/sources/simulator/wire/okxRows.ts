import { HOUR_MS } from '../../../core/units.ts';
import type { LiquidationEvent } from '../liquidations.ts';
import type { SimulatedMarket } from '../market.ts';
import { assetProfile, EXCHANGES, SIMULATED_ASSETS } from '../profiles.ts';
import { dateParts, perpetual, quarterlyExpiry } from '../symbols.ts';
import type { TradeEvent } from '../trades.ts';
import { openOfDay, quotesAround } from './companions.ts';
import { lastDay, text, type Listing } from './shared.ts';

/** What OKX lists, in which units it counts, and its rows: answers and pushes hold the same ones. */

/** The first day of everything that is listed: older bars are answered from it on. */
export const LISTED_MS = 1_611_916_828_000;
const CONTRACT_SIZE: Readonly<Record<string, number>> = { BTC: 0.01, ETH: 0.1, SOL: 1, XRP: 100, DOGE: 1000 };
const INVERSE_SIZE_USD = 100;
/** Midnight in UTC+8. */
const BEIJING_MS = 16 * HOUR_MS;
/** Most contracts of a tier, its maintenance rate and leverage: of whole contracts, so that 501 follows 500. */
const TIERS: readonly [most: number, mmr: string, leverage: number][] = [
  [500, '0.004', 100],
  [1_000, '0.005', 75],
  [4_000, '0.01', 50],
  [20_000, '0.025', 20],
];

/** Returns OKX's rows over a market. */
export function createOkxRows(market: SimulatedMarket) {
  const expiresAtMs = quarterlyExpiry(market.anchorMs);
  const { yy, mm, dd } = dateParts(expiresAtMs);
  const listings: readonly Listing[] = [
    ...SIMULATED_ASSETS.map((asset) => ({
      ...perpetual('okx', asset),
      venueSymbol: `${asset}-USDT-SWAP`,
      contractSize: CONTRACT_SIZE[asset] ?? 1,
    })),
    { exchange: 'okx', asset: 'BTC', variant: 'inverse', venueSymbol: 'BTC-USD-SWAP', contractSize: INVERSE_SIZE_USD },
    ...['BTC', 'ETH'].map((asset) => ({
      exchange: 'okx', asset, variant: 'dated', expiresAtMs, venueSymbol: `${asset}-USDT-${yy}${mm}${dd}`,
      contractSize: CONTRACT_SIZE[asset] ?? 1,
    }) as const),
    ...SIMULATED_ASSETS.map((asset) => ({
      exchange: 'okx', asset, variant: 'spot', venueSymbol: `${asset}-USDT`, contractSize: 1,
    }) as const),
  ]; // prettier-ignore

  const family = (listing: Listing): string => listing.venueSymbol.split('-').slice(0, 2).join('-');
  const typeOf = ({ variant }: Listing): string =>
    variant === 'dated' ? 'FUTURES' : variant === 'spot' ? 'SPOT' : 'SWAP';
  const decimalsOf = (listing: Listing): number => assetProfile(listing.asset).priceDecimals;
  /** Coins worth some dollars as contracts: inverse ones count the dollars, spot pairs the coins. */
  const contracts = (listing: Listing, coins: number, usd: number): string =>
    listing.variant === 'inverse'
      ? text(usd / listing.contractSize, 1)
      : text(coins / listing.contractSize, listing.variant === 'spot' ? 8 : 2);

  const openInterest = (listing: Listing, atMs: number): { oi: string; oiCcy: string; oiUsd: string } => {
    const coins = market.openInterestBase(listing, atMs);
    const mark = market.price(listing, 'mark', atMs);
    return {
      oi: contracts(listing, coins, coins * mark),
      oiCcy: text(coins, 4),
      oiUsd: text(coins * mark, 4),
    };
  };

  return {
    listings,
    family,
    typeOf,
    decimalsOf,
    contracts,
    openInterest,

    openInterestRow: (listing: Listing, nowMs: number): object => ({
      instId: listing.venueSymbol,
      instType: typeOf(listing),
      ...openInterest(listing, nowMs),
      ts: text(nowMs, 0),
    }),

    fundingRow(listing: Listing, nowMs: number): object {
      const next = market.nextFundingMs(listing, nowMs);
      const interval = market.fundingIntervalMs(listing);
      const cap = EXCHANGES.okx.fundingCap;
      return {
        formulaType: 'noRate',
        fundingRate: text(market.fundingRate(listing, nowMs), 16),
        fundingTime: text(next, 0),
        impactValue: '20000.0000000000000000',
        instId: listing.venueSymbol,
        instType: 'SWAP',
        interestRate: '0.0001000000000000',
        maxFundingRate: text(cap, 5),
        method: 'current_period',
        minFundingRate: text(-cap, 5),
        nextFundingRate: '',
        nextFundingTime: text(next + interval, 0),
        premium: text(market.premium(listing, nowMs), 16),
        settFundingRate: text(market.fundingRate(listing, next - interval - 1), 16),
        settState: 'settled',
        ts: text(nowMs, 0),
      };
    },

    markPriceRow: (listing: Listing, nowMs: number): object => ({
      instId: listing.venueSymbol,
      instType: typeOf(listing),
      markPx: text(market.price(listing, 'mark', nowMs), decimalsOf(listing) + 2),
      ts: text(nowMs, 0),
    }),

    /** The index of a pair, undefined where no contract is listed on it. */
    indexRow(pair: string | undefined, nowMs: number): object | undefined {
      const listing = listings.find((one) => one.variant !== 'spot' && family(one) === pair);
      if (listing === undefined) return undefined;
      const price = (value: number): string => text(value, decimalsOf(listing) + 2);
      const day = market.bar(listing, Math.floor(nowMs / HOUR_MS - 24) * HOUR_MS, nowMs, 'index');
      return {
        instId: pair,
        idxPx: price(market.price(listing, 'index', nowMs)),
        high24h: price(day.high),
        sodUtc0: price(openOfDay(market, listing, nowMs, 0, 'index')),
        open24h: price(day.open),
        low24h: price(day.low),
        sodUtc8: price(openOfDay(market, listing, nowMs, BEIJING_MS, 'index')),
        ts: text(nowMs, 0),
      };
    },

    tickerRow(listing: Listing, nowMs: number): object {
      const day = lastDay(market, listing, nowMs);
      const price = (value: number): string => text(value, decimalsOf(listing));
      const { bid, ask } = quotesAround(listing, day.close);
      return {
        instType: typeOf(listing), instId: listing.venueSymbol, last: price(day.close), lastSz: '1',
        askPx: price(ask), askSz: '11', bidPx: price(bid), bidSz: '5', open24h: price(day.open),
        high24h: price(day.high), low24h: price(day.low),
        volCcy24h: listing.variant === 'spot' ? text(day.volumeUsd, 4) : text(day.volumeBase, 4),
        vol24h: contracts(listing, day.volumeBase, day.volumeUsd), 
        sodUtc0: price(openOfDay(market, listing, nowMs)), sodUtc8: price(openOfDay(market, listing, nowMs, BEIJING_MS)),
        ts: text(nowMs, 0),
      }; // prettier-ignore
    },

    tradeRow: (listing: Listing, event: TradeEvent): object => ({
      instId: listing.venueSymbol,
      tradeId: text(event.id, 0),
      px: text(event.price, decimalsOf(listing)),
      sz: contracts(listing, event.sizeBase, event.sizeBase * event.price),
      side: event.side,
      ts: text(event.atMs, 0),
      count: '1',
    }),

    /** One forced closure; `side` is that of the order which closes it. */
    liquidationDetail: (listing: Listing, event: LiquidationEvent): object => ({
      bkLoss: '0',
      bkPx: text(event.bankruptcyPrice, decimalsOf(listing)),
      ccy: '',
      posSide: event.side,
      side: event.side === 'long' ? 'sell' : 'buy',
      sz: contracts(listing, event.sizeBase, event.sizeBase * event.bankruptcyPrice),
      time: text(event.atMs, 0),
      ts: text(event.atMs, 0),
    }),

    tierRows: (listing: Listing): object[] =>
      TIERS.map(([most, mmr, leverage], index) => ({
        baseMaxLoan: '', imr: String(1 / leverage), instFamily: family(listing), instId: '', maxLever: String(leverage),
        maxSz: String(most), minSz: String(index === 0 ? 0 : (TIERS[index - 1]?.[0] ?? 0) + 1), mmr, optMgnFactor: '0',
        quoteMaxLoan: '', tier: String(index + 1), uly: family(listing),
      })), // prettier-ignore

    instrumentRow: (listing: Listing): object =>
      listing.variant === 'spot' ? spotRow(listing) : contractRow(listing, typeOf(listing), family(listing)),
  };
}

export type OkxRows = ReturnType<typeof createOkxRows>;

const tickSize = ({ asset }: Listing): string => String(10 ** -assetProfile(asset).priceDecimals);

function contractRow(listing: Listing, instType: string, family: string): object {
  const isInverse = listing.variant === 'inverse';
  return {
    alias: listing.variant === 'dated' ? 'quarter' : '', auctionEndTime: '', baseCcy: '', category: '1', ctMult: '1',
    ctType: isInverse ? 'inverse' : 'linear', ctVal: String(listing.contractSize),
    ctValCcy: isInverse ? 'USD' : listing.asset, expTime: listing.expiresAtMs === undefined ? '' : text(listing.expiresAtMs, 0),
    instFamily: family, instId: listing.venueSymbol, instType, lever: '100', listTime: String(LISTED_MS), lotSz: '0.01',
    minSz: '0.01', optType: '', quoteCcy: '', ruleType: 'normal', settleCcy: isInverse ? listing.asset : 'USDT',
    state: 'live', stk: '', tickSz: tickSize(listing), uly: family,
  }; // prettier-ignore
}

function spotRow(listing: Listing): object {
  return {
    alias: '', auctionEndTime: '', baseCcy: listing.asset, category: '1', ctMult: '', ctType: '', ctVal: '', ctValCcy: '',
    expTime: '', instFamily: '', instId: listing.venueSymbol, instType: 'SPOT', lever: '10', listTime: String(LISTED_MS),
    lotSz: '0.00000001', minSz: '0.00001', optType: '', quoteCcy: 'USDT', ruleType: 'normal', settleCcy: '', state: 'live',
    stk: '', tickSz: tickSize(listing), uly: '',
  }; // prettier-ignore
}
