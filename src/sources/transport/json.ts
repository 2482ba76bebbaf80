import { shortText } from './faults.ts';

/** Deeper than any exchange nests; what comes after us may recurse. */
export const MAX_DEPTH = 64;

export type Parsed = { readonly value: unknown } | { readonly problem: string };

const QUOTE = 0x22;
const BACKSLASH = 0x5c;

/** Returns whether brackets nest deeper than `max`, outside of strings. Works on bytes and needs no stack. */
export function isDeeperThan(bytes: Uint8Array, max: number): boolean {
  let depth = 0;
  for (let index = 0; index < bytes.length; index++) {
    const byte = bytes[index];
    if (byte === QUOTE) {
      for (index++; index < bytes.length && bytes[index] !== QUOTE; index++)
        if (bytes[index] === BACKSLASH) index++;
    } else if (byte === 0x5b || byte === 0x7b) {
      if (++depth > max) return true;
    } else if (byte === 0x5d || byte === 0x7d) depth--;
  }
  return false;
}

/**
 * Returns the JSON value of a body, or what is wrong with it. Numbers beyond the range of a double become
 * Infinity as in JSON.parse: decoders must ask for finite numbers. What the beginning of another answer says passes `redact`.
 */
export function parseJson(bytes: Buffer, redact = (text: string): string => text): Parsed {
  if (bytes.length === 0) return { problem: 'the answer is empty' };
  if (isDeeperThan(bytes, MAX_DEPTH)) return { problem: `the answer nests deeper than ${MAX_DEPTH} levels` };
  try {
    return { value: JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes)) as unknown };
  } catch {
    const start = shortText(redact(bytes.toString('utf8', 0, 2_000)), 60);
    return { problem: `the answer of ${bytes.length} bytes is not JSON, it begins with "${start}"` };
  }
}
