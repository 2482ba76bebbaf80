import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, it } from 'mocha';
import { deriveFeatures } from '../../../src/analysis/regime/deriveFeatures.ts';
import { recordStatements } from '../../../src/analysis/regime/recordWords.ts';
import { marketTrack } from '../../../src/analysis/timeline/marketTrack.ts';
import type { Rows } from '../../../src/core/chunk.ts';
import type { Observation } from '../../../src/core/observation.ts';
import { DAY_MS, HOUR_MS, MINUTE_MS } from '../../../src/core/units.ts';
import { openInterestChart } from '../../../src/market/openInterestChart.ts';
import type { AssetSeries } from '../../../src/series/assetSeries.ts';
import { countOf, valueAt } from '../../../src/series/hours.ts';
import { SeriesBook } from '../../../src/series/seriesBook.ts';
import { openSqliteStore, type SqliteStore } from '../../../src/store/sqliteStore.ts';
import {
  candleRow,
  hoursBack,
  LAST_FULL_HOUR,
  NOW,
  openInterestRow,
  THIS_HOUR,
  TODAY,
} from '../analysis/regime/history.ts';

const STEP_MS = 5 * MINUTE_MS;
const FILLED_AT_MS = NOW - MINUTE_MS;
const PER_DAY = DAY_MS / STEP_MS;

/** Five-minute levels up to now: 100 coins, 900 on one day long ago, and 300 for the last hour. */
const filledIn = (
  exchange: string,
  days: number,
  isLeftOut = (_atMs: number): boolean => false,
): Observation[] =>
  hoursBack(
    days * PER_DAY,
    THIS_HOUR,
    (atMs, index) => {
      const base = index < 12 ? 300 : atMs >= TODAY - 50 * DAY_MS && atMs < TODAY - 49 * DAY_MS ? 900 : 100;
      return openInterestRow(exchange, atMs, base, {
        barMs: STEP_MS,
        receivedAtMs: FILLED_AT_MS,
        endpoint: 'GET /deep',
      });
    },
    STEP_MS,
  ).filter(({ atMs }) => !isLeftOut(atMs));
const prices = hoursBack(720, LAST_FULL_HOUR, (atMs) =>
  candleRow('okx', atMs, 50, { receivedAtMs: FILLED_AT_MS }),
);

describe('what a back-fill has brought in five-minute levels', () => {
  let [folder, store] = ['', undefined as unknown as SqliteStore];
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'perpscope-filled-'));
    store = await openSqliteStore(join(folder, 'h.sqlite'), { source: 'live' });
  });
  afterEach(async () => {
    await store.close();
    await rm(folder, { recursive: true, force: true });
  });

  const history = async (rows: Rows): Promise<AssetSeries> => {
    await store.append(rows);
    await store.settle();
    return new SeriesBook(() => Promise.resolve(store)).read('live', 'BTC', NOW);
  };
  /** What each reader says of a history. */
  const told = (series: AssetSeries) => {
    const chart = openInterestChart({
      history: series,
      inOrder: () => 0,
      hours: 720,
    } as unknown as Parameters<typeof openInterestChart>[0]);
    const features = deriveFeatures({ asset: 'BTC', series, readings: [], nowMs: NOW });
    const track = marketTrack(series, NOW)?.openInterestBase ?? new Float64Array();
    return {
      chart:
        'data' in chart ? chart.data.lines.map(({ id, base }) => [id, countOf(base)]) : chart.unavailable,
      timeline: countOf({ values: track }),
      record: features.values.openInterestRecordByExchange ?? features.absent.openInterestRecord,
      words: recordStatements(features),
      regime: features.values.openInterestChangePct ?? features.absent.openInterestChangePct,
      percentile: features.values.openInterestPercentile ?? features.absent.openInterestPercentile,
    };
  };

  it('is in the chart, the timeline, the records and the regime', async () => {
    assert.deepEqual(told(await history([...filledIn('okx', 60), ...prices])), {
      chart: [['aggregate', 720], ['okx', 720]],
      timeline: 719,
      record: { okx: false },
      words: ['Open interest over all exchanges is at its highest since 2026-08-31; history from 2026-08-22.'],
      regime: 200,
      percentile: 100,
    });
  }); // prettier-ignore

  it('is nothing where nothing was brought, and each says so', async () => {
    assert.deepEqual(told(await history(prices)), {
      chart: 'No open interest has been read yet.',
      timeline: 0,
      record: 'less than 7 days of open interest are known',
      words: [],
      regime: 'no exchange gave hourly open interest over 108 h',
      percentile: 'less than 15 days of open interest are known',
    });
  });

  it('is nothing of an exchange whose five minutes say another moment', async () => {
    assert.equal(told(await history(filledIn('gate', 60))).chart, 'No open interest has been read yet.');
  });

  it('is a gap where the row of the label itself is missing, whatever stands beside it', async () => {
    const hour = THIS_HOUR - 30 * HOUR_MS;
    const series = await history(filledIn('okx', 60, (atMs) => atMs === hour || atMs === TODAY - 5 * DAY_MS));
    const column = series.column('open-interest').get('okx');
    assert.ok(column !== undefined && Number.isNaN(valueAt(column, hour)) && valueAt(column, hour - HOUR_MS) === 100);
    const days = series.column('open-interest-daily').get('okx');
    assert.ok(days !== undefined && Number.isNaN(valueAt(days, TODAY - 5 * DAY_MS)));
    assert.equal(valueAt(days, TODAY - 50 * DAY_MS), 900);
  }); // prettier-ignore

  for (const endpoint of ['GET /a', 'GET /deep'])
    it(`stands behind the exchange's own hours and days of ${endpoint}, whenever it was received`, async () => {
      const own = [
        ...hoursBack(10, THIS_HOUR - HOUR_MS, (atMs) => openInterestRow('okx', atMs, 111, { endpoint })),
        openInterestRow('okx', TODAY - 3 * DAY_MS, 112, { barMs: DAY_MS, endpoint }),
      ];
      const series = await history([...own, ...filledIn('okx', 60)]);
      const column = series.column('open-interest').get('okx');
      assert.ok(column !== undefined);
      const hours = [0, 1, 10, 11].map((ago) => valueAt(column, THIS_HOUR - ago * HOUR_MS));
      assert.deepEqual(hours, [300, 111, 111, 100]);
      const days = series.column('open-interest-daily').get('okx');
      assert.ok(days !== undefined && valueAt(days, TODAY - 3 * DAY_MS) === 112 && valueAt(days, TODAY - 2 * DAY_MS) === 100);
    }); // prettier-ignore

  it('does not move the days of an exchange whose own begin at another hour', async () => {
    const own = hoursBack(40, TODAY - 8 * HOUR_MS, (atMs) => openInterestRow('okx', atMs, 150, { barMs: DAY_MS }), DAY_MS);
    const days = (await history([...own, ...filledIn('okx', 5)])).column('open-interest-daily').get('okx');
    assert.deepEqual([days?.firstMs, countOf(days ?? { values: new Float64Array() })], [TODAY - 8 * HOUR_MS - 39 * DAY_MS, 40]);
  }); // prettier-ignore
});
