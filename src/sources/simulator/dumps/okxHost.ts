import { MINUTE_MS } from '../../../core/units.ts';
import type { SimulatedMarket } from '../market.ts';
import { createOkxRows } from '../wire/okxRows.ts';
import { text, type Listing } from '../wire/shared.ts';
import { drawDefects } from './defects.ts';
import type { DumpFile, DumpHost } from './dumpHost.ts';
import { dumpBars } from './minutes.ts';
import { ALL_SWAPS, okxFileAt, type OkxFile } from './okxArchive.ts';
import { tableText, type DumpDefects, type DumpRow, type DumpTable } from './table.ts';
import { zipOf } from './zip.ts';

const CANDLE_HEADER = 'instrument_name,open,high,low,close,vol,vol_ccy,vol_quote,open_time,confirm';
const FUNDING_HEADER = 'instrument_name,funding_rate,funding_time';
/** Beside the label: the four prices, or the rate. */
const REVISED_COLUMNS = { '2': [1, 2, 3, 4], '3': [1] } as const;

/** `static.okx.com`: zips of bars of a minute and of settled funding, without checksums. Nothing is known to be wrong with their rows. */
export function createOkxDumps(market: SimulatedMarket): DumpHost {
  const { listings, contracts, decimalsOf, typeOf } = createOkxRows(market);
  const swaps = listings.filter((listing) => typeOf(listing) === 'SWAP');
  const about = ({ subject }: OkxFile): readonly Listing[] =>
    subject === ALL_SWAPS ? swaps : swaps.filter(({ venueSymbol }) => venueSymbol === subject);

  const candles = (listing: Listing, { period }: OkxFile): DumpRow[] =>
    dumpBars(market, listing, period, MINUTE_MS).map((bar) => {
      const prices = [bar.open, bar.high, bar.low, bar.close].map((price) =>
        text(price, decimalsOf(listing)),
      );
      const size = contracts(listing, bar.volumeBase, bar.volumeUsd);
      const cells = [
        listing.venueSymbol,
        ...prices,
        size,
        text(bar.volumeBase, 4),
        text(bar.volumeUsd, 2),
        '0',
      ];
      return { atMs: bar.startMs, labelMs: bar.startMs, cells };
    });
  const settlements = (listing: Listing, { period }: OkxFile): DumpRow[] =>
    market
      .settledFunding(listing, period.fromMs, period.toMs - 1)
      .map(({ atMs, rate }) => ({ atMs, labelMs: atMs, cells: [listing.venueSymbol, text(rate, 16)] }));
  const tableOf = (file: OkxFile): DumpTable => {
    const rows = about(file).flatMap((listing) =>
      file.module === '2' ? candles(listing, file) : settlements(listing, file),
    );
    return {
      header: file.module === '2' ? CANDLE_HEADER : FUNDING_HEADER,
      label: String,
      labelColumn: file.module === '2' ? 8 : 2,
      rows,
    };
  };
  const defectsOf = (file: OkxFile, issue: number): DumpDefects => {
    const stepMs =
      file.module === '2' ? MINUTE_MS : Math.max(...about(file).map((one) => market.fundingIntervalMs(one)));
    return drawDefects(market.seed, `okx/${file.module}/${file.subject}`, file.period, { stepMs }, issue);
  };
  const fileOf = (file: OkxFile): DumpFile => ({
    path: file.path,
    publishedMs: file.publishedMs,
    contentType: 'application/zip',
    hasChecksum: false,
    defects: (issue) => defectsOf(file, issue),
    make(issue) {
      const content = tableText(tableOf(file), defectsOf(file, issue), REVISED_COLUMNS[file.module]);
      return Promise.resolve(zipOf([{ name: file.fileName.replace(/zip$/, 'csv'), content }]));
    },
  });

  return {
    id: 'okx',
    find(path) {
      const file = okxFileAt(path);
      return file === undefined || about(file).length === 0 ? undefined : fileOf(file);
    },
  };
}
