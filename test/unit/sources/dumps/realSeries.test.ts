import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'mocha';
import { HOUR_MS } from '../../../../src/core/units.ts';
import { disagreement, type TimedColumn } from '../../../../src/sources/dumps/disagreement.ts';
import { csvOf, readTable } from '../../../support/dumpFiles.ts';

const FOLDER = join(import.meta.dirname, '../../../../../shared/series');

/** Real numbers, put into the form of dump files; where this machine has none, nothing is tested. */
describe('dumps of real numbers', () => {
  const isHere = existsSync(FOLDER);
  const textOf = (name: string): string => readFileSync(join(FOLDER, name), 'utf8');

  it('keep every settled rate of Binance since 2019, month by month and without a hole', async function () {
    if (!isHere) this.skip();
    const rates = JSON.parse(textOf('binance-btcusdt-funding-raw.json')) as {
      fundingTime: number;
      fundingRate: string;
    }[];
    const months = Map.groupBy(rates, ({ fundingTime }) => new Date(fundingTime).toISOString().slice(0, 7));
    let kept = 0;
    for (const [month, rows] of months) {
      const csv = csvOf([
        ['calc_time', 'funding_interval_hours', 'last_funding_rate'],
        ...rows.map(({ fundingTime, fundingRate }) => [fundingTime, 8, fundingRate]),
      ]);
      const { report, chunks } = await readTable(
        'binance/um-fundingRate',
        `BTCUSDT-fundingRate-${month}.zip`,
        csv,
      );
      assert.deepEqual(report.bad, {}, month);
      const isWhole = month !== '2019-09' && month !== '2026-06';
      if (isWhole) assert.deepEqual(report.series[0]?.holes, [], month);
      assert.deepEqual(
        [...(chunks[0]?.columns['fundingRatePerInterval'] ?? [])],
        rows.map(({ fundingRate }) => Number(fundingRate)),
      );
      kept += report.series[0]?.kept ?? 0;
    }
    assert.equal(kept, rates.length);
  });

  it('agree with another source of the price to a fraction, and not an hour later', function () {
    if (!isHere) this.skip();
    const columnOf = (name: string): TimedColumn => {
      const rows = textOf(name).trim().split('\n').slice(1).map((line) => line.split(',').map(Number)); // prettier-ignore
      return {
        atMs: Float64Array.from(rows, ([atMs]) => atMs ?? 0),
        values: Float64Array.from(rows, (row) => row[1] ?? 0),
      };
    };
    const [last, mark] = [
      columnOf('binance-btcusdt-perp-klines-1h.csv'),
      columnOf('binance-btcusdt-mark-8h.csv'),
    ];
    const own = disagreement(mark, last);
    const later = disagreement({ ...mark, atMs: mark.atMs.map((atMs) => atMs + HOUR_MS) }, last);
    assert.ok(own.overlaps > 400, String(own.overlaps));
    assert.ok((own.medianRelative ?? 1) < 0.0005, String(own.medianRelative));
    assert.ok((later.medianRelative ?? 0) > 3 * (own.medianRelative ?? 1), String(later.medianRelative));
  });
});
