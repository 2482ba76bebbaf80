import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'mocha';
import { instrumentKey, type ExchangeId } from '../../../../src/core/ids.ts';
import type { Observation } from '../../../../src/core/observation.ts';
import { HOUR_MS } from '../../../../src/core/units.ts';
import { shownLines } from '../../../../src/market/shownLines.ts';
import { exchangeAdapters } from '../../../../src/sources/exchanges/registry.ts';
import { cardPayload } from '../../../../src/surfaces/editor/panels/cardPayload.ts';
import { CARD_IDS, type CardId, type CardPayload } from '../../../../src/surfaces/protocol/cards.ts';
import { DAY0, QueryRig } from '../../../support/queryRig.ts';

const HOURS = 40;
/** Hours at which one exchange lacks one side of what a card is made of. */
const HOLE = { spot: 7, futures: 11 } as const;
const SYMBOLS: Readonly<Record<string, { perpetual: string; spot?: string }>> = {
  binance: { perpetual: 'BTCUSDT', spot: 'BTCUSDT' },
  okx: { perpetual: 'BTC-USDT-SWAP', spot: 'BTC-USDT' },
  // Priced in USDC and in USDT.
  bybit: { perpetual: 'BTCPERP', spot: 'BTCUSDT' },
  gate: { perpetual: 'BTC_USDT' },
};
const IDS = Object.keys(SYMBOLS);
/** Days from the first hour until dated futures expire; of the first the last numbers are ten hours after it. */
const EXPIRIES: Readonly<Record<string, readonly number[]>> = { binance: [2 + 10 / 24, 80], bybit: [80] };

/** Rows of an exchange at the start of each hour, numbers that differ by exchange and hour. */
function rowsOf(exchange: ExchangeId, place: number): Observation[] {
  const { perpetual, spot } = SYMBOLS[exchange] ?? assert.fail(exchange);
  return Array.from({ length: HOURS }, (_, hour) => hour).flatMap((hour): Observation[] => {
    const wave = 1 + 0.01 * Math.sin(hour / 5 + place);
    const subject = (venueSymbol: string, market?: 'spot') => ({
      ...{ exchange, venueSymbol, baseAsset: 'BTC', endpoint: 'GET /x' },
      ...(market === undefined ? {} : { market }),
      instrument: instrumentKey(exchange, venueSymbol, market),
      atMs: DAY0 + hour * HOUR_MS,
      receivedAtMs: DAY0 + (hour + 1) * HOUR_MS + 1_000,
    });
    const bar = { kind: 'candle', barMs: HOUR_MS } as const;
    const prices = (price: number) => ({ openQuote: price, highQuote: price * 1.001, lowQuote: price * 0.999, closeQuote: price });
    const last = { ...prices(90_000 * wave), priceType: 'last', volumeBase: 100 * wave, volumeUsd: 9_000_000 * wave * (place + 1) } as const;
    const one = subject(perpetual);
    const taker = { kind: 'taker-volume', barMs: HOUR_MS, takerBuyBase: 50 * wave, takerSellBase: 48 + place } as const;
    const pair = spot === undefined ? undefined : subject(spot, 'spot');
    const stated = { ...one, kind: 'mark-price', atMs: one.atMs + 90_000, receivedAtMs: one.atMs + 90_500 } as const;
    const [mark, index] = [{ markPriceQuote: 90_020 * wave + place }, { indexPriceQuote: 90_000 * wave }];
    return [
      { ...one, kind: 'open-interest', openInterestBase: 1_000 * wave * (place + 1), sides: exchange === 'okx' ? 'both' : exchange === 'gate' ? 'unverified' : 'one', barMs: HOUR_MS },
      ...(hour === HOLE.futures && exchange === 'okx' ? [] : [{ ...one, ...bar, ...last }]),
      ...(exchange === 'gate' ? [] : [{ ...one, ...bar, ...prices(90_010 * wave), priceType: 'mark' } as const]),
      { ...one, ...taker },
      { ...one, kind: 'long-short-ratio', population: 'all-accounts', longShortRatio: 1.2 * wave, barMs: HOUR_MS },
      { ...one, endpoint: 'GET /book', kind: 'depth', bandFraction: 0.01, midPriceQuote: 90_000, bidUsd: 1e6 * wave, askUsd: 2e6, reachedBid: true, reachedAsk: true, levels: 100 },
      { ...one, kind: 'liquidation-volume', barMs: HOUR_MS, longLiquidatedUsd: 1_000 * hour, shortLiquidatedUsd: 2_000, coverage: 'complete' },
      // One exchange states both prices in two answers.
      ...(exchange === 'okx'
        ? [{ ...stated, endpoint: 'GET /mark', ...mark }, { ...stated, endpoint: 'GET /index', ...index }]
        : [{ ...stated, ...mark, ...(hour === HOLE.spot && exchange === 'gate' ? {} : index) }]),
      ...(EXPIRIES[exchange] ?? []).map((days, at): Observation => ({
        ...{ ...subject(`${perpetual}_${days}`), market: 'dated-future', kind: 'mark-price', endpoint: 'GET /dated' },
        ...{ atMs: one.atMs + 60_000, receivedAtMs: one.atMs + 60_500, expiresAtMs: DAY0 + days * 24 * HOUR_MS },
        ...{ markPriceQuote: 90_500 * wave + 200 * at, ...(hour === HOLE.futures && at === 0 ? {} : index) },
      })),
      ...(hour % 8 === 0 || exchange === 'bybit' ? [{ ...one, kind: 'funding-rate', phase: 'settled', fundingRatePerInterval: 0.0001 * wave, intervalMs: (exchange === 'bybit' ? 1 : 8) * HOUR_MS, intervalBasis: exchange === 'gate' ? 'venue-default' : 'payload' } as const] : []),
      ...(pair === undefined ? [] : [
        ...(hour === HOLE.spot && exchange === 'binance' ? [] : [{ ...pair, ...bar, ...last, ...prices(89_950 * wave), volumeUsd: 2_000_000 * wave } as const]),
        { ...pair, ...taker },
      ]),
    ];
  });
} // prettier-ignore

