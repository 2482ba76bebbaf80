import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, before, beforeEach, describe, it } from 'mocha';
import type { Observation, OpenInterest } from '../../../src/core/observation.ts';
import { DAY_MS, HOUR_MS, MINUTE_MS } from '../../../src/core/units.ts';
import type { AssetSeries } from '../../../src/series/assetSeries.ts';
import { catalogue, seriesOf, type JoinedSeriesId, type SeriesId } from '../../../src/series/catalogue.ts';
import { newestStep, type ColumnsByExchange, type StepColumn } from '../../../src/series/hours.ts';
import { SeriesBook } from '../../../src/series/seriesBook.ts';
import { newestAlignedSum } from '../../../src/series/sums.ts';
import { openSqliteStore } from '../../../src/store/sqliteStore.ts';
import { NOW, observe } from '../market/builders.ts';
import { runPython, skipWithoutPython } from './python.ts';

const HOUR = Math.floor(NOW / HOUR_MS) * HOUR_MS;
const MIDNIGHT = Math.floor(NOW / DAY_MS) * DAY_MS;
const IDS = Object.keys(catalogue) as SeriesId[];

/** What a program prints of every metric: columns as [label, value] pairs without what is absent, and the sum's attributes. */
const PROGRAM = `
import json, sys
sys.path.insert(0, sys.argv[1])
import perpscope
asked = json.loads(sys.argv[3])
out = {}
with perpscope.open_store(sys.argv[2]) as store:
    for metric in perpscope.METRICS:
        try:
            found = perpscope.series("BTC", metric, store=store, frame="plain", **asked)
        except perpscope.PerpscopeError as error:
            if error.code != "no-data": raise
            out[metric] = {"columns": {}, "aggregate": None}
            continue
        at = found.pop("atMs")
        columns = {name.rsplit(".", 1)[0]: [[when, value] for when, value in zip(at, column) if value == value] for name, column in found.items()}
        out[metric] = {"columns": columns, "aggregate": found.attrs.get("aggregate")}
json.dump(out, sys.stdout)
`;

type Pairs = readonly (readonly [number, number])[];
interface Found {
  readonly columns: Readonly<Record<string, Pairs>>;
  readonly aggregate: {
    readonly exchanges: string[];
    readonly carried: string[];
    readonly share: number;
  } | null;
}

const pairsOf = ({ firstMs, stepMs, values }: StepColumn): Pairs =>
  Array.from(values, (value, at) => [firstMs + at * stepMs, value] as const).filter(
    ([, value]) => !Number.isNaN(value),
  );

/** Columns of the last 30 days of the exchanges that count, without those of which nothing is left. */
function sureDays(columns: Found['columns'], isSure: (exchange: string) => boolean): Found['columns'] {
  const own = Object.entries(columns).filter(([name]) => name !== 'aggregate' && isSure(name));
  const cut = own.map(
    ([name, pairs]) => [name, pairs.filter(([atMs]) => atMs >= NOW - 30 * DAY_MS)] as const,
  );
  return Object.fromEntries(cut.filter(([, pairs]) => pairs.length > 0));
}

const nothing: Found = { columns: {}, aggregate: null };

/** What the product makes of the same history. */
function productOf(view: AssetSeries, id: SeriesId): Found {
  const series = seriesOf(id);
  if (series.isByFeed === true) {
    const named = view.parts(id).map((part) => {
      const coverage = part.shared['coverage'] as string | undefined;
      const feed = coverage === undefined ? part.endpoint : `${part.endpoint}, ${coverage}`;
      return [`${part.exchange} (${feed})`, pairsOf(part.column)] as const;
    });
    return { columns: Object.fromEntries(named), aggregate: null };
  }
  const columns = view.column(id as JoinedSeriesId);
  if (columns.size === 0) return nothing;
  const own = Object.fromEntries([...columns].map(([exchange, column]) => [exchange, pairsOf(column)]));
  const sum = series.kind === 'adds-up' ? sumOf(columns, view.nowMs, series.carryMs ?? 0) : undefined;
  if (sum === undefined) return { columns: own, aggregate: null };
  const { exchanges, carried, share } = sum;
  const aggregate = { exchanges: [...exchanges], carried: [...carried], share };
  return { columns: { ...own, aggregate: pairsOf(sum) }, aggregate };
}

function sumOf(columns: ColumnsByExchange, nowMs: number, carryMs: number) {
  const newest = newestStep(columns, nowMs) ?? 0;
  const [{ stepMs }] = [...columns.values()] as [StepColumn];
  const first = Math.min(...[...columns.values()].map((column) => pairsOf(column)[0]?.[0] ?? Infinity));
  const steps = Math.max(1, (newest - first) / stepMs + 1);
  return newestAlignedSum(columns, nowMs, steps, { minimumSteps: steps / 2, carryMs });
}

