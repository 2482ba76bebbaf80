import assert from 'node:assert/strict';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import type { Observation, OpenInterest } from '../../../src/core/observation.ts';
import { DAY_MS, HOUR_MS, MINUTE_MS } from '../../../src/core/units.ts';
import { catalogue, type JoinedSeriesId } from '../../../src/series/catalogue.ts';
import { candleRow, NOW, openInterestRow, THIS_HOUR } from '../analysis/regime/history.ts';
import { observe } from '../market/builders.ts';
import { seriesOfRows } from './seriesOfRows.ts';

const at = (hour: number): number => THIS_HOUR - (20 - hour) * HOUR_MS;
const usdc = { instrument: 'okx:BTC-USDC' } as const;

/** The values of OKX by hour; hours without one are left out. */
function hoursOf(rows: readonly Observation[], id: JoinedSeriesId = 'open-interest'): [number, number][] {
  const column = seriesOfRows(rows, NOW).column(id).get('okx');
  return [...(column?.values ?? [])].flatMap((value, place): [number, number][] =>
    Number.isNaN(value) ? [] : [[((column?.firstMs ?? 0) + place * HOUR_MS - at(0)) / HOUR_MS, value]],
  );
}

describe('the instruments of an exchange', () => {
  it('add up where they are amounts', () => {
    const rows = [openInterestRow('okx', at(0), 6), openInterestRow('okx', at(0), 100, usdc), openInterestRow('gate', at(0), 7)]; // prettier-ignore
    assert.deepEqual(hoursOf(rows), [[0, 106]]);
    assert.deepEqual([...seriesOfRows(rows, NOW).column('open-interest').keys()], ['gate', 'okx']);
  });

  it('have no sum in an hour that one of them misses: the rest would look like a fall', () => {
    const rows = [
      ...[0, 1, 2, 3].map((hour) => openInterestRow('okx', at(hour), 5)),
      ...[0, 2].map((hour) => openInterestRow('okx', at(hour), 100, usdc)),
    ];
    assert.deepEqual(hoursOf(rows), [
      [0, 105],
      [2, 105],
    ]);
  });

  it('are summed over those that have not ended, and from the hour on in which all of them are known', () => {
    const ended = [
      ...[0, 1, 2, 3, 4].map((hour) => openInterestRow('okx', at(hour), 5)),
      openInterestRow('okx', at(1), 100, usdc),
    ];
    const five = (hour: number): [number, number] => [hour, 5];
    assert.deepEqual(hoursOf(ended), [0, 1, 2, 3, 4].map(five));
    const late = [...ended, openInterestRow('okx', at(2), 100, usdc)];
    assert.deepEqual(hoursOf(late), [[1, 105], [2, 105]], 'which may only be late'); // prettier-ignore
  });

  it('wait a day for who has not told of the new one yet', () => {
    const day = (back: number, base: number, changes = {}) =>
      openInterestRow('okx', Math.floor(NOW / DAY_MS - back) * DAY_MS, base, { barMs: DAY_MS, ...changes });
    const daysOf = (rows: readonly Observation[]) =>
      [...(seriesOfRows(rows, NOW).column('open-interest-daily').get('okx')?.values ?? [])].slice(-4);
    const first = [3, 2, 1, 0].map((back) => day(back, 5));
    assert.deepEqual(daysOf([...first, day(2, 100, usdc), day(1, 100, usdc)]), [NaN, 105, 105, NaN]);
    assert.deepEqual(daysOf([...first, day(2, 100, usdc)]), [5, 5, 5, 5]);
  });

  it('never step because a contract was first seen, or is seen no more', () => {
    const amounts = (Object.keys(catalogue) as (keyof typeof catalogue)[]).filter(
      (id): id is JoinedSeriesId => catalogue[id].kind === 'adds-up' && !('isByFeed' in catalogue[id]),
    );
    const hours = fc.uniqueArray(fc.integer({ min: 0, max: 18 }));
    fc.assert(
      fc.property(hours, hours, hours, (...all) => {
        const rows = all.flatMap((own, place) => own.flatMap((hour) => {
          const about = { atMs: at(hour), instrument: `okx:${place}`, barMs: HOUR_MS } as const;
          const amount = 10 ** place;
          const taken = { ...about, takerBuyBase: amount, takerSellBase: amount };
          return [
            openInterestRow('okx', at(hour), amount, { ...about, openInterestUsd: amount }),
            candleRow('okx', at(hour), 1, { ...about, volumeBase: amount, volumeUsd: amount }),
            observe('okx', 'taker-volume', taken),
            observe('okx', 'taker-volume', { ...taken, market: 'spot' }),
          ];
        }));
        const series = seriesOfRows(rows, NOW);
        for (const id of amounts) {
          const values = [...(series.column(id).get('okx')?.values ?? [])].filter((value) => !Number.isNaN(value));
          assert.ok(new Set(values).size <= 1, `${id}: ${values.join(' ')}`);
        }
      }),
    ); // prettier-ignore
  });

  it('let one speak where numbers do not add up: the one with the most hours, by name of equals', () => {
    const price = (instrument: `okx:${string}`, hour: number, close: number) =>
      candleRow('okx', at(hour), close, { instrument });
    const own = [price('okx:USDC', 1, 7), price('okx:B', 0, 5), price('okx:B', 1, 5)];
    assert.deepEqual(hoursOf(own, 'last-close'), [[0, 5], [1, 5]]); // prettier-ignore
    const equal = [...own, price('okx:A', 0, 9), price('okx:A', 1, 9)];
    assert.deepEqual(hoursOf(equal, 'last-close'), [[0, 9], [1, 9]]); // prettier-ignore
  });

  it('do not let one speak that has ended, however long it was', () => {
    const rows = [0, 1, 2, 3].map((hour) => candleRow('okx', at(hour), 5));
    const other = candleRow('okx', at(6), 7, { instrument: 'okx:BTC-USDC' });
    assert.deepEqual(hoursOf([...rows, other], 'last-close'), [[6, 7]]);
  });

  it('never make a price of two: what stood still is the same with a second instrument', () => {
    const levels = (Object.keys(catalogue) as (keyof typeof catalogue)[]).filter(
      (id): id is JoinedSeriesId => catalogue[id].kind !== 'adds-up',
    );
    assert.ok(levels.length >= 9);
    fc.assert(
      fc.property(fc.uniqueArray(fc.integer({ min: 0, max: 18 }), { minLength: 1 }), fc.uniqueArray(fc.integer({ min: 0, max: 18 })), (first, second) => {
        const bars = (instrument: `okx:${string}`, own: readonly number[]): Observation[] => own.flatMap((hour) => [
          ...(['last', 'mark'] as const).map((priceType) => candleRow('okx', at(hour), 100, { instrument, priceType })),
          observe('okx', 'long-short-ratio', { atMs: at(hour), instrument, longShortRatio: 100 }),
        ]);
        const series = seriesOfRows([...bars('okx:A', first), ...bars('okx:B', second)], NOW);
        for (const id of levels)
          for (const value of series.column(id).get('okx')?.values ?? [])
            assert.ok(Number.isNaN(value) || value === 100, `${id}: ${value}`);
      }),
    ); // prettier-ignore
  });
});