/** Numbers of a query by exchange and label; a label without one is not there. */
type Numbers = ReadonlyMap<string, number>;
const keyOf = (exchange: string, atMs: number): string => `${exchange} ${atMs}`;

describe('the numbers of a card', function () {
  this.timeout(60_000);
  let rig: QueryRig;
  beforeEach(async () => {
    rig = new QueryRig();
    await rig.write(IDS.flatMap(rowsOf));
  });
  afterEach(() => rig.remove());

  /** What `perpscope query` prints of a series. */
  async function query(metric: string, column?: string, isApart = false): Promise<Numbers> {
    const step = metric === 'funding' ? '' : ' --step 1h';
    const { code, text } = await rig.run(`--asset BTC --metric ${metric} --since ${new Date(DAY0).toISOString()}${step} --format csv`); // prettier-ignore
    assert.ok(code === 0 || code === 3, `${metric}: ${code}`);
    const [head = '', ...rows] = text.trimEnd().split('\n');
    const names = head.split(',');
    const value = column === undefined ? names.findIndex((name, at) => at > 2 && !['feed', 'expiry'].includes(name)) : names.indexOf(column); // prettier-ignore
    const numbers = rows.flatMap((row): [string, number][] => {
      const cells = row.split(',');
      const text = cells[value] ?? '';
      return text === '' ? [] : [[keyOf(isApart ? `${cells[2]} ${cells[3]}` : (cells[2] ?? ''), Number(cells[1])), Number(text)]]; // prettier-ignore
    });
    assert.ok(numbers.length > 0, metric);
    return new Map(numbers);
  }

  async function card(id: CardId): Promise<CardPayload> {
    const store = await rig.open();
    try {
      const market = { state: { source: 'live' }, nowMs: () => rig.nowMs } as unknown as Parameters<typeof shownLines>[0]['market']; // prettier-ignore
      const deps = { market, storeOf: () => Promise.resolve(store), adapters: exchangeAdapters };
      const wish = { card: id, asset: 'BTC', stepMs: HOUR_MS, fromMs: DAY0, toMs: rig.nowMs } as const;
      return await cardPayload(
        wish,
        {
          lines: (asked, signal) => shownLines(deps, asked, signal),
          nameOf: (one) => one,
          placeOf: (one) => IDS.indexOf(one),
        },
        new AbortController().signal,
      );
    } finally {
      await store.close();
    }
  }

  /** Of each card what queries say it states, at the labels at which it states it. */
  const EXPECTED: Readonly<Record<CardId, () => Promise<Numbers>>> = {
    price: async () => {
      const [marks, lasts] = [await query('mark-close'), await query('last-close')];
      const ofGate = [...lasts].filter(([key]) => key.startsWith('gate '));
      return atEnd(new Map([...marks, ...ofGate]));
    },
    volume: () => query('volume-usd'),
    'open-interest-history': () => query('open-interest'),
    funding: () => query('funding', 'fundingRatePerYear'),
    'over-spot': async () => {
      const [perpetual, spot] = [await query('last-close'), await query('spot-close')];
      const of = [...both(perpetual, spot, (value, other) => value / other - 1)];
      return atEnd(new Map(of.filter(([key]) => /^(binance|okx) /.test(key))));
    },
    'basis-index': () => query('basis-index'),
    'term-structure': async () =>
      new Map([...(await query('term-structure', undefined, true))].map(([key, value]) => {
        const [exchange = '', expiry = '', atMs] = key.split(' ');
        return [keyOf(`${exchange} ${expiry.slice(0, 10)}`, Number(atMs)), value];
      })),
    'taker-delta': async () => both(await query('taker-buy'), await query('taker-sell'), (buy, sell) => buy - sell),
    'spot-taker-delta': async () => both(await query('spot-taker-buy'), await query('spot-taker-sell'), (buy, sell) => buy - sell),
    'spot-share': async () => {
      const pairs = (numbers: Numbers) => new Map([...numbers].filter(([key]) => !/^(gate|aggregate) /.test(key)));
      const [spot, futures] = [pairs(await query('spot-volume-usd')), pairs(await query('volume-usd'))];
      const own = both(spot, futures, (part, rest) => part / (part + rest));
      for (let hour = 0; hour < HOURS; hour += 1) {
        const atMs = DAY0 + hour * HOUR_MS;
        const sum = (of: Numbers) => ['binance', 'okx', 'bybit'].reduce((total, id) => total + (of.get(keyOf(id, atMs)) ?? Number.NaN), 0);
        const share = sum(spot) / (sum(spot) + sum(futures));
        if (!Number.isNaN(share)) own.set(keyOf('aggregate', atMs), share);
      }
      return own;
    },
    liquidations: async () => {
      const longs = [...(await query('long-liquidations-usd'))].map(([key, value]) => [`${key} long`, -value] as const);
      const shorts = [...(await query('short-liquidations-usd'))].map(([key, value]) => [`${key} short`, value] as const);
      return new Map([...longs, ...shorts]);
    },
    'long-short-ratio': () => query('long-short-ratio'),
    depth: () => query('depth-usd'),
  }; // prettier-ignore

  const atEnd = (numbers: Numbers): Numbers =>
    new Map([...numbers].map(([key, value]) => {
      const [exchange = '', atMs] = key.split(' ');
      return [keyOf(exchange, Number(atMs) + HOUR_MS), value];
    })); // prettier-ignore
  const both = (one: Numbers, other: Numbers, of: (value: number, beside: number) => number) =>
    new Map([...one].flatMap(([key, value]) => {
      const beside = other.get(key);
      return beside === undefined ? [] : [[key, of(value, beside)] as const];
    })); // prettier-ignore

  for (const id of CARD_IDS)
    it(`${id}: are those of the query at the same labels, and gaps where it has none`, async () => {
      const [payload, expected] = [await card(id), await EXPECTED[id]()];
      const stated = payload.lines.flatMap(({ id: exchange, label, side, firstMs, values }) =>
        Array.from(values, (value, at): [string, number] => {
          const key = keyOf(id === 'term-structure' ? label : exchange, firstMs + at * HOUR_MS);
          return [side === undefined ? key : `${key} ${side}`, value];
        }).filter(([, value]) => !Number.isNaN(value)),
      );
      const byKey = (list: readonly (readonly [string, number])[]) =>
        list
          .toSorted(([a], [b]) => (a < b ? -1 : 1))
          .map(([key, value]) => [key, Number(value.toPrecision(12))]);
      assert.deepEqual(byKey(stated), byKey([...expected]));
    });

  it('say what a share is not of, and are gaps where one side lacks, of the aggregate too', async () => {
    const { lines, notes } = await card('spot-share');
    const at = (id: string, hour: number) => {
      const line = lines.find((one) => one.id === id) ?? assert.fail(id);
      return line.values[(DAY0 + hour * HOUR_MS - line.firstMs) / HOUR_MS];
    };
    assert.deepEqual([at('binance', HOLE.spot), at('okx', HOLE.futures)], [Number.NaN, Number.NaN]);
    assert.deepEqual([at('aggregate', HOLE.spot), at('aggregate', HOLE.futures)], [Number.NaN, Number.NaN]);
    assert.ok((at('aggregate', 3) ?? 0) > 0 && (at('aggregate', 3) ?? 1) < 1);
    assert.deepEqual(lines.map(({ id }) => id), ['aggregate', 'binance', 'okx', 'bybit']); // prettier-ignore
    assert.deepEqual(notes, [
      'Aggregate = binance + bybit + okx.',
      'No share of gate: spot or futures volume alone is kept.',
    ]);
  });

  it('compare no perpetual with a spot pair in another currency, and say so', async () => {
    const { lines, notes } = await card('over-spot');
    assert.deepEqual(lines.map(({ id }) => id), ['binance', 'okx']); // prettier-ignore
    assert.match(notes.join(), /Not compared: bybit, whose perpetual and spot pair are not known/);
  });

  it('state the basis of an exchange whose answer has both prices, a gap where it lacks one, and a line of no other', async () => {
    const { lines } = await card('basis-index');
    assert.deepEqual(lines.map(({ id }) => id), ['binance', 'bybit', 'gate']); // prettier-ignore
    for (const [at, { id, firstMs, values }] of lines.entries()) {
      const place = IDS.indexOf(id);
      for (let hour = 0; hour < HOURS; hour += 1) {
        const wave = 1 + 0.01 * Math.sin(hour / 5 + place);
        const isHole = at === 2 && hour === HOLE.spot;
        const wanted = isHole ? Number.NaN : (90_020 * wave + place) / (90_000 * wave) - 1;
        const value = values[(DAY0 + hour * HOUR_MS - firstMs) / HOUR_MS] ?? assert.fail(id);
        assert.ok(
          Number.isNaN(wanted) ? Number.isNaN(value) : Math.abs(value - wanted) < 1e-12,
          `${id} ${hour}`,
        );
      }
    }
  });

  it('have a line for each expiry, which ends two days before it, and say since when there are numbers', async () => {
    const { lines, notes } = await card('term-structure');
    const counts = lines.map(({ label, values }) => [
      label,
      values.filter((one) => !Number.isNaN(one)).length,
    ]);
    // Ten hours and the moment itself, but for the hour that lacks an index beyond them.
    assert.deepEqual(counts, [['binance 2026-01-03', 11], ['binance 2026-03-22', HOURS], ['bybit 2026-03-22', HOURS - 1]]); // prettier-ignore
    const last = lines[1]?.values.at(-1) ?? assert.fail();
    const wave = 1 + 0.01 * Math.sin((HOURS - 1) / 5);
    const basis = (90_500 * wave + 200) / (90_000 * wave) - 1;
    assert.ok(Math.abs(last - (basis * 365) / (80 - (HOURS - 1) / 24)) < 1e-12);
    assert.deepEqual(notes, []);
  });

  it('state of futures what is there, and no row of a time at which one has nothing', async () => {
    const { text } = await rig.run(`--asset BTC --metric term-structure --since ${new Date(DAY0).toISOString()} --step 1h --format csv`); // prettier-ignore
    const [head, first, ...rows] = text.trimEnd().split('\n');
    assert.equal(head, 'time,atMs,exchange,expiry,basisPerYear,source');
    assert.match(first ?? '', /^2026-01-01T00:00:00.000Z,\d+,binance,2026-01-03T10:00:00.000Z,0\.\d+,live$/);
    assert.equal(rows.length + 1, 11 + HOURS + HOURS - 1);
    const json = await rig.run(`--asset BTC --metric term-structure --since ${new Date(DAY0).toISOString()} --step 1h --json`); // prettier-ignore
    const { gaps } = JSON.parse(json.text) as { gaps: unknown };
    const holeMs = DAY0 + HOLE.futures * HOUR_MS;
    assert.deepEqual(gaps, [{ exchange: 'bybit', expiry: '2026-03-22T00:00:00.000Z', firstMs: holeMs, lastMs: holeMs, steps: 1, cause: 'not-stored' }]); // prettier-ignore
  });

  it('have rates with the time that each held, none of a guessed interval, and open interest with its sides', async () => {
    const { lines, notes } = await card('funding');
    const holds = lines.map(({ id, holdsMs }) => [id, holdsMs?.find((one) => !Number.isNaN(one))]);
    assert.deepEqual(holds, [['binance', 8 * HOUR_MS], ['okx', 8 * HOUR_MS], ['bybit', HOUR_MS], ['gate', 8 * HOUR_MS]]); // prettier-ignore
    assert.ok(lines.find(({ id }) => id === 'gate')?.values.every(Number.isNaN));
    assert.deepEqual(notes, ['5 settlements are left out: only the default of the exchange says of which interval.']); // prettier-ignore
    const sides = (await card('open-interest-history')).lines.map(({ id, sides }) => [id, sides]);
    assert.deepEqual(sides, [['aggregate', undefined], ['binance', 'one'], ['okx', 'both, halved'], ['bybit', 'one'], ['gate', 'unverified']]); // prettier-ignore
  });
});
