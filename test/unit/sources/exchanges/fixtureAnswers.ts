import assert from 'node:assert/strict';
import { isDeepStrictEqual } from 'node:util';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ExchangeAdapter } from '../../../../src/sources/exchanges/contract.ts';
import { decodeFrames } from '../../../../src/sources/exchanges/decodeFrame.ts';
import { decodeAnswer, type Decoded } from '../../../../src/sources/exchanges/decodeAnswer.ts';
import type { Instrument } from '../../../../src/core/instrument.ts';

/** An answer in an exchange's wire shape with what must come of it; `null` in `expected` = the key must be absent. */
export interface Fixture {
  /** `ws`: `response` is a frame and `path` its topic. */
  readonly transport: 'rest' | 'ws';
  readonly path: string;
  readonly query: Record<string, string>;
  readonly response: unknown;
  readonly expected: readonly Record<string, unknown>[];
  /** Codes of all issues, in order. */
  readonly expectedIssues?: readonly string[];
}

export const RECEIVED_AT_MS = 1_790_000_001_000;
const FOLDER = join(import.meta.dirname, '../../../fixtures');

/** Returns the names of an exchange's fixtures. */
export const fixtureNames = (exchange: string): string[] =>
  readdirSync(join(FOLDER, exchange)).map((file) => file.replace('.json', ''));

/** Reads one fixture. */
export const fixture = (exchange: string, name: string): Fixture =>
  JSON.parse(readFileSync(join(FOLDER, exchange, `${name}.json`), 'utf8')) as Fixture;

/** Decodes a bare answer. */
export function decode(
  adapter: ExchangeAdapter,
  path: string,
  query: Record<string, string>,
  body: unknown,
  instruments: readonly Instrument[] = [],
): Decoded {
  const answer = { method: 'GET', path, query, body, receivedAtMs: RECEIVED_AT_MS } as const;
  return decodeAnswer(adapter, answer, new Map(instruments.map((one) => [one.key, one])));
}

/** Decodes a frame of a stream, or a list of them. */
export function decodePush(
  adapter: ExchangeAdapter,
  body: unknown,
  instruments: readonly Instrument[] = [],
  path = '',
): Decoded {
  const table = new Map(instruments.map((one) => [one.key, one]));
  const frames = { body, receivedAtMs: RECEIVED_AT_MS, path };
  return { instruments: [], details: [], ...decodeFrames(adapter, frames, table) };
}

/** Decodes the instrument lists among an exchange's fixtures. */
export const instrumentsOf = (adapter: ExchangeAdapter, names: readonly string[]): Instrument[] =>
  names.flatMap((name) => {
    const { path, query, response } = fixture(adapter.id, name);
    return [...decode(adapter, path, query, response).instruments];
  });

const isClose = (actual: unknown, expected: number): boolean =>
  typeof actual === 'number' && Math.abs(actual - expected) <= Math.abs(expected) * 1e-12;

/** Whether a row has the expected fields, or what is wrong; null stands for a field that must be absent. */
function fault(row: Record<string, unknown>, fields: Record<string, unknown>): string | undefined {
  for (const [key, value] of Object.entries(fields)) {
    const said = `${key} is ${JSON.stringify(row[key])} and not ${JSON.stringify(value)}`;
    if (value === null ? key in row : typeof value === 'number' && !isClose(row[key], value)) return said;
    if (value !== null && typeof value !== 'number' && !isDeepStrictEqual(row[key], value)) return said;
  }
  return undefined;
}

/** Asserts that each row has the fields of one expected row. Histories come in order of time, whatever that of the answer. */
export function assertRows(actual: readonly object[], expected: readonly Record<string, unknown>[]): void {
  assert.equal(actual.length, expected.length, `rows: ${JSON.stringify(actual)}`);
  const left = [...(actual as Record<string, unknown>[])];
  for (const [index, fields] of expected.entries()) {
    const at = left.findIndex((row) => fault(row, fields) === undefined);
    assert.ok(at >= 0, `row ${index}: ${fault(left[0] ?? {}, fields)}`);
    left.splice(at, 1);
  }
}

/** Decodes a fixture with known instruments and asserts rows and issue codes. */
export function assertFixture(
  adapter: ExchangeAdapter,
  name: string,
  instruments: readonly Instrument[],
): void {
  const { transport, path, query, response, expected, expectedIssues = [] } = fixture(adapter.id, name);
  const decoded =
    transport === 'ws'
      ? decodePush(adapter, response, instruments, path)
      : decode(adapter, path, query, response, instruments);
  assertRows([...decoded.observations, ...decoded.instruments, ...decoded.details], expected);
  assert.deepEqual(
    decoded.issues.map((issue) => issue.code),
    expectedIssues,
    JSON.stringify(decoded.issues),
  );
}
