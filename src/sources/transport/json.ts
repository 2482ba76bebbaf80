import { shortText } from './faults.ts';

/** Deeper than any exchange nests; what comes after us may recurse. */
export const MAX_DEPTH = 64;

/** A value, or what is wrong; `isTooLarge` where it holds more than its endpoint's answers do. */
export type Parsed = { readonly value: unknown } | { readonly problem: string; readonly isTooLarge?: true };

const QUOTE = 0x22;
const COMMA = 0x2c;
const BACKSLASH = 0x5c;

/** What keeps a body from being parsed. */
export type Excess = 'depth' | 'values';

/**
 * Returns whether brackets nest deeper than `maxDepth` or there are more than `maxValues` values, outside of strings.
 * Commas and opening brackets are counted, so never too few. Works on bytes, makes nothing and needs no stack.
 */
export function excessOf(bytes: Uint8Array, maxDepth: number, maxValues: number): Excess | undefined {
  let depth = 0;
  let values = 0;
  for (let index = 0; index < bytes.length; index++) {
    const byte = bytes[index];
    if (byte === QUOTE) {
      for (index++; index < bytes.length && bytes[index] !== QUOTE; index++)
        if (bytes[index] === BACKSLASH) index++;
    } else if (byte === COMMA) {
      if (++values > maxValues) return 'values';
    } else if (byte === 0x5b || byte === 0x7b) {
      if (++depth > maxDepth) return 'depth';
      if (++values > maxValues) return 'values';
    } else if (byte === 0x5d || byte === 0x7d) depth--;
  }
  return undefined;
}

/**
 * Returns the JSON value of a body, or what is wrong with it. Numbers beyond the range of a double become
 * Infinity as in JSON.parse: decoders must ask for finite numbers. What the beginning of another answer says passes `redact`.
 */
export function parseJson(bytes: Buffer, maxValues: number, redact = (text: string): string => text): Parsed {
  if (bytes.length === 0) return { problem: 'the answer is empty' };
  const excess = excessOf(bytes, MAX_DEPTH, maxValues);
  if (excess === 'depth') return { problem: `the answer nests deeper than ${MAX_DEPTH} levels` };
  if (excess === 'values')
    return { problem: `the answer holds more than ${maxValues} values`, isTooLarge: true };
  try {
    return { value: JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes)) as unknown };
  } catch {
    const start = shortText(redact(bytes.toString('utf8', 0, 2_000)), 60);
    return { problem: `the answer of ${bytes.length} bytes is not JSON, it begins with "${start}"` };
  }
}
