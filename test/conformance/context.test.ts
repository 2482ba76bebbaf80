import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { contextSeriesKey, type ContextValue } from '../../src/core/contextValue.ts';
import { contextProviders } from '../../src/sources/context/registry.ts';
import { contextFixtures, decodeContextEnvelope } from '../support/contextFixtures.ts';
import { recordedFolder, recordedPayloads, type Envelope } from '../support/recorded.ts';

const ODD: readonly unknown[] = [
  undefined,
  null,
  '',
  ' ',
  'NaN',
  'abc',
  '0x10',
  '1e999',
  true,
  [],
  {},
  '__proto__',
];

/** Every copy of a JSON value with one place replaced. */
function* changed(value: unknown, by: unknown): Generator<unknown> {
  yield by;
  if (Array.isArray(value)) {
    for (const [index, one] of value.entries())
      for (const copy of changed(one, by)) yield value.with(index, copy);
  } else if (typeof value === 'object' && value !== null) {
    for (const [key, one] of Object.entries(value))
      for (const copy of changed(one, by)) yield { ...value, [key]: copy };
  }
}

function assertSound(value: ContextValue, where: string): void {
  assert.ok(Number.isFinite(value.value), where);
  assert.ok(value.atMs > Date.UTC(2010, 0) && value.atMs <= value.receivedAtMs, where);
  assert.match(value.endpoint, /^GET \//, where);
}

describe('context providers', () => {
  for (const { id, requests } of contextProviders) {
    it(`${id} has an own fixture behind every metric`, () => {
      const decoded = contextFixtures(id).map((envelope) => decodeContextEnvelope(envelope));
      assert.deepEqual(
        decoded.flatMap(({ issues }) => issues),
        [],
      );
      const metrics = new Set(decoded.flatMap(({ values }) => values.map(({ metric }) => metric)));
      for (const metric of requests.flatMap((request) => request.yields))
        assert.ok(metrics.has(metric), metric);
    });

    it(`${id} drops what is absent, empty or of another kind, and never makes it 0`, () => {
      let tried = 0;
      for (const envelope of contextFixtures(id)) {
        const before = decodeContextEnvelope(envelope).values;
        const known = new Set(before.map((one) => JSON.stringify([contextSeriesKey(one), one.value])));
        for (const by of ODD) {
          for (const response of changed(envelope.response, by)) {
            tried += 1;
            const where = `${envelope.path} with ${JSON.stringify(by)}`;
            const { values, issues } = decodeContextEnvelope(envelope, { response });
            for (const one of values) {
              assertSound(one, where);
              assert.ok(
                known.has(JSON.stringify([contextSeriesKey(one), one.value])),
                `${where}: a new number`,
              );
            }
            assert.ok(values.length > 0 || issues.length > 0, `${where}: neither a value nor an issue`);
          }
        }
      }
      assert.ok(tried >= 24, String(tried));
    });
  }

  it('alternative-me reads its recorded answers', function () {
    if (recordedFolder === undefined) this.skip();
    const payloads = recordedPayloads('alternative-me');
    assert.ok(payloads.length > 0);
    for (const { file, envelope } of payloads) {
      const { values, issues } = decodeContextEnvelope(envelope);
      assert.deepEqual(issues, [], file);
      const rows = (envelope as Envelope & { response: { data: { value: string; timestamp: string }[] } })
        .response.data;
      assert.deepEqual(
        values.map(({ value, atMs }) => [String(value), String(atMs / 1_000)]),
        rows.map(({ value, timestamp }) => [value, timestamp]),
        file,
      );
    }
  });
});
