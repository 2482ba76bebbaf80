import { DAY_MS } from '../../../core/units.ts';
import type { SimulatedMarket } from '../market.ts';
import { SIMULATED_ASSETS } from '../profiles.ts';
import { barsTable } from './binanceBars.ts';
import {
  BINANCE_BARS, BINANCE_KINDS, contractNamed, firstDayMs, isBars, kindsOf, LASTING_HOLES, MARKET_FOLDERS, symbolOf,
  type BinanceKind, type BinanceMarketId,
} from './binanceMarkets.ts'; // prettier-ignore
import {
  depthTable, FIRST_SNAPSHOT_MS, fundingTable, METRICS_STEP_MS, metricsTable, SNAPSHOT_MS,
} from './binanceTables.ts'; // prettier-ignore
import { drawDefects, type DefectProfile } from './defects.ts';
import type { DefectMode, DumpFile, DumpHost } from './dumpHost.ts';
import { dayText, periodNamed, publishedMs, type DumpPeriod } from './periods.ts';
import { NO_DEFECTS, tableText, type DumpDefects, type DumpTable } from './table.ts';
import { zipOf } from './zip.ts';

/** Days are published a day and a half to two days after their end, months as long after theirs. */
const LEAST_HOURS = 36;
const MARKETS = Object.keys(MARKET_FOLDERS) as BinanceMarketId[];

/** What the path of a file says. */
interface Named {
  readonly path: string;
  readonly id: BinanceMarketId;
  readonly kind: BinanceKind;
  readonly name: string;
  readonly bar?: string;
  readonly period: DumpPeriod;
}

/** `data.binance.vision`: every file a zip with one table, and its SHA-256 beside it. */
export function createBinanceDumps(market: SimulatedMarket, mode: DefectMode): DumpHost {
  const defectsOf = (named: Named, issue: number): DumpDefects => {
    const { kind, id, name, bar, period } = named;
    const { seed } = market;
    const profile = profileOf(named, market);
    const drawn = drawDefects(seed, `${id}/${kind}/${name}/${bar ?? ''}`, period, profile, issue);
    if (mode === 'none') return { ...NO_DEFECTS, revised: drawn.revised };
    const lasting = lastingHoles(named).flatMap(({ fromMs, toMs }) => {
      // Of a longer bar than the hole nothing is missing.
      const [first, end] = [Math.ceil(fromMs / profile.stepMs), Math.floor(toMs / profile.stepMs)];
      return end > first ? [{ fromMs: first * profile.stepMs, toMs: end * profile.stepMs }] : [];
    });
    const isThere = (atMs: number): boolean =>
      !lasting.some(({ fromMs, toMs }) => atMs >= fromMs && atMs < toMs);
    return {
      missing: [...drawn.missing, ...lasting],
      repeated: drawn.repeated.filter(isThere),
      jittered: drawn.jittered.filter(isThere),
      absent: drawn.absent.filter(({ atMs }) => isThere(atMs)),
      revised: drawn.revised.filter(isThere),
    };
  };

  const tableOf = ({ id, kind, name, bar, period }: Named): DumpTable | Promise<DumpTable> => {
    const symbol = contractNamed(id, kind, name);
    if (symbol === undefined) throw new Error(`no contract ${name}`);
    if (kind === 'metrics') return metricsTable(market, id, symbol, period);
    if (kind === 'fundingRate') return fundingTable(market, symbol, period);
    if (kind === 'bookDepth') return depthTable(market, symbol, period);
    return barsTable(market, { id, kind, barMs: BINANCE_BARS[bar ?? ''] ?? DAY_MS }, symbol, period);
  };

  const fileOf = (named: Named): DumpFile => ({
    path: named.path,
    publishedMs: publishedMs(named.path, named.period, LEAST_HOURS),
    contentType: 'application/zip',
    hasChecksum: true,
    defects: (issue) => defectsOf(named, issue),
    async make(issue) {
      const table = await tableOf(named);
      const content = tableText(table, defectsOf(named, issue), REVISED_COLUMNS[named.kind] ?? [0, 1, 2, 3]);
      return zipOf([{ name: named.path.replace(/^.*\/(.*)\.zip$/, '$1.csv'), content }]);
    },
  });

  return {
    id: 'binance',
    find(path) {
      const named = namedBy(path);
      // A day without a single row has no file.
      if (named === undefined || (mode !== 'none' && isWhollyLost(named))) return undefined;
      return fileOf(named);
    },
    list: listBelow,
  };
}

/** Open interest alone, the rate, both columns of a band; of bars all prices, which stay those of a bar. */
const REVISED_COLUMNS: Readonly<Partial<Record<BinanceKind, readonly number[]>>> = {
  metrics: [1],
  fundingRate: [1],
  bookDepth: [1, 2],
};

