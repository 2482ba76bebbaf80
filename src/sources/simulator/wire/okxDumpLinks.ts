import { ALL_SWAPS, okxFile, okxPeriods, type OkxFile, type OkxModule } from '../dumps/okxArchive.ts';
import { Refusal, text, type Handler, type Listing } from './shared.ts';

/** OKX's list of links to public files: module, kind of instrument, families, days or months, from and to. */

const MODULES = ['1', '2', '3', '4', '5', '6'];
const TYPES = ['SPOT', 'FUTURES', 'SWAP', 'OPTION'];
const ALL = 'ANY';
const MOST_FAMILIES = 10;
/** Days or months that one answer reaches back from its end. */
const MOST_PERIODS = 20;
/** About how many bytes a file has for each minute or settlement: its size is stated roughly, in MB. */
const BYTES_PER_ROW = { '2': 30, '3': 15 } as const;
const ROW_MS = { '2': 60_000, '3': 8 * 3_600_000 } as const;

const refusal = (status: number, code: string, msg: string): Refusal =>
  new Refusal(status, { code, data: [], msg });
const invalid = (name: string): Refusal => refusal(400, '51000', `Parameter ${name} error`);

/**
 * Answers `/api/v5/public/market-data-history`. `address` is where the files are; without one there are none. Files of bars
 * and settlements of perpetuals alone are made.
 */
export function okxDumpLinks(
  swaps: readonly Listing[],
  family: (listing: Listing) => string,
  address: string | undefined,
): Handler {
  return ({ query, nowMs }) => {
    const named = (name: string, known?: readonly string[]): string => {
      const value = query[name] ?? '';
      if (value === '') throw refusal(400, '50014', `Parameter ${name} can not be empty.`);
      if (known?.includes(value) === false) throw invalid(name);
      return value;
    };
    const time = (name: string): number => {
      const value = named(name);
      if (!/^\d{1,16}$/.test(value)) throw invalid(name);
      return Number(value);
    };
    const module = named('module', MODULES);
    const instType = named('instType', TYPES);
    const list = named(instType === 'SPOT' ? 'instIdList' : 'instFamilyList').split(',');
    const dateAggrType = named('dateAggrType', ['daily', 'monthly']);
    const [beginMs, endMs] = [time('begin'), time('end')];
    const isAll = list.length === 1 && list[0] === ALL;
    const isMonthly = dateAggrType === 'monthly';
    if (list.length > MOST_FAMILIES) throw invalid('instFamilyList');
    if (isAll ? isMonthly : module === '3' && !isMonthly) throw invalid('dateAggrType');
    if (endMs < beginMs) throw invalid('end');

    const hasFiles = address !== undefined && instType === 'SWAP' && (module === '2' || module === '3');
    const periods = okxPeriods(beginMs, endMs, isMonthly, MOST_PERIODS);
    const filesOf = (subject: string): OkxFile[] =>
      periods
        .flatMap((period) => okxFile(module as OkxModule, subject, period) ?? [])
        .filter(({ publishedMs }) => publishedMs <= nowMs);
    const subjects = isAll
      ? [{ name: ALL_SWAPS, instFamily: '' }]
      : list.flatMap((instFamily) =>
          swaps
            .filter((listing) => family(listing) === instFamily)
            .map(({ venueSymbol: name }) => ({ name, instFamily })),
        );
    const groups = hasFiles
      ? subjects.map(({ name, instFamily }) => ({ instFamily, files: filesOf(name) }))
      : [];
    const details = groups
      .filter(({ files }) => files.length > 0)
      .map(({ instFamily, files }) => ({
        dateRangeEnd: text(files[0]?.period.fromMs ?? 0, 0),
        dateRangeStart: text(files.at(-1)?.period.fromMs ?? 0, 0),
        groupDetails: files.map((file) => ({
          dateTs: text(file.period.fromMs, 0),
          filename: file.fileName,
          sizeMB: text(sizeOf(file, swaps.length), 3),
          url: `${address ?? ''}${file.path}`,
        })),
        groupSizeMB: text(
          files.reduce((sum, file) => sum + sizeOf(file, swaps.length), 0),
          3,
        ),
        instFamily,
        instId: '',
        instType,
      }));
    const totalSizeMB = String(details.reduce((sum, { groupSizeMB }) => sum + Number(groupSizeMB), 0));
    return { code: '0', data: [{ dateAggrType, details, totalSizeMB, ts: text(nowMs, 0) }], msg: '' };
  };
}

function sizeOf({ module, subject, period }: OkxFile, swaps: number): number {
  const rows = (period.toMs - period.fromMs) / ROW_MS[module];
  return (rows * BYTES_PER_ROW[module] * (subject === ALL_SWAPS ? swaps : 1)) / 1e6;
}
