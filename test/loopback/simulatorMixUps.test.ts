import assert from 'node:assert/strict';
import { before, describe, it } from 'mocha';
import type { Observation } from '../../src/core/observation.ts';
import { SECOND_MS } from '../../src/core/units.ts';
import { createSimulatedMarket } from '../../src/sources/simulator/market.ts';
import { SIMULATED_EXCHANGES, type SimulatedExchange } from '../../src/sources/simulator/profiles.ts';
import { numericRows, shortened, withSwapped } from '../support/numericFields.ts';
import {
  answersOf,
  framesOf,
  simulatedSides,
  type Payload,
  type SimulatedSide,
} from '../support/simulatedSide.ts';
import { assertTrue } from '../support/simulatedTruth.ts';

/**
 * An adapter that takes one field for another reads what it would have read of a payload in which the two are
 * exchanged. So every two numbers of every payload are exchanged, and the comparison of the round trip must fail
 * wherever the adapter's reading changes.
 */

const NOW_MS = Date.UTC(2026, 10, 22, 5, 17, 23, 456);
const PUSHED_FROM_MS = Math.floor(NOW_MS / SECOND_MS) * SECOND_MS - 20 * SECOND_MS;
const market = createSimulatedMarket({ seed: 11, scenario: 'selling-wave', anchorMs: NOW_MS });
/** Longer lists are cut: their rows are alike. */
const ROWS = 8;

