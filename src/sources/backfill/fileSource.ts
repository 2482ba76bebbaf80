import type { ExchangeId } from '../../core/ids.ts';
import type { Instrument } from '../../core/instrument.ts';
import type { BackfillMetric } from '../exchanges/deepPages.ts';
import type { RateLimit } from '../exchanges/contract.ts';
import type { DumpFormat } from '../dumps/dumpFormat.ts';

/** A question whose answer names the address of a file, where addresses are not made of names. */
export interface FileLinks {
  readonly path: string;
  readonly limits: readonly RateLimit[];
  query(
    venueSymbol: string,
    period: { readonly fromMs: number; readonly toMs: number },
  ): Record<string, string>;
  /** Returns the path of the file on the host of files; undefined where the answer names none. */
  find(body: unknown): string | undefined;
}

/** A kind of public dump files of an exchange, as data: where they lie, what they hold and since when. */
export interface FileSource {
  /** Stable id, `exchange/name`, of no other source. */
  readonly id: string;
  readonly exchange: ExchangeId;
  readonly metrics: readonly BackfillMetric[];
  readonly format: DumpFormat;
  /** How long the bars are that its rows are about, ms; of settlements the shortest interval there is. */
  readonly stepMs: number;
  /** `whole`: one file about all of the time from `since` on, to before `until`. */
  readonly period: 'day' | 'month' | 'whole';
  /** How far ahead of UTC the days and months of its files are, ms. */
  readonly zoneMs: number;
  /** First day that has a file, UTC, and where that is known from. */
  readonly since: string;
  /** The first day that has none any more, UTC; absent where files go on. */
  readonly until?: string;
  readonly reason: string;
  /** So long after the end of its period a file is there, ms. */
  readonly lagMs: number;
  /** What one file weighs about, bytes. */
  readonly typicalBytes: number;
  /** The host of the files, without a slash at the end, and how often it may be asked (files and checksums). */
  readonly baseUrl: string;
  readonly limits: readonly RateLimit[];
  /** Whose perpetuals it is about, where they are not those that are followed: then it stands for no other source. */
  readonly market?: 'coin-margined';
  /** What its files are about that go with a followed instrument: that one itself, or another of its asset; undefined where it has none. */
  instrumentOf(followed: Instrument): Instrument | undefined;
  /** Path of a file; of sources with `links` its name alone counts. */
  pathOf(venueSymbol: string, fromMs: number): string;
  /** Beside each file stands one with its SHA-256. */
  readonly hasChecksums: boolean;
  readonly links?: FileLinks;
}

/** Returns the instrument itself where it is a perpetual: most files are about what is followed. */
export function perpetualOf(followed: Instrument): Instrument | undefined {
  return followed.kind === 'perpetual' ? followed : undefined;
}

/** Returns the name of a file, which says what it is about. */
export function fileNameOf(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}
