import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { seededRandom } from '../../../../src/analysis/noise/random.ts';
import {
  assessedFrom,
  byChance,
  endingWith,
  HOURS,
  rowOf,
  swinging,
  turnsIn,
  venuesFrom,
  type Coins,
  type VenueExample,
} from './venueMarkets.ts';

/** Nine exchanges about as large as the real ones. */
const LEVELS = {
  ...{ binance: 36_000, okx: 13_000, bybit: 20_000, bitget: 12_000, gate: 9_000 },
  ...{ hyperliquid: 6_000, deribit: 1_500, 'kraken-futures': 500, htx: 2_000 },
};
const APART: Coins = {
  binance: endingWith(swinging(3_000, 0.02), 1.061),
  okx: endingWith(swinging(1_000, 0.01), 0.988),
};
const SAID = 'rises (+6.1 % in 24 h, 2.0 usual days) while the market without it falls (−1.2 %)';

/** The market as it stood at an hour of a longer one. */
const hoursUntil = (coins: Coins, end: number): Coins =>
  Object.fromEntries(Object.entries(coins).map(([exchange, all]) => [exchange, all.slice(end - HOURS, end)]));

/** In how many of the hours of long markets something is said, two hours a day of each. */
function shareOfHours(seeds: readonly number[], market: (seed: number) => Coins): number {
  let [said, all] = [0, 0];
  for (const seed of seeds) {
    const coins = market(seed);
    const hours = Object.values(coins)[0]?.length ?? 0;
    for (let end = HOURS; end <= hours; end += 12) {
      all += 1;
      if (turnsIn({ coins: hoursUntil(coins, end) }).length > 0) said += 1;
    }
  }
  return said / all;
}

const SEEDS = [1, 2, 3, 4, 5];
const LONG = { hours: 4 * HOURS };

describe('an exchange that goes its own way', () => {
  it('is a statement: what it does, in its own usual days, beside the market without it', () => {
    assert.deepEqual(turnsIn({ coins: APART }), [`binance ${SAID}`]);
    assert.ok(assessedFrom({ coins: APART }).statements.includes(`Binance: open interest ${SAID}.`));
  });

  it('is none where it is small or not counted now, where the others go along, or where they usually are as far apart', () => {
    const of = (example: Partial<VenueExample>): string[] => turnsIn({ coins: APART, ...example });
    assert.deepEqual(of({ shares: [{ exchange: 'binance', share: 0.049 }] }), []);
    assert.deepEqual(of({ shares: [] }), []);
    assert.equal(of({ shares: [{ exchange: 'binance', share: 0.05 }] }).length, 1);
    const along = { ...APART, okx: endingWith(swinging(1_000, 0.01), 1.005) };
    assert.deepEqual(turnsIn({ coins: along }), []);
    const standing = { ...APART, okx: endingWith(swinging(1_000, 0.01), 1.001) };
    assert.match(turnsIn({ coins: standing })[0] ?? '', /while the market without it stands \(\+0\.1 %\)$/);
    const usuallyApart = { ...APART, okx: endingWith(swinging(1_000, -0.01), 0.988) };
    assert.deepEqual(turnsIn({ coins: usuallyApart }), []);
    const wild = { ...APART, binance: endingWith(swinging(3_000, 0.05), 1.061) };
    assert.deepEqual(turnsIn({ coins: wild }), []);
  });

  it('is said of two at most, those furthest from the others first', () => {
    const coins = {
      ...{ binance: swinging(3_000, 0.01), gate: endingWith(swinging(500, 0.02), 1.2) },
      ...{ okx: endingWith(swinging(500, 0.02), 1.06), bybit: endingWith(swinging(500, 0.02), 0.88) },
    };
    const said = turnsIn({ coins });
    assert.equal(said.length, 2);
    const sizes = said.map((line) => Math.abs(rowOf({ coins }, line.split(' ')[0]!).apartUsualSizes!));
    const all = venuesFrom({ coins }).map(({ apartUsualSizes = 0 }) => Math.abs(apartUsualSizes));
    assert.deepEqual(sizes, [...all].sort((a, b) => b - a).slice(0, 2));
  });

  it('stands in the sentence of the record that it is, once, and never against it', () => {
    const values = {
      openInterestRecord: true,
      openInterestRecordAggregate: false,
      openInterestRecordByExchange: { binance: true, okx: false },
    };
    const { statements } = assessedFrom({ coins: APART, values });
    assert.ok(
      statements.includes(
        `Open interest on Binance is at its highest: a record on Binance, not confirmed elsewhere; it ${SAID}.`,
      ),
    );
    assert.equal(statements.filter((line) => line.includes('the market without it')).length, 1);
    const falling = { ...APART, binance: endingWith(swinging(3_000, 0.02), 0.94), okx: endingWith(swinging(1_000, 0.01), 1.02) }; // prettier-ignore
    // Of two exchanges it is said once.
    assert.deepEqual(turnsIn({ coins: falling }), [
      'binance falls (−6.0 % in 24 h, 2.1 usual days) while the market without it rises (+2.0 %)',
    ]);
    assert.ok(!turnsIn({ coins: falling, values }).some((line) => line.startsWith('binance')));
    const ofAnother = { ...values, openInterestRecordByExchange: { binance: false, okx: true } };
    const apart = assessedFrom({ coins: APART, values: ofAnother }).statements;
    assert.ok(apart.includes(`Binance: open interest ${SAID}.`));
    assert.ok(apart.some((line) => line.endsWith('a record on OKX, not confirmed elsewhere.')));
  });
});

