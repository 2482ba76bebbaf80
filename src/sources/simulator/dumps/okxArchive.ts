import { DAY_MS } from '../../../core/units.ts';
import { dayText, periodNamed, publishedMs, UTC_PLUS_8, type DumpPeriod } from './periods.ts';

/** Where OKX's files stand and since when; the list of links and the host of the files go by the same. */

/** Modules of market-data-history: 2 bars of a minute, 3 settled funding. */
export type OkxModule = '2' | '3';

const FOLDERS = { '2': 'candlesticks', '3': 'swaprates' } as const;
const WORDS = { '2': 'candlesticks', '3': 'fundingrates' } as const;
const FIRST_DAY_MS = { '2': Date.UTC(2021, 0, 1), '3': Date.UTC(2022, 0, 1) } as const;
/** Files of a day come on the second day after it. */
const LEAST_HOURS = 24;
/** What files about all perpetuals are called. */
export const ALL_SWAPS = 'allswap';

/** One file of OKX. */
export interface OkxFile {
  readonly path: string;
  readonly fileName: string;
  readonly module: OkxModule;
  /** The instrument, or `allswap`. */
  readonly subject: string;
  /** A day or month of UTC+8. */
  readonly period: DumpPeriod;
  readonly publishedMs: number;
}

/** Returns the file of a subject and a day or month; undefined where there never is one. */
export function okxFile(module: OkxModule, subject: string, periodText: string): OkxFile | undefined {
  const period = periodNamed(periodText, UTC_PLUS_8);
  if (period === undefined || period.fromMs < FIRST_DAY_MS[module] - UTC_PLUS_8) return undefined;
  // Days are about all perpetuals, or about one whose bars are asked for.
  if (subject === ALL_SWAPS ? period.isMonth : module === '3' && !period.isMonth) return undefined;
  const fileName = `${subject}-${WORDS[module]}-${periodText}.zip`;
  const folder = `${FOLDERS[module]}/${period.isMonth ? 'monthly' : 'daily'}/${periodText.replaceAll('-', '')}`;
  const path = `/cdn/okex/traderecords/${folder}/${fileName}`;
  return { path, fileName, module, subject, period, publishedMs: publishedMs(path, period, LEAST_HOURS) };
}

const PATH = /^\/cdn\/okex\/traderecords\/(candlesticks|swaprates)\/(?:daily|monthly)\/\d+\/(.+)\.zip$/;

/** Returns the file of a path. */
export function okxFileAt(path: string): OkxFile | undefined {
  const [, folder, name = ''] = PATH.exec(path) ?? [];
  const module: OkxModule = folder === FOLDERS['3'] ? '3' : '2';
  const [, subject = '', periodText = ''] = /^(.+)-[a-z]+-(\d{4}-\d{2}(?:-\d{2})?)$/.exec(name) ?? [];
  const file = okxFile(module, subject, periodText);
  return file?.path === path ? file : undefined;
}

/** Returns the days or months of UTC+8 that two times lie in and between, newest first. */
export function okxPeriods(beginMs: number, endMs: number, isMonthly: boolean, most: number): string[] {
  const found = new Set<string>();
  for (let atMs = endMs; found.size <= most; atMs -= DAY_MS) {
    const day = dayText(Math.max(atMs, beginMs), UTC_PLUS_8);
    found.add(isMonthly ? day.slice(0, 7) : day);
    if (atMs <= beginMs) break;
  }
  return [...found].slice(0, most);
}
