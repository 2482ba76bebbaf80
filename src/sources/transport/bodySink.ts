import { createGunzip, createInflate, createInflateRaw } from 'node:zlib';
import { type BodyRoom, HOST_ROOM_BYTES, SMALL_BODY_BYTES } from './bodyRoom.ts';

/** Why a body is not read. */
export interface BodyProblem {
  readonly problem: string;
  /** It is larger than its endpoint's answers are: a matter of the host, not of the way to it. */
  readonly isTooLarge?: true;
}

export interface SinkEvents {
  done(body: Buffer): void;
  /** Called once; nothing follows. */
  fail(problem: BodyProblem): void;
  /** The sink takes data again after `write` returned false. */
  drain(): void;
}

export interface SinkLimits {
  /** Counted after decompression. */
  readonly maxBytes: number;
  /** Where what is larger than `SMALL_BODY_BYTES` finds its place: its host's, then the one that all share. */
  readonly rooms: { readonly host: BodyRoom; readonly shared: BodyRoom };
}

/** Takes the body of one answer as it comes over the wire. */
export interface BodySink {
  /** Returns false when it wants no more until `drain`. */
  write(chunk: Buffer): boolean;
  end(): void;
  destroy(): void;
}

/**
 * The encodings that are asked for and understood. Brotli is left out: its window may take 16 MiB for an answer of a few
 * bytes, that of gzip 32 KiB, and all exchanges have gzip.
 */
export const ACCEPT_ENCODING = 'gzip, deflate';

const DECODERS = { gzip: () => createGunzip(), 'x-gzip': () => createGunzip() };

/**
 * Returns a sink that undoes the content encoding and collects at most `maxBytes`, counted after decompression, so
 * that a bomb ends at the limit and not in memory. The bytes on the wire have the same limit.
 */
export function createBodySink(encoding: string, limits: SinkLimits, events: SinkEvents): BodySink {
  const name = encoding.trim().toLowerCase();
  if (name === '' || name === 'identity') return plainSink(limits, events);
  if (name !== 'deflate' && !Object.hasOwn(DECODERS, name))
    return failedSink(
      { problem: `the answer has the content encoding "${name.slice(0, 40)}", which nobody asked for` },
      events,
    );
  return decodingSink(name as keyof typeof DECODERS | 'deflate', limits, events);
}

/** What is wrong with a body of more than `maxBytes`. */
export function tooLarge({ maxBytes }: Pick<SinkLimits, 'maxBytes'>): BodyProblem {
  return { problem: `the answer is larger than ${maxBytes} bytes`, isTooLarge: true };
}

function plainSink(limits: SinkLimits, events: SinkEvents): BodySink {
  const { maxBytes, rooms } = limits;
  /** What it needs before it may grow beyond so many bytes. */
  const needs = [
    { aboveBytes: SMALL_BODY_BYTES, bytes: Math.min(maxBytes, HOST_ROOM_BYTES), room: rooms.host },
    { aboveBytes: HOST_ROOM_BYTES, bytes: maxBytes - HOST_ROOM_BYTES, room: rooms.shared },
  ];
  let chunks: Buffer[] = [];
  let size = 0;
  let granted = 0;
  const leaves: (() => void)[] = [];
  const destroy = (): void => {
    chunks = [];
    for (const leave of leaves.splice(0)) leave();
  };
  const hasRoom = (): boolean => size <= (needs[granted]?.aboveBytes ?? maxBytes);
  const claim = (): void => {
    const need = needs[granted];
    if (need === undefined || leaves.length > granted) return;
    const before = leaves.push(() => undefined) - 1;
    let isAtOnce = true;
    leaves[before] = need.room.claim(need.bytes, () => {
      granted += 1;
      if (!isAtOnce && hasRoom()) events.drain();
    });
    isAtOnce = false;
  };
  return {
    write(chunk) {
      size += chunk.length;
      if (size > maxBytes) {
        destroy();
        events.fail(tooLarge(limits));
        return false;
      }
      chunks.push(chunk);
      if (!hasRoom()) claim();
      return hasRoom();
    },
    end() {
      const body = Buffer.concat(chunks);
      destroy();
      events.done(body);
    },
    destroy,
  };
}

function failedSink(problem: BodyProblem, events: SinkEvents): BodySink {
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
  limits: SinkLimits,
  events: SinkEvents,
): BodySink {
  let wireBytes = 0;
  let isOver = false;
  let decoder: ReturnType<typeof createDecoder> | undefined;
  const collected = plainSink(limits, {
    done: (body) => events.done(body),
    fail: (problem) => fail(problem),
    drain: () => void decoder?.resume(),
  });
  const stop = (): void => {
    isOver = true;
    collected.destroy();
    decoder?.destroy();
  };
  const fail = (problem: BodyProblem): void => {
    if (isOver) return;
    stop();
    events.fail(problem);
  };
  const start = (first: Buffer): ReturnType<typeof createDecoder> => {
    const stream = createDecoder(name, first);
    stream.on('data', (chunk: Buffer) => {
      // Without room nothing more is unpacked; what then waits on the wire stops the sender.
      if (!isOver && !collected.write(chunk) && !isOver) stream.pause();
    });
    stream.on('drain', () => void (isOver || events.drain()));
    stream.on('error', () => fail({ problem: `the ${name} body of the answer is damaged or incomplete` }));
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
      if (wireBytes > limits.maxBytes) {
        fail(tooLarge(limits));
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
