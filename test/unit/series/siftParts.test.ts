import assert from 'node:assert/strict';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import type { Beside } from '../../../src/core/beside.ts';
import type { Anchor } from '../../../src/core/levels.ts';
import { siftRows } from '../../../src/core/neighbours.ts';
import type { Observation } from '../../../src/core/observation.ts';
import { HOUR_MS } from '../../../src/core/units.ts';
import { AssetBook } from '../../../src/series/assetBook.ts';
import { isCalm } from '../../../src/series/calm.ts';
import type { HeldPart } from '../../../src/series/heldPart.ts';
import { sortRows } from '../../../src/series/incoming.ts';
import { siftParts } from '../../../src/series/siftParts.ts';
import { NOW, observe } from '../market/builders.ts';

const HOUR = Math.floor(NOW / HOUR_MS) * HOUR_MS;
/** Mostly even, now and then a zero, a slip of unit, or a step at the very edge of what is possible. */
const value = fc.oneof(
  { weight: 12, arbitrary: fc.integer({ min: 90, max: 110 }) },
  {
    weight: 1,
    arbitrary: fc.constantFrom(0, 1e-9, 100 / 30, 2, 2_999, 3_000, 3_001, 5_000, 30_000, 1e5, 1e8),
  },
);
const pair = fc.tuple(value, value);
const bars = fc.array(pair, { minLength: 1, maxLength: 40 });

const KINDS = {
  'open-interest': ([base, usd]) => ({ openInterestBase: base * 1_000, openInterestUsd: usd * 1e5 }),
  candle: ([close, volume]) => ({
    ...{ priceType: 'last', openQuote: close, highQuote: close * (volume === 2 ? 31 : 1.01), lowQuote: close },
    ...{ closeQuote: close, volumeBase: volume, volumeUsd: volume * close },
  }),
  'taker-volume': ([buys, sells]) => ({ takerBuyBase: buys, takerBuyUsd: sells, takerSellBase: 1, takerSellUsd: 100 }),
  'liquidation-volume': ([longs, shorts]) => ({
    ...{ coverage: 'complete', longLiquidatedBase: longs, longLiquidatedUsd: shorts * 100 },
    ...{ shortLiquidatedBase: 0, shortLiquidatedUsd: 0 },
  }),
} as const satisfies Record<string, (pair: readonly [number, number]) => object>; // prettier-ignore

/** The rows of a kind by the hour, from one or two endpoints. */
function rowsOf(kind: keyof typeof KINDS, values: readonly (readonly [number, number])[]): Observation[] {
  return values.map((one, index) => {
    const atMs = HOUR - (values.length - index) * HOUR_MS;
    const endpoint = one[0] % 2 === 0 ? 'GET /a' : 'GET /b';
    const at = { atMs, receivedAtMs: atMs + HOUR_MS, endpoint, barMs: HOUR_MS };
    return observe('one', kind, { ...at, ...KINDS[kind](one) } as never) as Observation;
  });
}

const access = {
  timeAt: ({ firstMs, stepMs }: HeldPart, at: number) => firstMs + at * stepMs,
  withColumns: (part: HeldPart, columns: HeldPart['columns']): HeldPart => ({ ...part, columns }),
};

/** Every number that stands, by endpoint, hour and field. */
function standing(parts: readonly HeldPart[]): Map<string, number> {
  return new Map(
    parts.flatMap(({ endpoint, firstMs, columns }) =>
      Object.entries(columns).flatMap(([name, column]) =>
        [...column].flatMap((number, at): [string, number][] =>
          Number.isNaN(number) ? [] : [[`${endpoint} ${firstMs + at * HOUR_MS} ${name}`, number]],
        ),
      ),
    ),
  );
}

describe('columns held against their neighbours', () => {
  const level = fc.option(fc.constantFrom<Anchor | 'contested'>('contested', { atMs: HOUR, value: 100 }, { atMs: HOUR - 9 * HOUR_MS, value: 1e5 }, { atMs: HOUR, value: 0 }), { nil: undefined }); // prettier-ignore
  const empty = fc.constantFrom(true, false, undefined);

  it('lose what rows would lose, whether they were known to be even or were judged', () => {
    let [calm, judged] = [0, 0];
    fc.assert(
      fc.property(fc.constantFrom(...(Object.keys(KINDS) as (keyof typeof KINDS)[])), bars, level, empty, (kind, values, known, isEmpty) => {
        const scaled = (quantity: string): number => (quantity.includes('open-interest-usd') ? 1e5 : quantity.includes('open-interest') ? 1_000 : 1);
        const beside: Beside = {
          levelOf: (_, quantity) => (typeof known === 'object' ? { ...known, value: known.value * scaled(quantity) } : known),
          isEmpty: () => isEmpty,
        };
        const rows = rowsOf(kind, values);
        const book = new AssetBook('BTC');
        book.begin(NOW);
        const own = sortRows(rows, () => true).get('BTC');
        if (own !== undefined) book.take(own);
        const [name] = own?.keys() ?? [];
        const parts = book.parts(name ?? '');
        const sifted = siftParts(kind, parts, beside, access);
        const reference = siftRows(rows, beside, { isStrict: true });
        const left = new AssetBook('BTC');
        left.begin(NOW);
        const kept = sortRows(reference.kept, () => true).get('BTC');
        if (kept !== undefined) left.take(kept);
        assert.deepEqual([...standing(sifted.parts)].sort(), [...standing(left.parts(name ?? ''))].sort());
        assert.equal(sifted.apart, reference.apart.length);
        if (isCalm(kind, 'one:BTCUSDT', parts, beside)) calm += 1;
        else judged += 1;
      }),
      { numRuns: 1_500 },
    );
    assert.ok(calm > 100 && judged > 100, `${calm} calm, ${judged} judged`);
  }); // prettier-ignore
});