/** Exchanged without a wrong number: what the two are, by payload. */
const HARMLESS: readonly (readonly [id: RegExp, fields: RegExp, reason: string])[] = [
  [/^(bybit|binance|gate|bitget)\/(depth|open-interest)$/, /^(E T|cts ts|time ts|current update|requestTime ts)$/, 'times of one answer, some ms apart'],
  [/^gate\//, /^volume_24h_quote volume_24h_usd$/, 'one turnover, rounded to cents and to dollars'],
  [/^bybit\/tickers$/, /^deliveryTime singleOpenInterestValue$/, 'the value is then half of that of both sides, which is the same'],
  [/^htx\/liquidations-v3$/, /^amount query_id$/, 'coins that do not fit the turnover are not taken, but the contracts, which are the same size'],
  [/margin-tiers|position-tiers|risk-limit-tiers/, /./, 'tables of an exchange, which no market decides: held by fixtures'],
]; // prettier-ignore

interface Swap {
  readonly id: string;
  readonly fields: string;
  readonly outcome: 'caught' | 'missed' | 'unread' | 'lost';
}

const last = (name: string): string => name.slice(name.lastIndexOf('.') + 1);
const inOrder = (first: string, second: string): string => [last(first), last(second)].sort().join(' ');

/** Compares with the market; returns why they differ. */
function whyUntrue(
  { wire }: SimulatedSide,
  rows: readonly Observation[],
  isPush: boolean,
): string | undefined {
  try {
    for (const row of rows) {
      const listing = wire.listings.find(
        ({ venueSymbol, variant }) =>
          venueSymbol === row.venueSymbol && (variant === 'spot') === (row.market === 'spot'),
      );
      assert.ok(listing !== undefined, `${row.venueSymbol} is not listed`);
      assertTrue(market, listing, row, isPush ? row.atMs : NOW_MS);
    }
  } catch (error) {
    return String(error);
  }
  return undefined;
}

/** Whether a reading of before is gone, or has another basis and says so: no wrong number. */
function isLost(before: readonly Observation[], after: readonly Observation[]): boolean {
  const names = (rows: readonly Observation[]): number =>
    rows.reduce((sum, row) => sum + Object.values(row).filter((value) => value !== undefined).length, 0);
  const bases = (rows: readonly Observation[]): string =>
    JSON.stringify(rows.map((row) => Object.entries(row).filter(([name]) => name.endsWith('Basis'))));
  return after.length < before.length || names(after) < names(before) || bases(after) !== bases(before);
}

/** Exchanges every two numbers of a payload's rows, one pair after another. */
function swapsOf(side: SimulatedSide, { id, body, read }: Payload, isPush: boolean): Swap[] {
  const base = read(body);
  const whole = JSON.stringify(base.rows);
  const names = new Map<string, Set<string>>();
  for (const { place, fields } of numericRows(body))
    names.set(place, new Set([...(names.get(place) ?? []), ...fields.keys()]));
  return [...names].flatMap(([place, fields]) => {
    const list = [...fields];
    return list.flatMap((first, index) =>
      list.slice(index + 1).map((second): Swap => {
        const { rows, issues } = read(withSwapped(body, place, first, second));
        const outcome =
          JSON.stringify(rows) === whole && issues.length === 0
            ? 'unread'
            : whyUntrue(side, rows, isPush) !== undefined
              ? 'caught'
              : issues.length > 0 || isLost(base.rows, rows)
                ? 'lost'
                : 'missed';
        return { id, fields: inOrder(first, second), outcome };
      }),
    );
  });
}

const kindOf = (about: string): string =>
  /PI_|BTCUSD$|BTC-USD-|BTC-PERP/.test(about) ? 'inverse' : 'linear';

/** One payload of each poll and channel and kind of contract about bitcoin, as small as the adapter reads it whole. */
function samples(side: SimulatedSide): { payload: Payload; isPush: boolean }[] {
  const all = [
    ...answersOf(side, NOW_MS).map((payload) => ({ payload, isPush: false })),
    ...framesOf(side, PUSHED_FROM_MS, NOW_MS).map((payload) => ({ payload, isPush: true })),
  ];
  const found = new Map<string, { payload: Payload; isPush: boolean }>();
  for (const { payload, isPush } of all) {
    const key = `${payload.id} ${kindOf(payload.about)}`;
    if (found.has(key) || !/BTC|XBT|\*|arr|SWAP|liquidation/i.test(payload.about)) continue;
    const whole = payload.read(payload.body);
    if (whole.rows.length === 0) continue;
    const short = shortened(payload.body, ROWS);
    const cut = payload.read(short);
    const isWhole =
      cut.rows.length > 0 && cut.issues.length === 0 && whyUntrue(side, cut.rows, isPush) === undefined;
    found.set(key, { payload: isWhole ? { ...payload, body: short } : payload, isPush });
  }
  return [...found.values()];
}

/** What the table of known twins asks for: pairs that were once the same number here. */
const TWINS: Readonly<Partial<Record<SimulatedExchange, readonly (readonly [id: string, fields: string])[]>>> = {
  gate: [['gate/contract', 'funding_rate funding_rate_indicative'], ['gate/tickers', 'funding_rate funding_rate_indicative'], ['gate/stream-tickers', 'funding_rate funding_rate_indicative']],
  'kraken-futures': [['kraken-futures/tickers', 'fundingRate fundingRatePrediction'], ['kraken-futures/ticker', 'relative_funding_rate relative_funding_rate_prediction']],
  deribit: [['deribit/order-book', 'mark_price settlement_price'], ['deribit/ticker', 'mark_price settlement_price']],
  okx: [['okx/funding-history', 'fundingRate realizedRate']],
  binance: [['binance/premium-index', 'estimatedSettlePrice indexPrice'], ['binance/stream-markPrice', 'P i'], ['binance/stream-aggTrade', 'E T'], ['binance/stream-aggTrade', 'a f'], ['binance/stream-aggTrade', 'a l']],
}; // prettier-ignore

describe('a mix-up of two fields', function () {
  this.timeout(180_000);
  let sides: SimulatedSide[] = [];
  before(() => {
    sides = simulatedSides(market, NOW_MS);
    assert.equal(sides.length, SIMULATED_EXCHANGES.length);
  });

  for (const exchange of SIMULATED_EXCHANGES)
    it(`of ${exchange} is seen by the round trip`, () => {
      const side = sides.find((one) => one.exchange === exchange);
      assert.ok(side !== undefined);
      const taken = samples(side);
      for (const { payload, isPush } of taken) {
        const { rows } = payload.read(payload.body);
        assert.equal(whyUntrue(side, rows, isPush), undefined, `${payload.id} about ${payload.about}`);
      }
      const swaps = taken.flatMap(({ payload, isPush }) => swapsOf(side, payload, isPush));
      const harmless = ({ id, fields }: Swap): boolean =>
        HARMLESS.some(([of, which]) => of.test(id) && which.test(fields));
      const missed = swaps.filter((swap) => swap.outcome === 'missed' && !harmless(swap));
      assert.deepEqual(missed.map(({ id, fields }) => `${id}: ${fields}`), []); // prettier-ignore
      assert.ok(swaps.filter(({ outcome }) => outcome === 'caught').length >= 50, 'enough is read');
      for (const [id, fields] of TWINS[exchange] ?? []) {
        const outcomes = swaps.filter((swap) => swap.id === id && swap.fields === fields);
        assert.ok(outcomes.length > 0, `${id} has ${fields}`);
        assert.deepEqual(
          [...new Set(outcomes.map(({ outcome }) => outcome))],
          ['caught'],
          `${id}: ${fields}`,
        );
      }
    });
});
