import type { Instrument } from '../../src/core/instrument.ts';
import { bytesSource } from '../../src/sources/dumps/byteSource.ts';
import type { DumpFormat } from '../../src/sources/dumps/dumpFormat.ts';
import { DUMP_LIMITS } from '../../src/sources/dumps/limits.ts';
import { readDump, type DumpOptions, type DumpRead } from '../../src/sources/dumps/readDump.ts';
import { dumpFormats } from '../../src/sources/dumps/registry.ts';
import { zipOf } from '../../src/sources/simulator/dumps/zip.ts';

/** Returns the format of an id. */
export function formatOf(id: string): DumpFormat {
  const format = dumpFormats.find((one) => one.id === id);
  if (format === undefined) throw new Error(`no dump format ${id}`);
  return format;
}

/** Returns a table as text: lines of cells. */
export const csvOf = (lines: readonly (readonly (string | number)[])[]): string =>
  lines.map((cells) => `${cells.join(',')}\n`).join('');

/** When made files are fetched: long after the day that they are about. */
export const FETCHED_MS = Date.UTC(2026, 10, 1);

/** Reads a table as the dump file of that name. */
export function readTable(
  id: string,
  fileName: string,
  text: string,
  options: Partial<DumpOptions> = {},
): Promise<DumpRead> {
  const source = bytesSource(fileName, zipOf([{ name: 'table.csv', content: text }]), DUMP_LIMITS);
  return readDump(source, formatOf(id), { receivedAtMs: FETCHED_MS, ...options });
}

/** Returns instruments by key. */
export const byKey = (...instruments: readonly Instrument[]): ReadonlyMap<string, Instrument> =>
  new Map(instruments.map((one) => [one.key, one]));

/** The first line of OKX's candle files. */
export const OKX_CANDLE_HEADER: readonly string[] =
  'instrument_name open high low close vol vol_ccy vol_quote open_time confirm'.split(' ');
