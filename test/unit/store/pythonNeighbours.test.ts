import assert from 'node:assert/strict';
import fc from 'fast-check';
import { afterEach, before, beforeEach, describe, it } from 'mocha';
import type { Observation } from '../../../src/core/observation.ts';
import { HOUR_MS } from '../../../src/core/units.ts';
import { DAY0, openInterestHours, priceHours, QueryRig } from '../../support/queryRig.ts';
import { runPython, skipWithoutPython } from './python.ts';

const EXCHANGES = ['binance', 'okx'] as const;
const HOURS = 48;

/** What Python makes of both metrics: values by exchange and label, and who is said not to be judged. */
const PROGRAM = `
import json, sys
sys.path.insert(0, sys.argv[1])
import perpscope
out = {}
for metric in json.loads(sys.argv[4]):
    frame = perpscope.series("BTC", metric, since=${DAY0}, until=int(sys.argv[3]), step="1h", store=sys.argv[2], frame="plain")
    at = frame.pop("atMs")
    values = {name.split(".")[0]: {str(when): value for when, value in zip(at, column) if value == value} for name, column in frame.items()}
    values.pop("aggregate", None)
    out[metric] = {"values": values, "notJudged": frame.attrs["notJudged"]}
print(json.dumps(out))
`;

interface Found {
  readonly values: Readonly<Record<string, Readonly<Record<string, number>>>>;
  readonly notJudged: readonly string[];
}

describe('what neighbours contradict, in Python', () => {
  let rig: QueryRig;
  before(skipWithoutPython);
  beforeEach(() => (rig = new QueryRig()));
  afterEach(() => rig.remove());

  const inPython = (...metrics: readonly string[]): Record<string, Found> =>
    JSON.parse(runPython(PROGRAM, [rig.file, String(rig.nowMs), JSON.stringify(metrics)])) as Record<string, Found>; // prettier-ignore

  async function inQuery(metric: string): Promise<{ values: Found['values']; apart: boolean }> {
    const { text, notes } = await rig.run(
      `--asset BTC --metric ${metric} --since ${new Date(DAY0).toISOString()} --step 1h --exchange ${EXCHANGES.join(',')} --format csv`,
    );
    const values: Record<string, Record<string, number>> = {};
    for (const line of text.trim().split('\n').slice(1)) {
      const [, atMs = '', exchange = '', value = ''] = line.split(',');
      if (value !== '') (values[exchange] ??= {})[atMs] = Number(value);
    }
    return { values, apart: notes.some((note) => /impossible|neighbour/.test(note)) };
  }

  const level = (exchange: string) => (exchange === 'okx' ? 900 : 1_000);
  const even = (exchange: string) => Array.from({ length: HOURS }, (_, at) => level(exchange) + at);

  it('is named by its instrument; the product leaves it out', async () => {
    const slipped = even('okx').map((value, at) => (at === 20 ? value * 1_000 : value));
    await rig.write([...openInterestHours('binance', even('binance')), ...openInterestHours('okx', slipped)]);
    const product = await inQuery('open-interest');
    const found = inPython('open-interest')['open-interest'];
    const label = String(DAY0 + 20 * HOUR_MS);
    assert.ok(product.apart);
    assert.deepEqual(found?.notJudged, ['okx:BTCUSDT']);
    assert.equal(product.values['okx']?.[label], undefined);
    assert.equal(found.values['okx']?.[label], 920_000);
    assert.deepEqual(found.values['binance'], product.values['binance']);
  });

  it('is nothing where nobody is named: then values are those of query, whatever the history holds', async function () {
    this.timeout(240_000);
    const seen = { apart: 0, calm: 0 };
    const slip = fc.constantFrom(1_000, 1e-3, 0, 1e8, 40, 1.2, 1, 1);
    const cell = fc.record({ at: fc.nat(HOURS - 1), factor: slip, isUsd: fc.boolean() });
    const history = fc.record({ slips: fc.array(cell, { maxLength: 3 }), prices: fc.array(cell, { maxLength: 2 }) }); // prettier-ignore
    await fc.assert(
      fc.asyncProperty(fc.tuple(history, history), async (histories) => {
        rig.remove();
        rig = new QueryRig();
        const rows = EXCHANGES.flatMap((exchange, index): Observation[] => {
          const { slips, prices } = histories[index] ?? { slips: [], prices: [] };
          const factor = (at: number, isUsd: boolean): number =>
            slips
              .filter((one) => one.at === at && one.isUsd === isUsd)
              .reduce((all, one) => all * one.factor, 1);
          const interest = even(exchange).flatMap((value, at) => {
            const own = openInterestHours(exchange, even(exchange).map((_, hour) => (hour === at ? value * factor(at, false) : Number.NaN)), { openInterestUsd: value * 60_000 * factor(at, true), usdBasis: 'venue' }); // prettier-ignore
            return own;
          });
          const bars = even(exchange).map((value, at) => {
            const close = value * prices.filter((one) => one.at === at).reduce((all, one) => all * one.factor, 1); // prettier-ignore
            return [close, close * 1.01, close * 0.99, close, 50 * factor(at, true)] as const;
          });
          return [...interest, ...priceHours(exchange, bars.filter(([close]) => close > 0))]; // prettier-ignore
        });
        await rig.write(rows);
        const found = inPython('open-interest', 'open-interest-usd', 'last-close', 'volume');
        for (const [metric, { values, notJudged }] of Object.entries(found)) {
          const product = await inQuery(metric);
          if (notJudged.length === 0) {
            seen.calm += 1;
            assert.ok(!product.apart, `${metric}: the product leaves out what Python calls plain`);
          } else if (product.apart) seen.apart += 1;
          for (const exchange of EXCHANGES.filter((one) => !notJudged.includes(`${one}:BTCUSDT`)))
            assert.deepEqual(values[exchange], product.values[exchange], `${metric} of ${exchange}`);
        }
      }),
      { numRuns: 6, seed: 7, endOnFailure: true },
    );
    assert.ok(seen.apart > 3 && seen.calm > 3, JSON.stringify(seen));
  });
});