describe('own turns by chance', function () {
  this.timeout(60_000);

  it('are said in at most a twentieth of the hours of exchanges that know nothing of each other', () => {
    const share = shareOfHours(SEEDS, (seed) => byChance(seed, LEVELS, LONG));
    assert.ok(share <= 0.05, `${share}`);
  });

  it('also where hours are as uneven as real ones, and where half of each is the market', () => {
    // One hour in twenty moves five times as far as the others.
    const growth = Array.from({ length: 400 }, (_, at) => 0.002 * Math.sin(7 * at) * (at % 20 === 0 ? 5 : 1));
    for (const common of [0, 0.5]) {
      const share = shareOfHours(SEEDS, (seed) => byChance(seed, LEVELS, { ...LONG, growth, common }));
      assert.ok(share <= 0.05, `${common}: ${share}`);
    }
  });

  it('are never said of an exchange that goes as the market does', () => {
    const share = shareOfHours(SEEDS, (seed) => byChance(seed, LEVELS, { ...LONG, common: 1 }));
    assert.equal(share, 0);
  });

  it('are said where one is planted, up or down, in a market that goes together', () => {
    for (const seed of SEEDS)
      for (const side of [1, -1]) {
        const coins = byChance(seed, LEVELS, { common: 0.7 });
        const drift = (exchange: string): number => side * (exchange === 'bybit' ? 0.1 : -0.01);
        const planted = Object.fromEntries(
          Object.entries(coins).map(([exchange, all]) => [
            exchange,
            all.map((value, at) => value * Math.exp((drift(exchange) * Math.max(0, at - HOURS + 25)) / 24)),
          ]),
        );
        // The day before is cleared of what chance did in it.
        const still = Object.fromEntries(
          Object.entries(planted).map(([exchange, all]) => [
            exchange,
            endingWith([...all], Math.exp(drift(exchange))),
          ]),
        );
        const [said = ''] = turnsIn({ coins: still });
        assert.ok(said.startsWith(`bybit ${side > 0 ? 'rises' : 'falls'}`), `${seed}: ${said}`);
      }
  });
});

