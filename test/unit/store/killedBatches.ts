import type { Rows } from '../../../src/core/chunk.ts';
import { DAY_MS, MINUTE_MS } from '../../../src/core/units.ts';
import { openInterestChunk } from './floorSuite.ts';
import { T0, openInterest } from './rows.ts';

/** Rows of a page of a batch. */
export const PAGE = 50;
const STEP_MS = 30 * MINUTE_MS;

/** Event time of the single rows of a batch. */
export function atOf(number: number): number {
  return T0 + number * STEP_MS;
}

/** What the writing child appends as its batch of that number: three rows, and a page of a series of its own. */
export function batchOf(number: number): Rows {
  const known = { atMs: atOf(number), receivedAtMs: atOf(number) + 500, openInterestBase: number };
  const rows = [0, 1, 2].map((part) => openInterest({ ...known, endpoint: `part ${part}` }));
  const page = openInterestChunk(
    Array.from({ length: PAGE }, () => number),
    { receivedAtMs: T0 + 10_000 * DAY_MS, endpoint: 'pages' },
  );
  return [...rows, { ...page, atMs: page.atMs.map((_, row) => T0 + (number * PAGE + row) * MINUTE_MS) }];
}
