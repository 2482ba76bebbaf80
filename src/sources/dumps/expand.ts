import { Readable, type Transform } from 'node:stream';
import { crc32, createGunzip, createInflateRaw, inflateRawSync } from 'node:zlib';
import { piecesOf, type ByteSource } from './byteSource.ts';
import { checkExpansion, dumpError, type DumpLimits } from './limits.ts';
import { zipEntries, type ZipEntry } from './zipDirectory.ts';

/** One table of a dump file, piece by piece. An error while reading means that nothing read before may be kept. */
export type Table = AsyncIterable<Uint8Array>;

/**
 * Returns the tables of a dump file: of a zip archive its files one after the other, of a gzip file its content. What it is is
 * told by its beginning, never by its name. Throws code `decode` for anything else.
 */
export async function* tablesOf(source: ByteSource, limits: DumpLimits): AsyncGenerator<Table> {
  const head = await source.read(0, Math.min(4, source.length));
  if (head[0] === 0x1f && head[1] === 0x8b) {
    yield counted(source, source.length, inflated(source, createGunzip(), 0, source.length), limits);
    return;
  }
  // Plain text has nothing that tells a whole file from a cut one.
  if (head[0] !== 0x50 || head[1] !== 0x4b)
    throw dumpError(source.name, 'it is neither a zip archive nor gzip');
  const meter = { bytes: 0 };
  for (const entry of await zipEntries(source, limits))
    if (entry.expandedBytes > 0 || entry.compressedBytes > 0) yield contentOf(source, entry, limits, meter);
}

/**
 * A file of a day has some ten kB: its way through the threads of a stream would take longer than the file. What comes out of
 * it has a bound of its own, the size that the directory states.
 */
const AT_ONCE_BYTES = 256 * 1_024;

async function* atOnce(
  source: ByteSource,
  { from, compressedBytes, expandedBytes }: ZipEntry,
): AsyncGenerator<Uint8Array> {
  const compressed = await source.read(from, compressedBytes);
  let expanded: Uint8Array;
  try {
    expanded = inflateRawSync(compressed, { maxOutputLength: Math.max(1, expandedBytes) });
  } catch (error) {
    throw dumpError(source.name, 'its compressed bytes are damaged, or more than its directory says', error);
  }
  yield expanded;
}

async function* contentOf(
  source: ByteSource,
  entry: ZipEntry,
  limits: DumpLimits,
  meter: { bytes: number },
): AsyncGenerator<Uint8Array> {
  const { from, compressedBytes, expandedBytes, isDeflated } = entry;
  const pieces = isDeflated
    ? expandedBytes <= AT_ONCE_BYTES
      ? atOnce(source, entry)
      : inflated(source, createInflateRaw(), from, compressedBytes)
    : piecesOf(source, from, compressedBytes);
  let [bytes, crc] = [0, 0];
  for await (const piece of counted(source, source.length, pieces, limits, meter)) {
    bytes += piece.length;
    if (bytes > expandedBytes) break;
    crc = crc32(piece, crc);
    yield piece;
  }
  if (bytes !== expandedBytes || crc !== entry.crc)
    throw dumpError(source.name, 'what it holds is not what its directory says');
}

/** Passes pieces on as long as they stay within what a dump may expand to. */
async function* counted(
  source: ByteSource,
  compressedBytes: number,
  pieces: AsyncIterable<Uint8Array>,
  limits: DumpLimits,
  meter = { bytes: 0 },
): AsyncGenerator<Uint8Array> {
  for await (const piece of pieces) {
    meter.bytes += piece.length;
    checkExpansion(source.name, meter.bytes, compressedBytes, limits);
    yield piece;
  }
}

async function* inflated(
  source: ByteSource,
  inflate: Transform,
  from: number,
  length: number,
): AsyncGenerator<Uint8Array> {
  const pieces = Readable.from(piecesOf(source, from, length));
  pieces.once('error', (error) => inflate.destroy(error));
  pieces.pipe(inflate);
  try {
    for await (const piece of inflate) yield piece as Uint8Array;
  } catch (error) {
    throw dumpError(source.name, 'its compressed bytes are damaged or cut', error);
  } finally {
    pieces.destroy();
    inflate.destroy();
  }
}
