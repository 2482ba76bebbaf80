import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import type { Candle } from '../../../src/core/observation.ts';
import { DAY_MS, HOUR_MS } from '../../../src/core/units.ts';
import { dailyCloses } from '../../../src/market/contextMetrics.ts';
import { candleRow } from '../analysis/regime/history.ts';

const MIDNIGHT = Date.UTC(2026, 9, 20);

/** Hourly bars of whole days up to midnight; the close of each hour is `level` and the day of the month. */
const daysOf = (
  instrument: `okx:${string}`,
  level: number,
  days: number,
  changes: Partial<Candle> = {},
): Candle[] =>
  Array.from({ length: days * 24 }, (_, index) => {
    const atMs = MIDNIGHT - days * DAY_MS + index * HOUR_MS;
    return candleRow('okx', atMs, level + new Date(atMs).getUTCDate(), { instrument, ...changes });
  });

describe('daily closes', () => {
  it('are the last hours of whole days, labelled with the day', () => {
    assert.deepEqual(dailyCloses(daysOf('okx:A', 100, 2), MIDNIGHT), [
      { atMs: MIDNIGHT - 2 * DAY_MS, level: 118 },
      { atMs: MIDNIGHT - DAY_MS, level: 119 },
    ]);
  });

  it('are of the instrument with the most bars, whatever the order; of equals the first by name', () => {
    const [long, short] = [daysOf('okx:B', 200, 3), daysOf('okx:A', 100, 2)];
    for (const bars of [
      [...long, ...short],
      [...short, ...long],
    ])
      assert.deepEqual(
        dailyCloses(bars, MIDNIGHT).map(({ level }) => level),
        [217, 218, 219],
      );
    const equal = [...daysOf('okx:B', 200, 2), ...daysOf('okx:A', 100, 2)];
    assert.equal(dailyCloses(equal, MIDNIGHT)[0]?.level, 118);
  });

  it('hold neither marks, nor other bars, nor a day that is not over', () => {
    const bars = [
      ...daysOf('okx:A', 100, 1),
      ...daysOf('okx:B', 200, 3, { priceType: 'mark' }),
      ...daysOf('okx:C', 300, 3, { barMs: HOUR_MS / 2 }),
    ];
    assert.deepEqual(dailyCloses(bars, MIDNIGHT), [{ atMs: MIDNIGHT - DAY_MS, level: 119 }]);
    assert.deepEqual(dailyCloses(bars, MIDNIGHT - 1), []);
  });
});
