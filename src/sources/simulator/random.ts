/**
 * Randomness without state. Each number is a hash of a stream (made from the seed and a name) and an index, so that
 * the value at any time is computed alone: nothing is stepped from a beginning and the order of asking is irrelevant.
 * The hash is the finaliser of MurmurHash3 over 32 bits; good enough for a believable market, not for cryptography.
 */

/** A source of numbers of its own: two streams with different names do not correlate. */
export type Stream = number;

const TWO_32 = 0x1_0000_0000;

function finalise(value: number): number {
  let hash = value;
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}

/** Returns the stream of a seed and a name. */
export function streamOf(seed: number, name: string): Stream {
  let hash = finalise(Math.trunc(seed) ^ 0x9e3779b9);
  for (let index = 0; index < name.length; index += 1) {
    hash = Math.imul(hash ^ name.charCodeAt(index), 0x01000193) >>> 0;
  }
  return finalise(hash);
}

/** Returns a look-up of the streams of things, by what their names are made of; each name is made once. */
export function streamsOf<K extends object>(seed: number, nameOf: (key: K) => string): (key: K) => Stream {
  const known = new WeakMap<K, Stream>();
  return (key) => {
    let stream = known.get(key);
    if (stream === undefined) known.set(key, (stream = streamOf(seed, nameOf(key))));
    return stream;
  };
}

/** Returns 32 random bits for an integer index (up to 2^53). */
export function bitsAt(stream: Stream, index: number): number {
  const high = Math.floor(index / TWO_32);
  return finalise(finalise(stream ^ Math.imul(index | 0, 0x9e3779b1)) ^ Math.imul(high | 0, 0x85ebca77));
}

/** Returns a number in [0, 1) for an integer index. */
export function uniformAt(stream: Stream, index: number): number {
  return bitsAt(stream, index) / TWO_32;
}

/** Returns a standard normal number for an integer index (Box–Muller over two hashes). */
export function gaussianAt(stream: Stream, index: number): number {
  const radius = (bitsAt(stream, index) + 1) / (TWO_32 + 1);
  const angle = bitsAt(stream ^ 0x5bd1e995, index) / TWO_32;
  return Math.sqrt(-2 * Math.log(radius)) * Math.cos(2 * Math.PI * angle);
}

/** Returns a log-normal number with mean 1 for an integer index; `sigma` is the deviation of its logarithm. */
export function lognormalAt(stream: Stream, index: number, sigma: number): number {
  return Math.exp(sigma * gaussianAt(stream, index) - (sigma * sigma) / 2);
}

/** Rises smoothly from 0 at x = 0 to 1 at x = 1, and is flat outside. */
export function smoothStep(x: number): number {
  const clamped = Math.min(1, Math.max(0, x));
  return clamped * clamped * (3 - 2 * clamped);
}

/** How many lattice points are remembered: those of all octaves around a few thousand bars. A power of two. */
const REMEMBERED = 1 << 14;
const ofStream = new Int32Array(REMEMBERED);
const ofIndex = new Float64Array(REMEMBERED).fill(Number.NaN);
const ofPoint = new Float64Array(REMEMBERED);

/** As `gaussianAt`. The bars of a page ask for the same few points again and again, so that these are kept. */
function latticeAt(stream: Stream, index: number): number {
  const slot = (Math.imul(stream, 0x9e3779b1) ^ index) & (REMEMBERED - 1);
  if (ofIndex[slot] === index && ofStream[slot] === (stream | 0)) return ofPoint[slot] ?? 0;
  const value = gaussianAt(stream, index);
  ofStream[slot] = stream | 0;
  ofIndex[slot] = index;
  ofPoint[slot] = value;
  return value;
}

/** Returns smooth noise around 0: normal numbers on the whole `x`, blended in between. */
export function smoothNoise(stream: Stream, x: number): number {
  const index = Math.floor(x);
  const blend = smoothStep(x - index);
  return latticeAt(stream, index) * (1 - blend) + latticeAt(stream, index + 1) * blend;
}

/**
 * Returns noise that looks like a random walk at every scale: smooth noises, each four times as long and twice as
 * high as the one before, from `finestMs` on. A deviation of about 1 is reached over one hour.
 */
export function walkNoise(stream: Stream, atMs: number, finestMs: number, octaves: number): number {
  let sum = 0;
  let scaleMs = finestMs;
  for (let octave = 0; octave < octaves; octave += 1) {
    // The offset keeps the lattices of two octaves from meeting at the same times.
    const x = (atMs + octave * 7_919_000) / scaleMs;
    sum += Math.sqrt(scaleMs / 3_600_000) * smoothNoise(stream + Math.imul(octave + 1, 0x27d4eb2f), x);
    scaleMs *= 4;
  }
  return sum;
}
