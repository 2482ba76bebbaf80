import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { it } from 'mocha';
import type { Instrument } from '../../../../src/core/instrument.ts';
import type { ExchangeAdapter } from '../../../../src/sources/exchanges/contract.ts';
import { decodeFrames } from '../../../../src/sources/exchanges/decodeFrame.ts';
import { decodeAnswer, type Decoded } from '../../../../src/sources/exchanges/decodeAnswer.ts';
import { assertRows } from './fixtureAnswers.ts';

/** An answer in wire shape with what must come of it. */
export interface Fixture {
  /** `ws`: a frame, and `path` is its topic. */
  readonly transport?: string;
  readonly path: string;
  readonly query: Record<string, string>;
  readonly response: unknown;
  readonly expected?: Record<string, unknown>[];
  readonly expectedInstruments?: Record<string, unknown>[];
  readonly expectedIssues?: string[];
}

export const nothingKnown: ReadonlyMap<string, Instrument> = new Map();
/** The codes of all issues, in order. */
export const codes = (decoded: Decoded): string[] => decoded.issues.map((issue) => issue.code);

/** The first observation as loose fields, to assert which are present. */
export function first(decoded: Decoded): Record<string, unknown> {
  assert.ok(decoded.observations[0], `no observation: ${JSON.stringify(decoded.issues)}`);
  return { ...decoded.observations[0] };
}

/** Asserts the fields named, numbers up to the last digits. */
export function assertFields(actual: object | undefined, expected: Record<string, unknown>): void {
  for (const [key, wanted] of Object.entries(expected)) {
    const value = (actual as Record<string, unknown> | undefined)?.[key];
    const isClose =
      typeof value === 'number' &&
      typeof wanted === 'number' &&
      Math.abs(value - wanted) <= Math.abs(wanted) * 1e-12;
    if (!isClose) assert.deepEqual(value, wanted, key);
  }
}

/** The fixtures of an exchange, and a decoder that knows the instruments in the lists named. */
export function fixturesFor(adapter: ExchangeAdapter, instrumentLists: readonly string[]) {
  const folder = join(import.meta.dirname, '../../../fixtures', adapter.id);
  const fixture = (name: string): Fixture =>
    JSON.parse(readFileSync(join(folder, `${name}.json`), 'utf8')) as Fixture;
  const decodeWith = (
    { transport, path, query, response: body }: Pick<Fixture, 'transport' | 'path' | 'query' | 'response'>,
    table: ReadonlyMap<string, Instrument>,
  ): Decoded =>
    transport === 'ws'
      ? { ...decodeFrames(adapter, { path, body, receivedAtMs: 1 }, table), instruments: [], details: [] }
      : decodeAnswer(adapter, { method: 'GET', path, query, body, receivedAtMs: 1 }, table);
  const listed = instrumentLists.flatMap((name) => decodeWith(fixture(name), nothingKnown).instruments);
  const known: ReadonlyMap<string, Instrument> = new Map(listed.map((one) => [one.key, one]));
  const decode = (
    answer: Pick<Fixture, 'transport' | 'path' | 'query' | 'response'>,
    table: ReadonlyMap<string, Instrument> = known,
  ): Decoded => decodeWith(answer, table);
  const names = readdirSync(folder).map((file) => file.replace('.json', ''));
  return { names, fixture, decode, known };
}

/** One test per fixture: rows, fields and issues as the fixture expects them. */
export function itDecodesEachFixture({ names, fixture, decode }: ReturnType<typeof fixturesFor>): void {
  for (const name of names) {
    it(`decodes the fixture ${name}`, () => {
      const answer = fixture(name);
      const decoded = decode(answer);
      const rows = answer.expectedInstruments === undefined ? decoded.observations : decoded.instruments;
      const expected = answer.expectedInstruments ?? answer.expected ?? [];
      assert.ok(expected.length > 0, 'a fixture states what it expects');
      assert.equal(rows.length, expected.length, JSON.stringify(decoded));
      assertRows(rows, expected);
      assert.deepEqual(codes(decoded), answer.expectedIssues ?? []);
    });
  }
}
