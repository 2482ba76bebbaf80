import { gzipSync } from 'node:zlib';
import { DAY_MS, HOUR_MS, MINUTE_MS, SECOND_MS } from '../../../core/units.ts';
import type { SimulatedMarket } from '../market.ts';
import { createGateRows } from '../wire/gateRows.ts';
import { text, type Listing } from '../wire/shared.ts';
import { drawDefects } from './defects.ts';
import type { DumpFile, DumpHost } from './dumpHost.ts';
import { dumpBars } from './minutes.ts';
import { periodNamed, publishedMs, type DumpPeriod } from './periods.ts';
import { tableText, type DumpDefects, type DumpRow } from './table.ts';

const BARS: Readonly<Record<string, number>> = {
  candlesticks_1m: MINUTE_MS,
  candlesticks_5m: 5 * MINUTE_MS,
  candlesticks_1h: HOUR_MS,
  candlesticks_4h: 4 * HOUR_MS,
  candlesticks_1d: DAY_MS,
};
const PATH =
  /^\/futures_(usdt|btc)\/(candlesticks_\d+[mhd]|funding_applies)\/(\d{6})\/(\w+)-(\d{6})\.csv\.gz$/;
const FIRST_MS = Date.UTC(2020, 0, 1);
/** A month comes some days into the next one. */
const LEAST_HOURS = 72;
/** Beside the label: close, high, low and open, or the rate. */
const REVISED_COLUMNS = { bars: [1, 2, 3, 4], funding: [0] };

/** `download.gatedata.org`: gzipped tables of a month without a header; times are seconds, sizes contracts. */
export function createGateDumps(market: SimulatedMarket): DumpHost {
  const { contracts, decimalsOf, futures } = createGateRows(market);

  const bars = (listing: Listing, period: DumpPeriod, barMs: number): DumpRow[] =>
    dumpBars(market, listing, period, barMs).map((bar) => {
      const prices = [bar.close, bar.high, bar.low, bar.open].map((price) =>
        text(price, decimalsOf(listing)),
      );
      const size = text(contracts(listing, bar.volumeBase, bar.volumeUsd), 0);
      return { atMs: bar.startMs, labelMs: bar.startMs, cells: [size, ...prices] };
    });
  const funding = (listing: Listing, { fromMs, toMs }: DumpPeriod): DumpRow[] =>
    market
      .settledFunding(listing, fromMs, toMs - 1)
      .map(({ atMs, rate }) => ({ atMs, labelMs: atMs, cells: [text(rate)] }));

  return {
    id: 'gate',
    find(path): DumpFile | undefined {
      const [, settle = '', folder = '', month = '', name, ownMonth] = PATH.exec(path) ?? [];
      const period = periodNamed(month);
      const listing = futures(settle).find(({ venueSymbol }) => venueSymbol === name);
      if (month !== ownMonth || period === undefined || period.fromMs < FIRST_MS || listing === undefined)
        return undefined;
      const barMs = Object.hasOwn(BARS, folder) ? BARS[folder] : undefined;
      if (barMs === undefined && folder !== 'funding_applies') return undefined;
      const stepMs = barMs ?? market.fundingIntervalMs(listing);
      const defects = (issue: number): DumpDefects =>
        drawDefects(market.seed, `gate/${folder}/${name}`, period, { stepMs }, issue);
      return {
        path,
        publishedMs: publishedMs(path, period, LEAST_HOURS),
        contentType: 'application/gzip',
        hasChecksum: false,
        defects,
        make(issue) {
          const rows = barMs === undefined ? funding(listing, period) : bars(listing, period, barMs);
          const table = { label: (ms: number) => String(ms / SECOND_MS), rows };
          const columns = barMs === undefined ? REVISED_COLUMNS.funding : REVISED_COLUMNS.bars;
          return Promise.resolve(gzipSync(tableText(table, defects(issue), columns)));
        },
      };
    },
  };
}
