import assert from 'node:assert/strict';
import type { Observation, ObservationOf } from '../../src/core/observation.ts';
import { DAY_MS, HOUR_MS, MINUTE_MS } from '../../src/core/units.ts';
import type { SimulatedMarket } from '../../src/sources/simulator/market.ts';
import { EXCHANGES } from '../../src/sources/simulator/profiles.ts';
import { isMutual } from '../../src/sources/simulator/wire/deribitRows.ts';
import { lastDay, type Listing } from '../../src/sources/simulator/wire/shared.ts';

/** Asserts that two numbers differ by no more than a share of the wanted one. */
function near(actual: number | undefined, wanted: number, share: number, what: string): void {
  assert.ok(actual !== undefined, `${what} is absent`);
  const allowed = Math.abs(wanted) * share + 1e-12;
  assert.ok(Math.abs(actual - wanted) <= allowed, `${what}: ${actual}, wanted ${wanted}`);
}

const exchangeStatesPrices = (
  seen: ObservationOf<'basis'>,
): seen is ObservationOf<'basis'> & { futuresPriceQuote: number; indexPriceQuote: number } =>
  seen.futuresPriceQuote !== undefined && seen.indexPriceQuote !== undefined;

/**
 * Asserts that an observation says what the market itself says. `nowMs` is the moment that readings of the present are
 * about: that of the answer, of a push the time that it states.
 */
