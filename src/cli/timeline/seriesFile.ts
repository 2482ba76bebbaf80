import { at, type Track } from '../../analysis/noise/track.ts';
import type { Asset } from '../../core/ids.ts';
import { HOUR_MS } from '../../core/units.ts';
import { csvRows, numberIn, wrongLine, type CsvRow } from './csvLines.ts';

/** From the first hour to the last: more is a slip in a time, not a history. */
const MOST_HOURS = 200_000;
const NEEDED = ['time_ms', 'close'] as const;
const isAmount = (value: number): boolean => value >= 0;
const isLevel = (value: number): boolean => value > 0;

/** What is read of an hour, by the column of the file. */
const COLUMNS = {
  close: { isPossible: isLevel, what: 'a price above 0' },
  volume: { isPossible: isAmount, what: 'coins traded, at least 0' },
  buy_volume: { isPossible: isAmount, what: 'coins bought by takers, at least 0' },
  oi_close: { isPossible: isLevel, what: 'open interest in coins, above 0' },
  ls_ratio: { isPossible: isLevel, what: 'long accounts per short one, above 0' },
  long_liq: { isPossible: isAmount, what: 'coins of longs liquidated, at least 0' },
  short_liq: { isPossible: isAmount, what: 'coins of shorts liquidated, at least 0' },
} as const;
type Column = keyof typeof COLUMNS;
const NAMES = Object.keys(COLUMNS) as Column[];

/** The provider leaves hours without a liquidation empty. */
const IS_NONE_WHERE_EMPTY: ReadonlySet<Column> = new Set(['long_liq', 'short_liq']);
/** What regimes are judged from beside the columns of a series file. */
const NEVER_THERE = ['spot flow', 'depth of the book'];
const WORDS: Readonly<Partial<Record<Column, string>>> = {
  volume: 'volume',
  buy_volume: 'taker flow',
  oi_close: 'open interest',
  ls_ratio: 'long and short accounts',
  long_liq: 'liquidations of longs',
  short_liq: 'liquidations of shorts',
};

export interface SeriesFile {
  readonly track: Track;
  /** The inputs that the file does not have, in words. */
  readonly lacking: readonly string[];
}

/**
 * Reads the hours of an asset from a CSV file with the columns of a Binance series (docs/regime.md): `time_ms`, the start of
 * the hour, and `close` have to be there. An hour that no row is about is not known; in one that has a row, an empty
 * liquidation is none. Errors: `usage`, with file, line and what was expected.
 */
export async function readSeriesFile(file: string, asset: Asset): Promise<SeriesFile> {
  const times: number[] = [];
  const values = Object.fromEntries(NAMES.map((name) => [name, [] as number[]])) as Record<Column, number[]>;
  const there = new Set<Column>();
  for await (const row of csvRows(file, NEEDED)) {
    times.push(hourOf(file, row, times));
    for (const name of NAMES) {
      const { isPossible, what } = COLUMNS[name];
      if (row.text(name) !== undefined) there.add(name);
      const value = numberIn(file, row, name, isPossible, what);
      values[name].push(IS_NONE_WHERE_EMPTY.has(name) && row.text(name) === '' ? 0 : value);
    }
    refuseMoreBought(file, row, values);
  }
  const [firstMs] = times;
  if (firstMs === undefined) throw wrongLine(file, 2, 'at least one hour expected');
  const hours = ((times.at(-1) ?? firstMs) - firstMs) / HOUR_MS + 1;
  const columnOf = (name: Column): Float64Array => {
    const column = new Float64Array(hours).fill(Number.NaN);
    times.forEach((atMs, row) => (column[(atMs - firstMs) / HOUR_MS] = values[name][row] ?? Number.NaN));
    return column;
  };
  const close = columnOf('close');
  const unknown = new Float64Array(hours).fill(Number.NaN);
  const inUsd = (name: Column): Float64Array =>
    columnOf(name).map((coins, index) => coins * at(close, index));
  return {
    track: {
      ...{ asset, firstMs, close, openInterestBase: columnOf('oi_close') },
      ...{ takerBuyBase: columnOf('buy_volume'), volumeBase: columnOf('volume') },
      ...{ spotTakerBuyBase: unknown, spotVolumeBase: unknown },
      ...{ longLiquidatedUsd: inUsd('long_liq'), shortLiquidatedUsd: inUsd('short_liq') },
      ...(there.has('ls_ratio') ? { longShortRatio: columnOf('ls_ratio') } : {}),
    },
    lacking: [...NAMES.flatMap((name) => (there.has(name) ? [] : (WORDS[name] ?? []))), ...NEVER_THERE],
  };
}

function hourOf(file: string, row: CsvRow, before: readonly number[]): number {
  const expected = 'the start of an hour in ms since 1970';
  const atMs = numberIn(file, row, 'time_ms', (value) => value > 0 && value % HOUR_MS === 0, expected);
  if (Number.isNaN(atMs)) throw wrongLine(file, row.line, `time_ms is ${expected}, not empty`);
  const last = before.at(-1);
  if (last !== undefined && atMs <= last)
    throw wrongLine(
      file,
      row.line,
      'hours ascend and each stands once; this one is not after the one before',
    );
  if (atMs - (before[0] ?? atMs) >= MOST_HOURS * HOUR_MS)
    throw wrongLine(file, row.line, `at most ${MOST_HOURS} hours lie between the first row and the last`);
  return atMs;
}

function refuseMoreBought(file: string, row: CsvRow, { buy_volume, volume }: Record<Column, number[]>): void {
  const [bought, all] = [buy_volume.at(-1) ?? Number.NaN, volume.at(-1) ?? Number.NaN];
  if (bought > all * (1 + 1e-9))
    throw wrongLine(file, row.line, `buy_volume is a part of volume, ${bought} is more than ${all}`);
}
