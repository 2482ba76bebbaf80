import { createHash, hash as hashAtOnce } from 'node:crypto';
import { open } from 'node:fs/promises';
import { dumpError, type DumpLimits } from './limits.ts';

/** The bytes of a dump file, in memory or on a disk, read by place: an archive tells at its end what it holds. */
export interface ByteSource {
  /** What messages call it. */
  readonly name: string;
  readonly length: number;
  /** Returns exactly these bytes; throws code `decode` where the file ends before. */
  read(from: number, length: number): Promise<Uint8Array>;
  close(): Promise<void>;
}

/** Bytes that are read at a time. */
const PIECE = 64 * 1_024;

/** Returns bytes in memory as a source. Throws code `decode` where they are more than a dump may have. */
export function bytesSource(name: string, bytes: Uint8Array, limits: DumpLimits): ByteSource {
  checkSize(name, bytes.length, limits);
  return {
    name,
    length: bytes.length,
    read: (from, length) => Promise.resolve(whole(name, bytes.subarray(from, from + length), length)),
    close: () => Promise.resolve(),
  };
}

/** Opens a file as a source; `close` ends it. Throws code `decode` where it is larger than a dump may be. */
export async function fileSource(name: string, path: string, limits: DumpLimits): Promise<ByteSource> {
  const handle = await open(path, 'r');
  try {
    const { size } = await handle.stat();
    checkSize(name, size, limits);
    return {
      name,
      length: size,
      async read(from, length) {
        const buffer = Buffer.allocUnsafe(length);
        let filled = 0;
        while (filled < length) {
          const { bytesRead } = await handle.read(buffer, filled, length - filled, from + filled);
          if (bytesRead === 0) break;
          filled += bytesRead;
        }
        return whole(name, buffer.subarray(0, filled), length);
      },
      close: () => handle.close(),
    };
  } catch (error) {
    await handle.close();
    throw error;
  }
}

/** Returns the bytes of a range piece by piece. */
export async function* piecesOf(
  source: ByteSource,
  from: number,
  length: number,
): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < length; at += PIECE) yield await source.read(from + at, Math.min(PIECE, length - at));
}

/** Returns the SHA-256 of the whole file in hexadecimal. */
export async function sha256Of(source: ByteSource): Promise<string> {
  // Most files are that small, and a hash of pieces is a stream.
  if (source.length <= PIECE) return hashAtOnce('sha256', await source.read(0, source.length));
  const hash = createHash('sha256');
  for await (const piece of piecesOf(source, 0, source.length)) hash.update(piece);
  return hash.digest('hex');
}

function checkSize(name: string, length: number, limits: DumpLimits): void {
  if (length > limits.fileBytes)
    throw dumpError(name, `it has more than ${limits.fileBytes} bytes, which is refused`);
}

function whole(name: string, bytes: Uint8Array, length: number): Uint8Array {
  if (bytes.length === length) return bytes;
  throw dumpError(name, 'it ends before what it says it holds');
}
