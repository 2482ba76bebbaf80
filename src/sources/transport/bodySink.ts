import { createBrotliDecompress, createGunzip, createInflate, createInflateRaw } from 'node:zlib';

export interface SinkEvents {
  done(body: Buffer): void;
  /** Called once; nothing follows. */
  fail(problem: string): void;
  /** The sink takes data again after `write` returned false. */
  drain(): void;
}

/** Takes the body of one answer as it comes over the wire. */
export interface BodySink {
  /** Returns false when it wants no more until `drain`. */
  write(chunk: Buffer): boolean;
  end(): void;
  destroy(): void;
}

/** The encodings that are asked for and understood. */
export const ACCEPT_ENCODING = 'gzip, br, deflate';

const DECODERS = {
  gzip: () => createGunzip(),
  'x-gzip': () => createGunzip(),
  br: () => createBrotliDecompress(),
};

/**
 * Returns a sink that undoes the content encoding and collects at most `maxBytes`, counted after decompression, so
 * that a bomb ends at the limit and not in memory. The bytes on the wire have the same limit.
 */
export function createBodySink(encoding: string, maxBytes: number, events: SinkEvents): BodySink {
  const name = encoding.trim().toLowerCase();
  const tooLarge = `the answer is larger than ${maxBytes} bytes`;
  if (name === '' || name === 'identity') return plainSink(maxBytes, tooLarge, events);
  if (name !== 'deflate' && !Object.hasOwn(DECODERS, name))
    return failedSink(
      `the answer has the content encoding "${name.slice(0, 40)}", which nobody asked for`,
      events,
    );
  return decodingSink(name as keyof typeof DECODERS | 'deflate', maxBytes, tooLarge, events);
}

function plainSink(maxBytes: number, tooLarge: string, events: SinkEvents): BodySink {
  let chunks: Buffer[] = [];
  let size = 0;
  return {
    write(chunk) {
      size += chunk.length;
      if (size > maxBytes) {
        chunks = [];
        events.fail(tooLarge);
        return false;
      }
      chunks.push(chunk);
      return true;
    },
    end: () => events.done(Buffer.concat(chunks)),
    destroy: () => void (chunks = []),
  };
}

function failedSink(problem: string, events: SinkEvents): BodySink {
  return {
    write: () => {
      events.fail(problem);
      return false;
    },
    end: () => events.fail(problem),
    destroy: () => undefined,
  };
}

function decodingSink(
  name: keyof typeof DECODERS | 'deflate',
  maxBytes: number,
  tooLarge: string,
  events: SinkEvents,
): BodySink {
  let wireBytes = 0;
  let isOver = false;
  let decoder: ReturnType<typeof createDecoder> | undefined;
  const collected = plainSink(maxBytes, tooLarge, { ...events, fail: (problem) => fail(problem) });
  const stop = (): void => {
    isOver = true;
    collected.destroy();
    decoder?.destroy();
  };
  const fail = (problem: string): void => {
    if (isOver) return;
    stop();
    events.fail(problem);
  };
  const start = (first: Buffer): ReturnType<typeof createDecoder> => {
    const stream = createDecoder(name, first);
    stream.on('data', (chunk: Buffer) => void (isOver || collected.write(chunk)));
    stream.on('drain', () => void (isOver || events.drain()));
    stream.on('error', () => fail(`the ${name} body of the answer is damaged or incomplete`));
    stream.on('end', () => {
      if (isOver) return;
      isOver = true;
      collected.end();
    });
    return stream;
  };
  return {
    write(chunk) {
      if (isOver || chunk.length === 0) return true;
      wireBytes += chunk.length;
      if (wireBytes > maxBytes) {
        fail(tooLarge);
        return false;
      }
      decoder ??= start(chunk);
      return decoder.write(chunk);
    },
    end() {
      if (isOver) return;
      if (decoder !== undefined) decoder.end();
      else collected.end();
    },
    destroy: stop,
  };
}

/** Servers mean two things by `deflate`; only the form with the zlib header has 8 in the low half of its first byte. */
function createDecoder(name: keyof typeof DECODERS | 'deflate', first: Buffer) {
  if (name !== 'deflate') return DECODERS[name]();
  return ((first[0] ?? 0) & 0x0f) === 8 ? createInflate() : createInflateRaw();
}
