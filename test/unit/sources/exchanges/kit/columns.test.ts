import assert from 'node:assert/strict';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import { allRows, facetOfChunk, rowAt } from '../../../../../src/core/chunk.ts';
import { HOUR_MS } from '../../../../../src/core/units.ts';
import { columnsOf } from '../../../../../src/sources/exchanges/kit/columns.ts';
import { epochMs, ignored, nonNegative, optional } from '../../../../../src/sources/exchanges/kit/fields.ts';
import { arrayReader } from '../../../../../src/sources/exchanges/kit/rowReader.ts';
import { observe } from '../../../../../src/sources/exchanges/mapping.ts';
import type { MapContext, Subject } from '../../../../../src/sources/exchanges/mapContext.ts';

const seed = Number(process.env['PERPSCOPE_SEED'] ?? Date.now() % 2 ** 31);
const START = Date.UTC(2026, 8, 1);
const context: MapContext = {
  exchange: 'fake',
  endpoint: 'GET /history',
  params: {},
  receivedAtMs: START + 1_000 * HOUR_MS,
  instrument: () => undefined,
  subject: () => undefined,
  report: () => assert.fail('nothing is wrong'),
};
const subject = (venueSymbol: string): Subject => ({ venueSymbol, baseAsset: 'BTC', instrument: undefined });
const [btc, eth] = [subject('BTCUSDT'), subject('ETHUSDT')];

const row = fc.record({
  who: fc.constantFrom(btc, eth),
  hour: fc.nat(40),
  base: fc.option(fc.double({ min: 0, max: 1e12, noNaN: true }), { nil: undefined }),
  usd: fc.option(fc.double({ min: 0, max: 1e15, noNaN: true }), { nil: undefined }),
});

const READER = arrayReader({ usd: optional(nonNegative), ignored, at: epochMs, base: optional(nonNegative) });

describe(`histories as columns, seed ${seed}`, () => {
  it('hold the same rows whether they are pushed number by number or copied as a reader has read them', () => {
    const shared = { kind: 'open-interest', sides: 'one', barMs: HOUR_MS } as const;
    const names = ['openInterestBase', 'openInterestUsd'] as const;
    const slots = READER.slots('at', 'base', 'usd');
    fc.assert(
      fc.property(fc.array(row, { maxLength: 200 }), fc.nat(300), (list, expected) => {
        const [pushed, copied] = [1, 2].map(() => columnsOf(context, shared, names, expected));
        for (const { who, hour, base, usd } of list) {
          const read = READER.one([usd, 'x', START + hour * HOUR_MS, base], '', context) ?? assert.fail();
          pushed?.of(who).push(read.at, read.base, read.usd);
          copied?.of(who).copy(READER.numbers, slots);
        }
        assert.deepEqual(copied?.chunks(), pushed?.chunks());
      }),
      { seed },
    );
  });

  it('hold the same rows as single observations, in whatever order they come, and ascend', () => {
    fc.assert(
      fc.property(fc.array(row, { maxLength: 200 }), fc.nat(300), (list, expected) => {
        const shared = { kind: 'open-interest', sides: 'one', barMs: HOUR_MS } as const;
        const out = columnsOf(context, shared, ['openInterestBase', 'openInterestUsd'], expected);
        for (const { who, hour, base, usd } of list)
          out
            .of(who, usd === undefined ? undefined : { usdBasis: 'venue' })
            .push(START + hour * HOUR_MS, base, usd);
        const chunks = out.chunks();
        const single = list.map(({ who, hour, base, usd }) =>
          observe(context, who, START + hour * HOUR_MS, {
            ...shared,
            openInterestBase: base,
            openInterestUsd: usd,
            usdBasis: usd === undefined ? undefined : 'venue',
          }),
        );
        const sorted = (rows: readonly object[]): string[] =>
          rows.map((one) => JSON.stringify(Object.entries(one).sort(([a], [b]) => (a < b ? -1 : 1)))).sort();
        assert.deepEqual(sorted(allRows(chunks)), sorted(single));
        for (const { atMs, columns, shared: own } of chunks) {
          assert.ok(atMs.every((at, index) => index === 0 || at >= (atMs[index - 1] ?? 0)));
          for (const column of Object.values(columns)) assert.equal(column.length, atMs.length);
          assert.ok(!('atMs' in own) && !Object.values(own).includes(undefined));
        }
        assert.ok(chunks.length <= 4, 'one chunk for each subject and set of constants');
      }),
      { seed },
    );
  });

  it('keep rows of one time in the order in which they came, and never make a zero of nothing', () => {
    const out = columnsOf(context, { kind: 'taker-volume', barMs: HOUR_MS }, [
      'takerBuyBase',
      'takerSellBase',
    ]);
    out.of(btc).push(START + HOUR_MS, 3, undefined);
    out.of(btc).push(START, 1, undefined);
    out.of(btc).push(START, 2, undefined);
    const [chunk] = out.chunks();
    assert.ok(chunk);
    assert.deepEqual([...(chunk.columns['takerBuyBase'] ?? [])], [1, 2, 3]);
    assert.ok(!('takerSellBase' in chunk.columns), 'what no row states is no column');
    assert.ok(!('takerSellBase' in rowAt(chunk, 0)));
    assert.equal(facetOfChunk(chunk), `bar-${HOUR_MS}`);
  });

  it('are one chunk for constants of the same content, whatever objects hold them', () => {
    const out = columnsOf(context, { kind: 'candle', priceType: 'last' }, ['openQuote']);
    for (let index = 0; index < 300; index += 1)
      out.of(btc, { barMs: index % 2 === 0 ? HOUR_MS : 2 * HOUR_MS }).push(START + index, index + 1);
    assert.deepEqual(
      out.chunks().map(({ atMs, shared }) => [atMs.length, shared['barMs']]),
      [
        [150, HOUR_MS],
        [150, 2 * HOUR_MS],
      ],
    );
  });

  it('gives nothing where no row came', () => {
    assert.deepEqual(columnsOf(context, { kind: 'candle' }, ['openQuote']).chunks(), []);
  });
});
