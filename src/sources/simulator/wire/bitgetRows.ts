import { HOUR_MS } from '../../../core/units.ts';
import type { LiquidationEvent } from '../liquidations.ts';
import type { SimulatedMarket } from '../market.ts';
import { assetProfile, EXCHANGES, SIMULATED_ASSETS } from '../profiles.ts';
import { dateParts, perpetual, quarterlyExpiry } from '../symbols.ts';
import type { TradeEvent } from '../trades.ts';
import { openOfDay, quotesAround } from './companions.ts';
import { lastDay, text, type Listing } from './shared.ts';

/** What Bitget lists and its rows: answers and pushes hold the same ones. Sizes are coins everywhere. */

/** Where tiers end in quote currency, their maintenance rate and leverage. */
const TIERS: readonly [end: number, rate: string, leverage: number][] = [
  [150_000, '0.004', 125],
  [300_000, '0.005', 100],
  [2_000_000, '0.01', 50],
  [10_000_000, '0.025', 20],
];

/** Returns Bitget's rows over a market. */
export function createBitgetRows(market: SimulatedMarket) {
  const expiresAtMs = quarterlyExpiry(market.anchorMs);
  const { yy, mm, dd } = dateParts(expiresAtMs);
  const listings: readonly Listing[] = [
    ...SIMULATED_ASSETS.map((asset) => ({
      ...perpetual('bitget', asset),
      venueSymbol: `${asset}USDT`,
      contractSize: 1,
    })),
    { exchange: 'bitget', asset: 'BTC', variant: 'inverse', venueSymbol: 'BTCUSD', contractSize: 1 },
    { exchange: 'bitget', asset: 'BTC', variant: 'dated', expiresAtMs, venueSymbol: `BTCUSD_${yy}${mm}${dd}`, contractSize: 1 },
    ...SIMULATED_ASSETS.map((asset) => ({
      exchange: 'bitget', asset, variant: 'spot', venueSymbol: `${asset}USDT`, contractSize: 1,
    }) as const),
  ]; // prettier-ignore

  const productOf = ({ variant }: Listing): string =>
    variant === 'spot' ? 'SPOT' : variant === 'perpetual' ? 'USDT-FUTURES' : 'COIN-FUTURES';
  const decimalsOf = (listing: Listing): number => assetProfile(listing.asset).priceDecimals;
  const coins = (listing: Listing, size: number): string =>
    text(size, assetProfile(listing.asset).sizeDecimals);

  return {
    listings,
    productOf,
    decimalsOf,
    coins,

    fundingRow: (listing: Listing, nowMs: number): object => ({
      symbol: listing.venueSymbol,
      fundingRate: text(market.fundingRate(listing, nowMs)),
      fundingRateInterval: text(market.fundingIntervalMs(listing) / HOUR_MS, 0),
      nextUpdate: text(market.nextFundingMs(listing, nowMs), 0),
      minFundingRate: String(-EXCHANGES.bitget.fundingCap),
      maxFundingRate: String(EXCHANGES.bitget.fundingCap),
    }),

    /** The amount is quote currency, the side that of the position. */
    liquidationRow: (listing: Listing, event: LiquidationEvent): object => ({
      symbol: listing.venueSymbol,
      side: event.side === 'long' ? 'buy' : 'sell',
      price: text(event.bankruptcyPrice, decimalsOf(listing)),
      amount: text(event.sizeBase * event.bankruptcyPrice, 8),
      ts: text(event.atMs, 0),
    }),

    tierRows: (listing: Listing): object[] =>
      TIERS.map(([end, rate, leverage], index) => ({
        symbol: listing.venueSymbol,
        level: String(index + 1),
        startUnit: String(TIERS[index - 1]?.[0] ?? 0),
        endUnit: String(end),
        leverage: String(leverage),
        keepMarginRate: rate,
      })),

    tierRowsV3: (): object[] =>
      TIERS.map(([end, mmr, leverage], index) => ({
        tier: String(index + 1),
        minTierValue: String(TIERS[index - 1]?.[0] ?? 0),
        maxTierValue: String(end),
        leverage: String(leverage),
        mmr,
      })),

    tradeRow: (listing: Listing, event: TradeEvent): object => ({
      ts: text(event.atMs, 0),
      price: text(event.price, decimalsOf(listing)),
      size: text(event.sizeBase, 6),
      side: event.side,
      tradeId: text(event.id, 0),
    }),

    tradeRowV3: (listing: Listing, event: TradeEvent): object => ({
      i: text(event.id, 0),
      p: text(event.price, decimalsOf(listing)),
      v: text(event.sizeBase, 6),
      S: event.side,
      T: text(event.atMs, 0),
    }),

    spotTickerRow(listing: Listing, nowMs: number): object {
      const day = lastDay(market, listing, nowMs);
      const price = (value: number): string => text(value, decimalsOf(listing));
      const { bid, ask } = quotesAround(listing, day.close);
      const openUtc = openOfDay(market, listing, nowMs);
      return {
        symbol: listing.venueSymbol, open: price(day.open), high24h: price(day.high), low24h: price(day.low),
        lastPr: price(day.close), quoteVolume: text(day.volumeUsd, 4), baseVolume: text(day.volumeBase, 6),
        usdtVolume: text(day.volumeUsd, 4), ts: text(nowMs, 0), bidPr: price(bid), askPr: price(ask), bidSz: '0.863',
        askSz: '2.417', openUtc: price(openUtc), changeUtc24h: text(day.close / openUtc - 1, 5),
        change24h: text(day.close / day.open - 1, 5),
      }; // prettier-ignore
    },

    tickerRow(listing: Listing, nowMs: number): object {
      const day = lastDay(market, listing, nowMs);
      const decimals = decimalsOf(listing);
      const price = (value: number): string => text(value, decimals);
      const isDated = listing.variant === 'dated';
      const { bid, ask } = quotesAround(listing, day.close);
      const openUtc = openOfDay(market, listing, nowMs);
      return {
        symbol: listing.venueSymbol, lastPr: price(day.close), askPr: price(ask), bidPr: price(bid), bidSz: '0.863', askSz: '2.417', high24h: price(day.high), low24h: price(day.low),
        ts: text(nowMs, 0), change24h: text(day.close / day.open - 1, 5),
        baseVolume: coins(listing, day.volumeBase), quoteVolume: text(day.volumeUsd, 4),
        usdtVolume: text(day.volumeUsd, 4), openUtc: price(openUtc), changeUtc24h: text(day.close / openUtc - 1, 5),
        indexPrice: text(market.price(listing, 'index', nowMs), decimals + 2),
        markPrice: text(market.price(listing, 'mark', nowMs), decimals + 2),
        fundingRate: isDated ? '0' : text(market.fundingRate(listing, nowMs)),
        // Longs and shorts added up, as Bitget does.
        holdingAmount: coins(listing, 2 * market.openInterestBase(listing, nowMs)),
        deliveryStartTime: null, deliveryTime: isDated ? text(listing.expiresAtMs ?? 0, 0) : null,
        deliveryStatus: 'delivery_normal', open24h: price(day.open),
      }; // prettier-ignore
    },

    contractRow(listing: Listing): object {
      const { priceDecimals, sizeDecimals } = assetProfile(listing.asset);
      const isDated = listing.variant === 'dated';
      const isLinear = listing.variant === 'perpetual';
      return {
        symbol: listing.venueSymbol, baseCoin: listing.asset, quoteCoin: isLinear ? 'USDT' : 'USD',
        buyLimitPriceRatio: '0.05', sellLimitPriceRatio: '0.05', feeRateUpRatio: '0.005', makerFeeRate: '0.0002',
        takerFeeRate: '0.0006', openCostUpRatio: '0.01', supportMarginCoins: isLinear ? ['USDT'] : ['BTC', 'ETH', 'USDC'],
        minTradeNum: String(10 ** -sizeDecimals), priceEndStep: '1', volumePlace: String(Math.max(0, sizeDecimals)),
        pricePlace: String(priceDecimals), sizeMultiplier: String(10 ** -sizeDecimals),
        symbolType: isDated ? 'delivery' : 'perpetual', minTradeUSDT: '5', maxSymbolOrderNum: '200',
        maxProductOrderNum: '400', maxPositionNum: '150', symbolStatus: 'normal', offTime: '-1', limitOpenTime: '-1',
        deliveryTime: isDated ? text(listing.expiresAtMs ?? 0, 0) : '', deliveryStartTime: '', launchTime: '',
        fundInterval: isDated ? '' : text(market.fundingIntervalMs(listing) / HOUR_MS, 0), minLever: '1', maxLever: '125',
        posLimit: '0.1', maintainTime: '',
      }; // prettier-ignore
    },
  };
}

export type BitgetRows = ReturnType<typeof createBitgetRows>;
