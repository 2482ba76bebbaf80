import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { matchPath } from '../../src/sources/exchanges/contract.ts';
import { capabilitiesOf } from '../../src/sources/exchanges/coverage.ts';
import { exchangeAdapters } from '../../src/sources/exchanges/registry.ts';
import { decodeEnvelope, instrumentsAmong } from '../support/decodeEnvelope.ts';
import { assertPlausible } from '../support/plausible.ts';
import type { Envelope } from '../support/recorded.ts';

const FOLDER = join(import.meta.dirname, '../fixtures');

const fixturesOf = (exchange: string): { name: string; envelope: Envelope }[] =>
  readdirSync(join(FOLDER, exchange))
    .sort()
    .map((name) => ({
      name: `${exchange}/${name}`,
      envelope: {
        ...(JSON.parse(readFileSync(join(FOLDER, exchange, name), 'utf8')) as Envelope),
      },
    }));

type Path = readonly (string | number)[];

/** Every place of a JSON value that holds a text, number, boolean or null, with a bound per fixture. */
function leaves(value: unknown, path: Path = []): Path[] {
  if (Array.isArray(value)) return value.flatMap((one, index) => leaves(one, [...path, index]));
  if (typeof value !== 'object' || value === null) return [path];
  return Object.entries(value).flatMap(([key, one]) => leaves(one, [...path, key]));
}

/** A copy with one place replaced; `undefined` removes it. */
function replaced(value: unknown, path: Path, by: unknown): unknown {
  const [key, ...rest] = path;
  if (key === undefined) return by;
  if (Array.isArray(value))
    return value.map((one, index) => (index === key ? replaced(one, rest, by) : (one as unknown)));
  const copy: Record<string, unknown> = { ...(value as Record<string, unknown>) };
  if (rest.length === 0 && by === undefined) delete copy[String(key)];
  else copy[String(key)] = replaced(copy[String(key)], rest, by);
  return copy;
}

const REPLACEMENTS: readonly unknown[] = [
  undefined,
  null,
  '',
  ' ',
  'NaN',
  'abc',
  '0x10',
  '1e999',
  -1,
  true,
  [],
  {},
  '__proto__',
];
const MAX_LEAVES = 160;

describe('own fixtures', () => {
  for (const adapter of exchangeAdapters) {
    const fixtures = fixturesOf(adapter.id);
    const instruments = instrumentsAmong(
      adapter,
      fixtures.map(({ envelope }) => envelope),
    );

    it(`${adapter.id} has an answer behind everything it is asked for`, () => {
      const kinds = new Set(
        fixtures.flatMap(({ envelope }) =>
          decodeEnvelope(adapter, envelope, instruments).observations.map((one) => one.kind),
        ),
      );
      for (const kind of capabilitiesOf(adapter).keys())
        assert.ok(kinds.has(kind), `${adapter.id}: no fixture gives ${kind}`);
    });

    it(`${adapter.id} reads them into plausible numbers`, () => {
      for (const { name, envelope } of fixtures) {
        const decoded = decodeEnvelope(adapter, envelope, instruments);
        for (const observation of decoded.observations) assertPlausible(observation, name);
      }
    });

    it(`${adapter.id} drops each field that is absent, empty or of another kind, and never makes it 0`, () => {
      const before = Object.getOwnPropertyNames(Object.prototype).join();
      let tried = 0;
      for (const { name, envelope } of fixtures) {
        const known =
          envelope.transport === 'ws' ||
          adapter.polls.some((poll) => matchPath(poll.path, envelope.path) !== undefined);
        if (!known) continue;
        const original = decodeEnvelope(adapter, envelope, instruments).observations;
        const zeros = original.flatMap((one) => Object.values(one)).filter((value) => value === 0).length;
        for (const path of leaves(envelope.response).slice(0, MAX_LEAVES)) {
          for (const by of REPLACEMENTS) {
            const response = replaced(envelope.response, path, by);
            const decoded = decodeEnvelope(adapter, { ...envelope, response }, instruments);
            tried += 1;
            const where = `${name} ${path.join('.')} = ${JSON.stringify(by)}`;
            for (const one of decoded.observations) assertPlausible(one, where);
            const zerosNow = decoded.observations
              .flatMap((one) => Object.values(one))
              .filter((value) => value === 0).length;
            assert.ok(zerosNow <= zeros, `${where}: a zero appeared`);
          }
        }
      }
      assert.ok(tried > 500, `only ${tried} changed answers`);
      assert.equal(Object.getOwnPropertyNames(Object.prototype).join(), before);
    }).timeout(60_000);
  }
});