describe('the rows of one instrument', () => {
  const reading = (atMs: number, base: number, endpoint = 'GET /test'): OpenInterest => {
    const { barMs: _bar, ...row } = openInterestRow('okx', atMs, base, { endpoint });
    return row;
  };
  const minute = (minutes: number): number => at(12) + minutes * MINUTE_MS;

  it('belong to the nearest hour where they are of the moment, the nearest of them first', () => {
    const rows = [reading(minute(-2), 90), reading(minute(1), 100), reading(minute(29), 150), reading(minute(55), 200), reading(minute(31), 160)]; // prettier-ignore
    assert.deepEqual(hoursOf(rows), [
      [12, 100],
      [13, 200],
    ]);
    const streamed = [reading(minute(2), 7, 'WS tickers'), reading(minute(-1), 8, 'WS tickers')];
    assert.deepEqual(hoursOf([...streamed, ...rows])[0], [12, 8], 'of equals that of the endpoint last by name counts'); // prettier-ignore
    assert.deepEqual(hoursOf([reading(minute(4), 7, 'WS tickers'), reading(minute(3), 8)]), [[12, 8]]);
  });

  it('are bars where the exchange keeps them: readings are then another series', () => {
    const rows = [openInterestRow('okx', at(11), 5), reading(minute(0), 50)];
    assert.deepEqual(hoursOf(rows), [[11, 5]]);
  });

  it('leave out what has no number, or none that is possible', () => {
    assert.deepEqual(hoursOf([openInterestRow('okx', at(0), 5), openInterestRow('okx', at(1), Number.NaN)]), [[0, 5]]); // prettier-ignore
  });

  it('stand at the start of their hour where they are of its start, and only once it is over where they are of it', () => {
    const running = candleRow('okx', THIS_HOUR, 9, { openQuote: 4, volumeBase: 2 });
    const rows = [candleRow('okx', THIS_HOUR - HOUR_MS, 5, { openQuote: 3, volumeBase: 1 }), running];
    assert.deepEqual(hoursOf(rows, 'last-open'), [[19, 3], [20, 4]]); // prettier-ignore
    assert.deepEqual(hoursOf(rows, 'last-close'), [[19, 5]]);
    assert.deepEqual(hoursOf(rows, 'volume-usd'), [[19, 5]]);
  });

  it('count both sides of open interest once', () => {
    assert.deepEqual(hoursOf([openInterestRow('okx', at(0), 10, { sides: 'both' })]), [[0, 5]]);
  });
});