describe('exchanges one by one, whatever the market', () => {
  const market = (seed: number): Coins => byChance(seed, LEVELS, { common: 0.3 });
  const areNear = (one: unknown, other: unknown, what: string): void => {
    if (typeof one !== 'number' || typeof other !== 'number') return assert.deepEqual(one, other, what);
    return assert.ok(Math.abs(one - other) <= 1e-6 * Math.max(1, Math.abs(one)), `${what}: ${one}, ${other}`);
  };

  it('a feed of nothing changes nothing, however short it is', () => {
    for (const seed of SEEDS)
      for (const hours of [HOURS, 200, 50]) {
        const coins = market(seed);
        const nothing = byChance(seed + 100, { nobody: 1e-6 }, { hours });
        const [before, after] = [venuesFrom({ coins }), venuesFrom({ coins: { ...coins, ...nothing } })];
        for (const row of before) {
          const same = after.find(({ exchange }) => exchange === row.exchange)!;
          for (const [name, value] of Object.entries(row))
            areNear(value, same[name as 'family'], `${row.exchange} ${name}`);
        }
        assert.deepEqual(turnsIn({ coins }), turnsIn({ coins: { ...coins, ...nothing } }));
      }
  });

  it('coins that an exchange counts by another unit change its share alone', () => {
    for (const seed of SEEDS) {
      const coins = market(seed);
      const scaled = { ...coins, okx: Float64Array.from(coins['okx']!, (value) => 0.5 * value) };
      const [before, after] = [rowOf({ coins }, 'okx'), rowOf({ coins: scaled }, 'okx')];
      assert.ok(after.share! < before.share!);
      for (const [name, value] of Object.entries(before))
        if (name !== 'share') areNear(value, after[name as 'family'], name);
    }
  });

  it('gaps, zeros and jumps make no number that is none', () => {
    for (const seed of SEEDS) {
      const random = seededRandom(seed);
      const spoilt = (share: number): Coins =>
        Object.fromEntries(
          Object.entries(market(seed)).map(([exchange, all]) => [
            exchange,
            all.map((value) => {
              if (random() >= share) return value;
              return [Number.NaN, 0, value * 1e6, value / 1e6][Math.floor(4 * random())] ?? Number.NaN;
            }),
          ]),
        );
      for (const share of [0.01, 0.2, 1]) {
        const [coins, buys, sells] = [spoilt(share), spoilt(share), spoilt(share)];
        for (const price of [undefined, 3]) {
          const venues = venuesFrom({ coins, buys, sells, ...(price === undefined ? {} : { price }) });
          assert.equal(venues.length, Object.keys(LEVELS).length);
          for (const [name, value] of venues.flatMap((row) => Object.entries(row)))
            assert.ok(typeof value !== 'number' || Number.isFinite(value), `${seed}: ${name} ${value}`);
        }
        for (const line of turnsIn({ coins })) assert.doesNotMatch(line, /NaN|undefined|Infinity/);
      }
    }
  });

  it('a market that goes the other way says the opposite', () => {
    const OPPOSITE: Readonly<Record<string, string>> = {
      ...{ 'new-longs': 'long-unwinding', 'long-unwinding': 'new-longs' },
      ...{ 'new-shorts': 'short-covering', 'short-covering': 'new-shorts' },
      ...{ 'stake-rising': 'stake-falling', 'stake-falling': 'stake-rising', quiet: 'quiet' },
    };
    for (const seed of SEEDS)
      for (const price of [2, 0.4]) {
        // Of two exchanges the rest is one, whose logarithm can be turned about.
        const coins = byChance(seed, { binance: 1_000, okx: 800 });
        const turned = Object.fromEntries(
          Object.entries(coins).map(([exchange, all]) => [exchange, all.map((value) => 1e6 / value)]),
        );
        const [one, other] = [venuesFrom({ coins, price }), venuesFrom({ coins: turned, price: -price })];
        for (const [at, row] of one.entries()) {
          assert.equal(other[at]!.family, OPPOSITE[row.family], `${seed}: ${row.exchange}`);
          for (const name of ['usualSizes', 'restUsualSizes', 'apartUsualSizes'] as const)
            areNear(-row[name]!, other[at]![name], name);
        }
      }
  });
});