/** Which defects files of a kind have; of traded bars, settlements and books none are known. */
function profileOf({ id, kind, name, bar }: Named, market: SimulatedMarket): DefectProfile {
  if (kind === 'metrics')
    return { stepMs: METRICS_STEP_MS, hasHoles: true, hasJitter: true, absentColumns: [1, 2, 3, 4, 5, 6] };
  if (kind === 'bookDepth') return { stepMs: SNAPSHOT_MS, offsetMs: FIRST_SNAPSHOT_MS };
  const symbol = contractNamed(id, kind, name);
  if (kind === 'fundingRate' && symbol !== undefined) return { stepMs: market.fundingIntervalMs(symbol) };
  const hasHoles = kind === 'markPriceKlines' || kind === 'premiumIndexKlines';
  return { stepMs: BINANCE_BARS[bar ?? ''] ?? DAY_MS, hasHoles };
}

const lastingHoles = ({ kind, id, name, period }: Named): typeof LASTING_HOLES =>
  LASTING_HOLES.filter(
    (hole) =>
      hole.kind === kind &&
      id === 'um' &&
      (hole.symbols?.includes(name) ?? true) &&
      hole.fromMs < period.toMs &&
      hole.toMs > period.fromMs,
  );

const isWhollyLost = (named: Named): boolean =>
  lastingHoles(named).some(({ fromMs, toMs }) => fromMs <= named.period.fromMs && toMs >= named.period.toMs);

const PATH =
  /^\/data\/(spot|futures\/um|futures\/cm)\/(daily|monthly)\/(\w+)\/(\w+)\/(?:(\w+)\/)?([\w-]+)\.zip$/;

function namedBy(path: string): Named | undefined {
  const [, folder, span, kindName, name = '', bar, file = ''] = PATH.exec(path) ?? [];
  const id = MARKETS.find((one) => MARKET_FOLDERS[one] === folder);
  const kind = BINANCE_KINDS.find((one) => one === kindName) as BinanceKind | undefined;
  if (id === undefined || kind === undefined || !kindsOf(id, span === 'monthly').includes(kind))
    return undefined;
  if (contractNamed(id, kind, name) === undefined || isBars(kind) !== (bar !== undefined)) return undefined;
  if (bar !== undefined && !Object.hasOwn(BINANCE_BARS, bar)) return undefined;
  const before = `${name}-${bar ?? kind}-`;
  const period = file.startsWith(before) ? periodNamed(file.slice(before.length)) : undefined;
  if (period?.isMonth !== (span === 'monthly') || period.fromMs < firstDayMs(kind)) return undefined;
  return { path, id, kind, name, period, ...(bar === undefined ? {} : { bar }) };
}

/** Folders and files right below a prefix such as `data/futures/um/daily/metrics/BTCUSDT/`. */
function listBelow(prefix: string, nowMs: number): { folders: string[]; files: string[] } {
  const parts = prefix.split('/').slice(0, -1);
  const [, ...rest] = parts;
  const id = MARKETS.find((one) => rest.join('/').startsWith(MARKET_FOLDERS[one]));
  const depth = id === undefined ? 0 : rest.length - MARKET_FOLDERS[id].split('/').length;
  const below = (names: readonly string[]): { folders: string[]; files: string[] } => ({
    folders: names.map((name) => `${prefix}${name}/`),
    files: [],
  });
  if (id === undefined) {
    if (prefix === '') return below(['data']);
    if (prefix === 'data/') return below(['futures', 'spot']);
    return below(prefix === 'data/futures/' ? ['cm', 'um'] : []);
  }
  const [span, kindName, name, bar] = rest.slice(rest.length - depth);
  if (depth === 0) return below(['daily', 'monthly']);
  const kinds = kindsOf(id, span === 'monthly');
  if (depth === 1) return below(kinds.toSorted());
  const kind = kinds.find((one) => one === kindName);
  if (kind === undefined) return below([]);
  if (depth === 2) return below(SIMULATED_ASSETS.map((asset) => symbolOf(id, kind, asset)).toSorted());
  if (depth === 3 && isBars(kind)) return below(Object.keys(BINANCE_BARS).toSorted());
  const files: string[] = [];
  for (let day = new Date(firstDayMs(kind)); day.getTime() < nowMs;) {
    const text = dayText(day.getTime()).slice(0, span === 'monthly' ? 7 : 10);
    files.push(`${prefix}${name}-${bar ?? kind}-${text}.zip`);
    if (span === 'monthly') day.setUTCMonth(day.getUTCMonth() + 1);
    else day = new Date(day.getTime() + DAY_MS);
  }
  return { folders: [], files };
}
