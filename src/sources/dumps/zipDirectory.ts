import type { ByteSource } from './byteSource.ts';
import { checkExpansion, dumpError, type DumpLimits } from './limits.ts';

/** One file in an archive. Its name is for messages only: nothing is ever written or opened under it. */
export interface ZipEntry {
  readonly label: string;
  readonly isDeflated: boolean;
  readonly crc: number;
  readonly compressedBytes: number;
  readonly expandedBytes: number;
  /** Where its compressed bytes begin. */
  readonly from: number;
}

const END = { signature: 0x06054b50, bytes: 22, longestComment: 0xffff };
const CENTRAL = { signature: 0x02014b50, bytes: 46 };
const LOCAL = { signature: 0x04034b50, bytes: 30 };
const [STORED, DEFLATED] = [0, 8];
/** Flag of entries that are encrypted. */
const ENCRYPTED = 1;
/** A size or place of this value stands for one that 32 bits do not hold. */
const ZIP64 = 0xffffffff;
const LARGEST_DIRECTORY = 64 * 1_024;

/**
 * Returns the files of a zip archive as its directory lists them, in the order of their places. The directory at the end is the
 * only one that is believed: an archive that was cut has none. Throws code `decode` for what is cut, overlaps, is encrypted,
 * or would pass a limit.
 */
export async function zipEntries(source: ByteSource, limits: DumpLimits): Promise<ZipEntry[]> {
  const end = await endOf(source);
  const count = end.view.getUint16(10, true);
  const size = end.view.getUint32(12, true);
  const from = end.view.getUint32(16, true);
  const disks = end.view.getUint16(4, true) + end.view.getUint16(6, true);
  if (disks !== 0 || count === 0xffff || size === ZIP64 || from === ZIP64)
    throw dumpError(
      source.name,
      'it is an archive of several parts or of the 64-bit form, which is not read',
    );
  if (count !== end.view.getUint16(8, true) || from + size !== end.at)
    throw dumpError(source.name, 'its directory does not stand where it says');
  if (count > limits.entries)
    throw dumpError(source.name, `it holds ${count} files, more than ${limits.entries}, which is refused`);
  if (size > LARGEST_DIRECTORY) throw dumpError(source.name, 'its directory is too long');
  const entries = directoryOf(source.name, await source.read(from, size), count);
  const found: ZipEntry[] = [];
  for (const entry of entries) found.push({ ...entry, from: await dataOf(source, entry, from) });
  found.sort((a, b) => a.from - b.from);
  checkApart(source.name, found, from);
  const sum = (pick: (entry: ZipEntry) => number): number =>
    found.reduce((total, one) => total + pick(one), 0);
  checkExpansion(
    source.name,
    sum((one) => one.expandedBytes),
    source.length,
    limits,
  );
  return found;
}

const viewOf = (bytes: Uint8Array): DataView =>
  new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);

/** The record that ends an archive: it must end where the file ends. */
async function endOf(source: ByteSource): Promise<{ readonly view: DataView; readonly at: number }> {
  const length = Math.min(source.length, END.bytes + END.longestComment);
  const tail = await source.read(source.length - length, length);
  const view = viewOf(tail);
  for (let at = length - END.bytes; at >= 0; at -= 1) {
    if (view.getUint32(at, true) !== END.signature) continue;
    if (at + END.bytes + view.getUint16(at + 20, true) !== length) continue;
    return { view: viewOf(tail.subarray(at)), at: source.length - length + at };
  }
  throw dumpError(source.name, 'it is no whole zip archive: the directory at its end is missing');
}

type Listed = Omit<ZipEntry, 'from'> & { readonly headerAt: number };

function directoryOf(name: string, bytes: Uint8Array, count: number): Listed[] {
  const view = viewOf(bytes);
  const entries: Listed[] = [];
  let at = 0;
  for (let index = 0; index < count; index += 1) {
    if (at + CENTRAL.bytes > bytes.length || view.getUint32(at, true) !== CENTRAL.signature)
      throw dumpError(name, 'its directory is damaged');
    const method = view.getUint16(at + 10, true);
    const [compressedBytes, expandedBytes, headerAt] = [20, 24, 42].map((field) =>
      view.getUint32(at + field, true),
    );
    const nameLength = view.getUint16(at + 28, true);
    if ((view.getUint16(at + 8, true) & ENCRYPTED) !== 0) throw dumpError(name, 'it is encrypted');
    if (method !== STORED && method !== DEFLATED)
      throw dumpError(name, `it is compressed by the method ${method}, which is not read`);
    if (compressedBytes === undefined || expandedBytes === undefined || headerAt === undefined) break;
    if ([compressedBytes, expandedBytes, headerAt].includes(ZIP64))
      throw dumpError(name, 'it is an archive of the 64-bit form, which is not read');
    if (method === STORED && compressedBytes !== expandedBytes)
      throw dumpError(name, 'its directory states two sizes of one file');
    const label = new TextDecoder().decode(
      bytes.subarray(at + CENTRAL.bytes, at + CENTRAL.bytes + nameLength),
    );
    const crc = view.getUint32(at + 16, true);
    entries.push({ label, isDeflated: method === DEFLATED, crc, compressedBytes, expandedBytes, headerAt });
    at += CENTRAL.bytes + nameLength + view.getUint16(at + 30, true) + view.getUint16(at + 32, true);
  }
  if (at !== bytes.length) throw dumpError(name, 'its directory is damaged');
  return entries;
}

/** Where the bytes of an entry begin: behind its own header, whose name and extra fields have lengths of their own. */
async function dataOf(
  source: ByteSource,
  { headerAt, compressedBytes }: Listed,
  directoryAt: number,
): Promise<number> {
  if (headerAt + LOCAL.bytes > directoryAt)
    throw dumpError(source.name, 'its directory points outside of it');
  const view = viewOf(await source.read(headerAt, LOCAL.bytes));
  if (view.getUint32(0, true) !== LOCAL.signature) throw dumpError(source.name, 'its directory is damaged');
  const from = headerAt + LOCAL.bytes + view.getUint16(26, true) + view.getUint16(28, true);
  if (from + compressedBytes > directoryAt)
    throw dumpError(source.name, 'its directory points outside of it');
  return from;
}

/** Entries that share bytes are how a small file expands without end. */
function checkApart(name: string, entries: readonly ZipEntry[], directoryAt: number): void {
  for (const [index, { from, compressedBytes }] of entries.entries())
    if (from + compressedBytes > (entries[index + 1]?.from ?? directoryAt))
      throw dumpError(name, 'the files in it overlap, which is refused');
}
