import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { DAY_MS } from '../../../../src/core/units.ts';
import { fileSources } from '../../../../src/sources/backfill/fileSources.ts';
import { zipOf } from '../../../../src/sources/simulator/dumps/zip.ts';
import type { FakeHttp } from '../collect/fakeExchange.ts';
import { NOW_MS, START_MS } from './backfillOf.ts';

/** The source whose files these are: one a day, 288 rows each; the newest is of two days before now. */
export const files = fileSources.filter(({ id }) => id === 'binance/um-metrics-files');
export const DAYS = 18;
export const ROWS = 288;

export const HEAD =
  'create_time,symbol,sum_open_interest,sum_open_interest_value,count_toptrader_long_short_ratio,sum_toptrader_long_short_ratio,count_long_short_ratio,sum_taker_long_short_vol_ratio';

/** Returns the day that a path or a file name is of. */
export const dayOf = (path: string): string => /(\d{4}-\d{2}-\d{2})\.zip/.exec(path)?.[1] ?? '';

/** Returns the rows of a day, as they stand in its file. */
export const linesOf = (day: string, levelOf: (index: number) => number): string[] =>
  Array.from({ length: ROWS }, (_, index) => {
    const at = Date.parse(`${day}T00:00Z`) + index * 300_000;
    const text = new Date(at).toISOString().slice(0, 19).replace('T', ' ');
    return `${text},BTCUSDT,${levelOf(index)},${levelOf(index) * 50_000},1.1,1.2,1.3,0.9`;
  });

/** Returns the file of a day. */
export const fileOf = (day: string, lines = linesOf(day, (index) => 1_000 + index)): Buffer =>
  zipOf([{ name: `BTCUSDT-metrics-${day}.csv`, content: [HEAD, ...lines].join('\n') }]);

/** Returns what stands beside a file. */
export const sumOf = (day: string, file = fileOf(day)): string =>
  `${createHash('sha256').update(file).digest('hex')}  BTCUSDT-metrics-${day}.zip`;

/** Serves the files of all days with their checksums; `change` says what is answered instead. */
export function serveFiles(
  http: FakeHttp,
  change: (day: string, what: 'file' | 'sum') => unknown = () => undefined,
): void {
  for (let at = START_MS; at < NOW_MS; at += DAY_MS) {
    const day = new Date(at).toISOString().slice(0, 10);
    const path = `/data/futures/um/daily/metrics/BTCUSDT/BTCUSDT-metrics-${day}.zip`;
    assert.equal(dayOf(path), day);
    http.on(path, change(day, 'file') ?? fileOf(day));
    http.on(`${path}.CHECKSUM`, change(day, 'sum') ?? sumOf(day));
  }
}
