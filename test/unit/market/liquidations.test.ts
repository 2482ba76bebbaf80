import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import type { LiquidationVolume } from '../../../src/core/observation.ts';
import { DAY_MS, HOUR_MS } from '../../../src/core/units.ts';
import { assetExtras, withExtras } from '../../../src/market/assetExtras.ts';
import { liquidationTotals } from '../../../src/market/liquidations.ts';
import { hoursBack, LAST_FULL_HOUR, liquidationRow, NOW, THIS_HOUR } from '../analysis/regime/history.ts';
import { exchangeWith, historyWith } from './builders.ts';

const day = (exchange: string, hours = 24, changes: Partial<LiquidationVolume> = {}): LiquidationVolume[] =>
  hoursBack(hours, LAST_FULL_HOUR, (atMs, index) => ({
    ...liquidationRow(exchange, atMs, index === 0 ? 500 : 100, 10),
    ...changes,
  }));

const NO_AGGREGATE = { notes: [], coverage: { fresh: 1, of: 1 } };

describe('liquidations of an asset', () => {
  it('give the day and its newest hour of each exchange, with feed, coverage and end', () => {
    const complete = { coverage: 'complete', longLiquidatedBase: 1, shortLiquidatedBase: 2 } as const;
    const rows = [...day('okx'), ...day('bybit', 24, complete)];
    const [bybitDay, bybitHour, okxDay, okxHour] = liquidationTotals(
      historyWith({ liquidationVolume: rows }),
      ['bybit', 'okx'],
      NOW,
    );
    assert.deepEqual(okxDay, {
      exchange: 'okx',
      endpoint: 'GET /test',
      windowMs: DAY_MS,
      coveredHours: 24,
      hours: 24,
      coverage: 'unverified',
      endMs: THIS_HOUR,
      longUsd: 2_800,
      shortUsd: 240,
      isLowerBound: true,
    });
    assert.deepEqual([okxHour?.windowMs, okxHour?.longUsd, okxHour?.shortUsd], [HOUR_MS, 500, 10]);
    assert.deepEqual(
      [bybitDay?.isLowerBound, bybitDay?.longBase, bybitDay?.shortBase, bybitHour?.shortBase],
      [false, 24, 48, 2],
    );
  });

  it('have no amount of a day that is covered in part, but that of its newest hour', () => {
    const [ofDay, ofHour] = liquidationTotals(
      historyWith({ liquidationVolume: day('okx', 15) }),
      ['okx'],
      NOW,
    );
    assert.deepEqual([ofDay?.coveredHours, ofDay?.longUsd, ofDay?.shortUsd], [15, undefined, undefined]);
    assert.deepEqual([ofHour?.coveredHours, ofHour?.longUsd], [1, 500]);
  });

  it('choose the feed for each window: the day from one, the newest hour from another', () => {
    const stream = day('okx', 3, { endpoint: 'WS events', coverage: 'complete', longLiquidatedUsd: 77 });
    const history = historyWith({ liquidationVolume: [...day('okx'), ...stream] });
    const [ofDay, ofHour] = liquidationTotals(history, ['okx'], NOW);
    assert.deepEqual([ofDay?.endpoint, ofHour?.endpoint, ofHour?.longUsd], ['GET /test', 'WS events', 77]);
  });

  it('are those of the snapshot’s exchanges alone, and absent where none has an hour', () => {
    const read = { asset: 'BTC', exchanges: [exchangeWith('okx', [])], aggregate: NO_AGGREGATE };
    const withRows = (liquidationVolume: LiquidationVolume[]) =>
      withExtras(
        read,
        assetExtras({
          read,
          history: historyWith({ liquidationVolume }),
          context: [],
          series: [],
          nowMs: NOW,
        }),
        NOW,
      );
    const exchanges = withRows([...day('okx'), ...day('gate')]).liquidations?.map(({ exchange }) => exchange);
    assert.deepEqual([...new Set(exchanges)], ['okx']);
    assert.equal('liquidations' in withRows([]), false);
  });

  it('are left out of what is pushed once their newest hour does not speak of now, however long no round ends', () => {
    const read = { asset: 'BTC', exchanges: [exchangeWith('okx', [])], aggregate: NO_AGGREGATE };
    const history = historyWith({ liquidationVolume: day('okx') });
    const extras = assetExtras({ read, history, context: [], series: [], nowMs: NOW });
    const untilMs = LAST_FULL_HOUR + 4 * HOUR_MS;
    assert.equal(withExtras(read, extras, untilMs).liquidations?.length, 2);
    assert.equal('liquidations' in withExtras(read, extras, untilMs + 1), false);
    assert.deepEqual(liquidationTotals(history, ['okx'], untilMs + 1), [], 'as a round would');
  });
});