describe('series in Python', () => {
  let folder: string;
  before(skipWithoutPython);
  beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'perpscope-python-'))));
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  const hours = fc.integer({ min: 0, max: 60 });
  const value = fc.integer({ min: 9_000, max: 11_000 }).map((whole) => whole / 10.1);
  const what = fc.constantFrom('bar', 'five', 'now', 'day', 'last', 'mark', 'taker', 'spot', 'ratio', 'depth', 'liquidation'); // prettier-ignore
  const run: fc.Arbitrary<readonly Observation[]> = fc
    .tuple(what, fc.constantFrom('one', 'two', 'three'), fc.constantFrom('GET /a', 'WS b'), hours, fc.array(fc.option(value, { freq: 14 }), { maxLength: 70, size: 'max' }), fc.integer({ min: 0, max: 59 }), fc.boolean()) // prettier-ignore
    .map(([kind, id, endpoint, from, values, minute, isLate]) =>
      values.flatMap((amount, at) => {
        // Most reach up to now, as what is collected does.
        const ago = at + Math.max(0, from - 50);
        if (amount === null) return [];
        const start = HOUR - ago * HOUR_MS;
        const receipt = { receivedAtMs: start + (isLate ? 90 : 30) * MINUTE_MS };
        const bar = { barMs: HOUR_MS, atMs: start, endpoint, ...receipt };
        const now = { atMs: start - minute * MINUTE_MS, endpoint, receivedAtMs: start - minute * MINUTE_MS + 1_000 };
        const quotes = { openQuote: amount, highQuote: amount + 5, lowQuote: amount - 5, closeQuote: amount };
        switch (kind) {
          case 'bar':
            return observe(id, 'open-interest', { ...bar, openInterestBase: amount, sides: isLate ? 'both' : 'unverified' });
          case 'five':
            return [0, 1].map((step) =>
              observe(id, 'open-interest', { ...bar, barMs: 5 * MINUTE_MS, atMs: start + step * 5 * MINUTE_MS, receivedAtMs: receipt.receivedAtMs + step, openInterestBase: amount + step, sides: isLate ? 'both' : 'unverified' }),
            );
          case 'now':
            return observe(`${id}-now`, 'open-interest', { ...now, openInterestBase: amount, openInterestUsd: amount * 5 });
          case 'day':
            return observe(id, 'open-interest', { ...receipt, endpoint, barMs: DAY_MS, atMs: MIDNIGHT - ago * DAY_MS, openInterestBase: amount });
          case 'last':
          case 'mark':
            return observe(id, 'candle', { ...bar, ...quotes, priceType: kind, volumeBase: amount });
          case 'taker':
            return observe(id, 'taker-volume', { ...bar, takerBuyBase: amount, takerSellBase: amount + 1 });
          case 'spot':
            return observe(`${id}-spot`, 'taker-volume', { ...bar, market: 'spot', takerBuyBase: amount, takerSellBase: amount + 1 });
          case 'ratio':
            return observe(id, 'long-short-ratio', { ...bar, longShortRatio: amount / 1_000 });
          case 'depth':
            return observe(id, 'depth', { ...now, bidUsd: amount, askUsd: amount, reachedAsk: !isLate });
          case 'liquidation':
            return observe(id, 'liquidation-volume', { ...bar, longLiquidatedUsd: amount, shortLiquidatedUsd: amount, coverage: 'complete' });
        }
      }),
    ); // prettier-ignore

  async function compare(rows: readonly Observation[], seen: { sums: number }): Promise<void> {
    const file = join(folder, `${String(Math.random()).slice(2)}.sqlite`);
    const store = await openSqliteStore(file, { source: 'live' });
    await store.append(rows);
    await store.settle();
    const book = new SeriesBook(() => Promise.resolve(store));
    const plain = await book.read('live', 'BTC', NOW);
    const verdicts = new Map<string, OpenInterest['sides']>();
    for (const { exchange, shared } of [
      ...plain.parts('open-interest'),
      ...plain.parts('open-interest-daily'),
    ])
      if (shared['sides'] === 'both') verdicts.set(exchange, 'both');
    const view = await book.read('live', 'BTC', NOW, { sidesOf: (exchange) => verdicts.get(exchange) });
    fc.pre(view.apart === 0);
    const asked = JSON.stringify({ since: NOW - 30 * DAY_MS, until: NOW });
    const found = JSON.parse(runPython(PROGRAM, [file, asked])) as Record<string, Found>;
    for (const id of IDS) {
      const product = productOf(view, id);
      const { columns = {}, aggregate = null } = found[id] ?? {};
      if (id === 'open-interest-daily') {
        // The product holds days of ten years, makes its sum of all of them, and has its verdicts on sides from hours as well.
        const isSure = (exchange: string): boolean =>
          !plain
            .parts(id)
            .some((part) => part.exchange === exchange && part.shared['sides'] === 'unverified');
        assert.deepEqual(sureDays(columns, isSure), sureDays(product.columns, isSure), id);
        continue;
      }
      assert.deepEqual(columns, product.columns, id);
      const told = aggregate && {
        exchanges: aggregate.exchanges,
        carried: aggregate.carried,
        share: aggregate.share,
      };
      assert.deepEqual(told, product.aggregate, id);
      if (product.aggregate !== null && product.aggregate.exchanges.length > 1) seen.sums += 1;
    }
    await store.close();
  }

  it('are the product’s own columns and sums, to the double, over any history', async function () {
    this.timeout(120_000);
    const seen = { sums: 0 };
    await fc.assert(
      fc.asyncProperty(fc.array(run, { minLength: 10, maxLength: 50, size: 'max' }), (runs) =>
        compare(runs.flat(), seen),
      ),
      { numRuns: 15, endOnFailure: true },
    );
    assert.ok(seen.sums > 8, `only ${seen.sums} sums of several exchanges were compared`);
  });
});