export function assertTrue(
  market: SimulatedMarket,
  listing: Listing,
  seen: Observation,
  nowMs: number,
): void {
  const what = `${seen.exchange} ${seen.venueSymbol} ${seen.kind} ${new Date(seen.atMs).toISOString()}`;
  const { atMs } = seen;
  // Contracts of one dollar are whole dollars, those of 100 dollars whole hundreds.
  const isInverse = listing.variant === 'inverse' || /^[A-Z]+-\d/.test(listing.venueSymbol);
  const size = isInverse ? 2e-3 : 1e-7;
  switch (seen.kind) {
    case 'open-interest': {
      assert.equal(seen.sides === 'both', ['bitget', 'hyperliquid', 'htx'].includes(seen.exchange), what);
      const base = market.openInterestBase(listing, atMs) * (seen.sides === 'both' ? 2 : 1);
      if (seen.openInterestBase !== undefined) near(seen.openInterestBase, base, size, what);
      const usd = base * market.price(listing, 'mark', atMs);
      if (seen.openInterestUsd !== undefined) near(seen.openInterestUsd, usd, Math.max(size, 1e-5), what);
      assert.ok((seen.openInterestBase ?? seen.openInterestUsd) !== undefined, what);
      return;
    }
    case 'funding-rate': {
      const { fundingCap } = EXCHANGES[listing.exchange];
      if (seen.cap !== undefined) near(seen.cap, fundingCap, 1e-9, `${what} cap`);
      if (seen.floor !== undefined) near(seen.floor, -fundingCap, 1e-9, `${what} floor`);
      if (seen.exchange === 'deribit') {
        // Funding runs all the time: stated for 8 h now, for each hour in the history.
        const isPaid = seen.phase === 'settled';
        assert.equal(seen.intervalMs, isPaid ? HOUR_MS : 8 * HOUR_MS, what);
        const rate = market.fundingRate(listing, isPaid ? atMs - 1 : nowMs);
        const wanted = (rate * seen.intervalMs) / market.fundingIntervalMs(listing);
        return near(seen.fundingRatePerInterval, wanted, 1e-9, what);
      }
      assert.equal(seen.intervalMs, market.fundingIntervalMs(listing), what);
      if (seen.phase === 'predicted') {
        near(seen.fundingRatePerInterval, market.fundingRate(listing, nowMs), 1e-9, what);
        if (seen.settlesAtMs !== undefined)
          assert.equal(seen.settlesAtMs, market.nextFundingMs(listing, nowMs), what);
        return;
      }
      const settledMs = Math.round(atMs / MINUTE_MS) * MINUTE_MS;
      const [settled] = market.settledFunding(listing, settledMs, settledMs);
      near(seen.fundingRatePerInterval, settled?.rate ?? Number.NaN, 1e-9, what);
      return;
    }
    case 'mark-price': {
      const { markPriceQuote, indexPriceQuote, lastPriceQuote } = seen;
      if (markPriceQuote !== undefined)
        near(markPriceQuote, market.price(listing, 'mark', nowMs), 1e-9, what);
      if (indexPriceQuote !== undefined)
        near(indexPriceQuote, market.price(listing, 'index', nowMs), 1e-9, what);
      if (lastPriceQuote !== undefined)
        near(lastPriceQuote, market.price(listing, 'last', nowMs), 1e-9, what);
      if (seen.midPriceQuote !== undefined) {
        const { bids, asks } = market.book(listing, nowMs);
        near(seen.midPriceQuote, ((bids[0]?.[0] ?? 0) + (asks[0]?.[0] ?? 0)) / 2, 1e-9, what);
      }
      return;
    }
    case 'volume': {
      assert.ok(Math.abs(seen.atMs - nowMs) < 60_000, `${what} is about the last day`);
      const day = lastDay(market, listing, nowMs);
      if (seen.volumeBase !== undefined) near(seen.volumeBase, day.volumeBase, 1e-6, what);
      if (seen.volumeUsd !== undefined) near(seen.volumeUsd, day.volumeUsd, size, what);
      return;
    }
    case 'candle': {
      const bar = market.bar(listing, atMs, Math.min(atMs + seen.barMs, nowMs), seen.priceType);
      assert.deepEqual(
        [seen.openQuote, seen.highQuote, seen.lowQuote, seen.closeQuote],
        [bar.open, bar.high, bar.low, bar.close],
        what,
      );
      if (seen.volumeBase !== undefined) near(seen.volumeBase, bar.volumeBase, size, what);
      if (seen.volumeUsd !== undefined) near(seen.volumeUsd, bar.volumeUsd, Math.max(size, 1e-6), what);
      if (seen.takerBuyBase !== undefined) near(seen.takerBuyBase, bar.takerBuyBase, size, what);
      if (seen.takerBuyUsd !== undefined) near(seen.takerBuyUsd, bar.takerBuyUsd, size, what);
      return;
    }
    case 'long-short-ratio': {
      const population = seen.population === 'unstated' ? 'all-accounts' : seen.population;
      near(seen.longShortRatio, market.longShortRatio(listing, population, atMs), 1e-3, what);
      if (seen.longShare !== undefined) near((seen.shortShare ?? 0) + seen.longShare, 1, 1e-9, what);
      return;
    }
    case 'taker-volume': {
      const bar = market.bar(listing, atMs, atMs + seen.barMs);
      if (seen.takerBuyBase !== undefined) near(seen.takerBuyBase, bar.takerBuyBase, 1e-6, what);
      if (seen.takerSellBase !== undefined)
        near(seen.takerSellBase, bar.volumeBase - bar.takerBuyBase, 1e-6, what);
      if (seen.takerBuyUsd !== undefined) near(seen.takerBuyUsd, bar.takerBuyUsd, size, what);
      const ratio = bar.takerBuyBase / (bar.volumeBase - bar.takerBuyBase);
      if (seen.takerBuySellRatio !== undefined) near(seen.takerBuySellRatio, ratio, 1e-3, what);
      assert.ok(atMs + seen.barMs <= nowMs, `${what} is finished`);
      return;
    }
    case 'trade':
      return assertTrade(market, listing, seen, what);
    case 'basis': {
      if (exchangeStatesPrices(seen)) {
        near(seen.futuresPriceQuote, market.price(listing, 'last', atMs), 1e-9, what);
        near(seen.indexPriceQuote, market.price(listing, 'index', atMs), 1e-9, what);
      }
      // Hyperliquid states the premium (of a bar: when it ends), Bybit the mark price's basis, the others the last's.
      const { exchange } = listing;
      const statedMs = seen.barMs === undefined ? nowMs : atMs + seen.barMs - 1;
      const future = market.price(listing, exchange === 'bybit' ? 'mark' : 'last', atMs);
      const wanted =
        exchange === 'hyperliquid'
          ? market.premium(listing, statedMs)
          : future / market.price(listing, 'index', atMs) - 1;
      assert.ok(Math.abs((seen.basisFraction ?? Number.NaN) - wanted) <= 6e-5, what);
      if (seen.annualisedFraction !== undefined && listing.expiresAtMs !== undefined) {
        const years = (listing.expiresAtMs - (seen.barMs === undefined ? nowMs : atMs)) / (365 * DAY_MS);
        assert.ok(Math.abs(seen.annualisedFraction - wanted / years) <= 1e-3, `${what} per year`);
      }
      assert.equal(seen.contractType, listing.variant === 'dated' ? 'dated-future' : 'perpetual', what);
      return;
    }
    case 'margin-tiers': {
      assert.equal(seen.tiers[0]?.from, 0, what);
      for (const [index, tier] of seen.tiers.entries()) {
        if (tier.maxLeverage !== undefined && tier.initialMarginRate !== undefined)
          near(tier.initialMarginRate, 1 / tier.maxLeverage, 1e-3, what);
        assert.ok(tier.maintenanceMarginRate < (tier.initialMarginRate ?? 1), what);
        if (index > 0) assert.equal(tier.from, seen.tiers[index - 1]?.to, what);
      }
      return;
    }
    case 'depth': {
      const book = market.book(listing, nowMs);
      const [bestBid, bestAsk] = [book.bids[0]?.[0] ?? 0, book.asks[0]?.[0] ?? 0];
      const sum = (levels: typeof book.bids, isIn: (price: number) => boolean): number =>
        levels.reduce((total, [price, coins]) => total + (isIn(price) ? price * coins : 0), 0);
      near(seen.midPriceQuote, (bestBid + bestAsk) / 2, 1e-3, what);
      if (listing.exchange === 'hyperliquid' && !(seen.reachedBid && seen.reachedAsk)) {
        // Twenty merged levels end before 1 % where the price begins with 1.8 to 4.
        const lead = seen.midPriceQuote / 10 ** Math.floor(Math.log10(seen.midPriceQuote));
        assert.ok(lead > 1.8 && lead < 4, what);
        const whole = sum(book.bids, (price) => price >= seen.midPriceQuote * 0.99);
        const near = sum(book.bids, (price) => price >= seen.midPriceQuote * 0.996);
        assert.ok((seen.bidUsd ?? 0) < whole && (seen.bidUsd ?? 0) > near, `${what} is a lower bound`);
        return;
      }
      assert.ok(seen.reachedBid && seen.reachedAsk, `${what} reaches 1 %`);
      // Merged books (Bitget, Hyperliquid) move the edge of the band by up to one step.
      const isMerged = listing.exchange === 'bitget' || listing.exchange === 'hyperliquid';
      const share = isMerged ? 0.1 : Math.max(size, 1e-6);
      near(
        seen.bidUsd,
        sum(book.bids, (price) => price >= seen.midPriceQuote * 0.99),
        share,
        what,
      );
      near(
        seen.askUsd,
        sum(book.asks, (price) => price <= seen.midPriceQuote * 1.01),
        share,
        what,
      );
      return;
    }
    case 'liquidation': {
      // Gate states whole seconds.
      const events = market.liquidations(listing, atMs, atMs + (listing.exchange === 'gate' ? 1_000 : 1));
      const found = events.find(
        (event) =>
          (event.side === seen.liquidatedSide || (seen.exchange === 'deribit' && isMutual(event))) &&
          // Inverse sizes are rounded to 10 dollars (OKX) or one (Gate).
          Math.abs(event.sizeBase - (seen.sizeBase ?? 0)) <=
            event.sizeBase * 1e-6 + (isInverse ? 5.01 / event.bankruptcyPrice : 0) &&
          seen.priceQuote === (seen.priceBasis === 'fill' ? event.fillPrice : event.bankruptcyPrice),
      );
      assert.ok(found !== undefined, `${what}: ${JSON.stringify(seen)} is none of ${JSON.stringify(events)}`);
      if (seen.notionalUsd !== undefined)
        near(seen.notionalUsd, (seen.sizeBase ?? 0) * seen.priceQuote, Math.max(size, 1e-6), what);
      return;
    }
    case 'liquidation-volume': {
      const events = market.liquidations(listing, atMs, atMs + seen.barMs);
      for (const [side, usd, base] of [
        ['long', seen.longLiquidatedUsd, seen.longLiquidatedBase],
        ['short', seen.shortLiquidatedUsd, seen.shortLiquidatedBase],
      ] as const) {
        const coins = events
          .filter((event) => event.side === side)
          .reduce((total, event) => total + event.sizeBase, 0);
        if (base !== undefined) near(base, coins, Math.max(size, 1e-4), what);
        const wanted = events
          .filter((event) => event.side === side)
          .reduce((total, event) => total + event.sizeBase * event.fillPrice, 0);
        near(usd, wanted, 1e-4, what);
      }
      return;
    }
  }
}

