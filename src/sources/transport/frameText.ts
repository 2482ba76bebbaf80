import { gunzipSync } from 'node:zlib';
import { MAX_DEPTH } from './json.ts';

/** Larger frames end the connection; the largest that exchanges push are order books of some 100 KiB. */
export const MAX_FRAME_BYTES = 1_048_576;

const QUOTE = 0x22;
const COMMA = 0x2c;
const BACKSLASH = 0x5c;

/** The fullest frame is a whole order book: some thousand levels of three values. */
export const MAX_FRAME_VALUES = 50_000;

/** Returns whether a text nests too deep or holds too many values to be parsed, outside of strings. */
function isExcessive(text: string): boolean {
  let depth = 0;
  let values = 0;
  for (let index = 0; index < text.length; index += 1) {
    const code = text.charCodeAt(index);
    if (code === QUOTE) {
      for (index += 1; index < text.length && text.charCodeAt(index) !== QUOTE; index += 1)
        if (text.charCodeAt(index) === BACKSLASH) index += 1;
    } else if (code === COMMA) values += 1;
    else if (code === 0x5b || code === 0x7b) {
      values += 1;
      if (++depth > MAX_DEPTH) return true;
    } else if (code === 0x5d || code === 0x7d) depth -= 1;
  }
  return values > MAX_FRAME_VALUES;
}

/**
 * Returns the JSON value of a frame; a text that is not JSON as it is; undefined for one that nests too deep or holds too
 * many values.
 */
export function parseFrame(text: string): unknown {
  if (text.length > 2 * MAX_DEPTH && isExcessive(text)) return undefined;
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return text;
  }
}

/** Returns the text of a binary frame; undefined where it is damaged or unpacks to more than a frame may hold. */
export function unpackFrame(bytes: Buffer, packing: 'gzip' | undefined): string | undefined {
  if (packing === undefined) return bytes.toString('utf8');
  try {
    return gunzipSync(bytes, { maxOutputLength: MAX_FRAME_BYTES }).toString('utf8');
  } catch {
    return undefined;
  }
}
