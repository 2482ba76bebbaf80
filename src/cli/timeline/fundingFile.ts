import { readFile } from 'node:fs/promises';
import type { Settlements } from '../../analysis/noise/track.ts';
import { PerpscopeError } from '../../core/errors.ts';
import { quoted } from '../../core/outsideText.ts';
import { HOUR_MS } from '../../core/units.ts';
import { csvRows, numberIn, wrongLine } from './csvLines.ts';
import { unreadable } from '../unreadable.ts';

/** No exchange settles less often than this: a longer pause is a hole in the file. */
const LONGEST_INTERVAL_MS = 24 * HOUR_MS;

/**
 * Reads settled funding: the array of `fundingTime, fundingRate` that Binance answers with, or CSV of `time_ms,
 * funding_rate`. Rates are fractions per interval. Errors: `usage`, with file, place and what was expected.
 */
export async function readFundingFile(file: string): Promise<Settlements> {
  const rows = /\.json$/i.test(file) ? await rowsOfJson(file) : await rowsOfCsv(file);
  if (rows.length === 0) throw new PerpscopeError('usage', `${file}: at least one settlement expected`);
  return {
    atMs: Float64Array.from(rows, ({ atMs }) => atMs),
    ratePerInterval: Float64Array.from(rows, ({ rate }) => rate),
    intervalMs: intervalsOf(rows.map(({ atMs }) => atMs)),
  };
}

interface Settlement {
  readonly atMs: number;
  readonly rate: number;
}

async function rowsOfCsv(file: string): Promise<Settlement[]> {
  const rows: Settlement[] = [];
  for await (const row of csvRows(file, ['time_ms', 'funding_rate'])) {
    const atMs = numberIn(file, row, 'time_ms', (value) => value > 0, 'a time in ms since 1970');
    const rate = numberIn(file, row, 'funding_rate', isRate, 'a fraction per interval, such as 0.0001');
    if (Number.isNaN(atMs) || Number.isNaN(rate))
      throw wrongLine(file, row.line, 'time_ms and funding_rate expected, one of them is empty');
    rows.push({ atMs, rate });
    refuseEarlier(rows, () => `${file}, line ${row.line}`);
  }
  return rows;
}

async function rowsOfJson(file: string): Promise<Settlement[]> {
  const parsed = await parsedJson(file);
  if (!Array.isArray(parsed)) throw new PerpscopeError('usage', `${file}: an array of settlements expected`);
  const rows: Settlement[] = [];
  for (const [place, one] of (parsed as unknown[]).entries()) {
    const { fundingTime, fundingRate } = (one ?? {}) as Record<string, unknown>;
    const [atMs, rate] = [Number(fundingTime ?? Number.NaN), numberOf(fundingRate)];
    if (!(atMs > 0) || !isRate(rate))
      throw new PerpscopeError(
        'usage',
        `${file}, entry ${place + 1}: fundingTime in ms and fundingRate as a fraction expected, not ${quoted(JSON.stringify(one))}`,
      );
    rows.push({ atMs, rate });
    refuseEarlier(rows, () => `${file}, entry ${place + 1}`);
  }
  return rows;
}

async function parsedJson(file: string): Promise<unknown> {
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (error) {
    throw unreadable(file, error);
  }
  try {
    return JSON.parse(text) as unknown;
  } catch (error) {
    throw new PerpscopeError('usage', `${file} is no JSON: ${(error as Error).message}`, { cause: error });
  }
}

/** Within an interval nobody pays more than all: a larger number is in percent. */
const isRate = (value: number): boolean => Math.abs(value) < 1;

const numberOf = (value: unknown): number =>
  typeof value === 'number' || (typeof value === 'string' && value.trim() !== '')
    ? Number(value)
    : Number.NaN;

function refuseEarlier(rows: readonly Settlement[], where: () => string): void {
  const [before, last] = rows.slice(-2);
  if (before !== undefined && last !== undefined && last.atMs <= before.atMs)
    throw new PerpscopeError(
      'usage',
      `${where()}: settlements ascend in time; this one is not after the one before`,
    );
}

/** How long before each settlement the one before it was, in whole hours; after a hole what is usual in the file. */
function intervalsOf(times: readonly number[]): Float64Array {
  const steps = times.map((atMs, index) => {
    const stepMs = Math.round((atMs - (times[index - 1] ?? Number.NaN)) / HOUR_MS) * HOUR_MS;
    return stepMs > 0 && stepMs <= LONGEST_INTERVAL_MS ? stepMs : Number.NaN;
  });
  const counted = Map.groupBy(
    steps.filter((step) => !Number.isNaN(step)),
    (step) => step,
  );
  const [usual = Number.NaN] = [...counted].sort(([, a], [, b]) => b.length - a.length)[0] ?? [];
  return Float64Array.from(steps, (step) => (Number.isNaN(step) ? usual : step));
}