/** Exchanges that name trades by the number alone. */
const PLAIN_IDS: ReadonlySet<string> = new Set(['binance', 'okx', 'bitget', 'gate', 'hyperliquid']);

/** A trade of the tape; those that were liquidations (Deribit, Kraken Futures) stand beside it and make it smaller. */
function assertTrade(
  market: SimulatedMarket,
  listing: Listing,
  seen: ObservationOf<'trade'>,
  what: string,
): void {
  const { atMs, priceQuote, takerSide, sizeBase = Number.NaN } = seen;
  const tape = market
    .trades(listing, atMs - 1, atMs)
    .filter((one) => one.side === takerSide && one.price === priceQuote);
  const forced = market.liquidations(listing, atMs, atMs + 1).filter((one) => one.fillPrice === priceQuote);
  assert.ok(
    tape.length + forced.length > 0,
    `${what}: ${takerSide} at ${priceQuote} is no trade of the market`,
  );
  // Whole contracts: up to one is lost or gained.
  const unit =
    { gate: listing.contractSize, htx: listing.contractSize, okx: 0.01 * listing.contractSize }[
      seen.exchange as string
    ] ?? 0;
  const oneContract = listing.variant === 'inverse' ? 100 / priceQuote : unit;
  const isShared = seen.exchange === 'deribit' || seen.exchange === 'kraken-futures';
  const fits = (wanted: number): boolean =>
    Math.abs(sizeBase - wanted) <= wanted * 1e-5 + oneContract ||
    (isShared && sizeBase <= wanted && sizeBase > wanted * 0.3);
  assert.ok(
    [...tape, ...forced].some((one) => fits(one.sizeBase)),
    `${what}: ${sizeBase} is not the trade's size`,
  );
  if (seen.notionalUsd !== undefined) near(seen.notionalUsd, sizeBase * priceQuote, 1e-3, what);
  const [first] = tape;
  const isPlain = PLAIN_IDS.has(seen.exchange) || (seen.exchange === 'bybit' && seen.market === 'spot');
  if (seen.exchange === 'htx') {
    const inTick = market.trades(listing, Math.floor((atMs - 1) / 1_000) * 1_000, atMs);
    assert.ok(
      inTick.some(({ id }) => seen.tradeId?.startsWith(`${id}-`)),
      `${what}: ${seen.tradeId}`,
    );
  }
  if (first !== undefined && isPlain) assert.equal(seen.tradeId, String(first.id), what);
}
