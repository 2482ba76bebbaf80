import assert from 'node:assert/strict';
import { after, before, describe, it } from 'mocha';
import type { Change } from '../../src/analysis/metrics/changes.ts';
import { currentNumbers } from '../../src/analysis/metrics/currentNumbers.ts';
import { silentLogger } from '../../src/core/logger.ts';
import type { Observation, ObservationOf } from '../../src/core/observation.ts';
import { HOUR_MS, MINUTE_MS } from '../../src/core/units.ts';
import { createEngine, type Engine } from '../../src/engine.ts';
import { featureInput } from '../../src/market/assessAsset.ts';
import { readingsOf } from '../../src/market/readings.ts';
import type { AssetSnapshot, ExchangeSnapshot, MarketSnapshot } from '../../src/market/snapshot.ts';
import { marketsTree } from '../../src/surfaces/editor/marketsTreeModel.ts';
import type { TreeNode } from '../../src/surfaces/editor/treeNode.ts';
import { statusView } from '../../src/surfaces/editor/statusModel.ts';
import { STATUS_FIGURES, type StatusFigure } from '../../src/surfaces/editor/statusFigures.ts';
import { changeRows } from '../../src/surfaces/reports/changeRows.ts';
import { regimeReport } from '../../src/surfaces/reports/regimeReport.ts';
import { exchangeRows } from '../../src/surfaces/reports/exchangeRows.ts';
import {
  formatAge,
  formatCoins,
  formatPointsPerYear,
  formatRate,
  formatRatio,
  formatUsd,
} from '../../src/surfaces/reports/format.ts';
import { metricRows, type MetricRow } from '../../src/surfaces/reports/metricRows.ts';
import { snapshotText } from '../../src/surfaces/reports/snapshotText.ts';
import { historyWith } from '../unit/market/builders.ts';
import { until } from '../support/streamWire.ts';

/** What every surface must say of one exchange, taken from the picker and from nowhere else. */
describe('one number everywhere, with streams on', function () {
  this.timeout(120_000);
  let engine: Engine;
  let snapshot: MarketSnapshot;
  let asset: AssetSnapshot;

  before(async () => {
    engine = await createEngine({
      logger: silentLogger,
      simulator: { seed: 1, scenario: 'spot-led-rally' },
      streams: true,
    });
    await engine.market.refresh({ assets: ['BTC'] });
    await until(
      'streams of every exchange',
      () => {
        const live = engine.streamStatus()?.streams.filter(({ state }) => state === 'live') ?? [];
        return new Set(live.map(({ exchange }) => exchange)).size === engine.adapters.length;
      },
      30_000,
    );
    // A streamed minute, newer than every hour and of another ratio: it must stand in for none.
    const first = engine.market.state.snapshot?.assets[0];
    assert.ok(first !== undefined);
    const minutes = first.exchanges.flatMap(({ exchange, instruments }): Observation[] => {
      const [any] = instruments.find(({ kind }) => kind === 'perpetual')?.observations ?? [];
      if (any === undefined) return [];
      const { venueSymbol, baseAsset, instrument } = any;
      const atMs = Math.floor(Date.now() / MINUTE_MS) * MINUTE_MS - 2 * MINUTE_MS;
      const about = { exchange, venueSymbol, baseAsset, instrument, atMs, receivedAtMs: Date.now() };
      const flow = { takerBuyBase: 900, takerSellBase: 1 };
      return [{ ...about, endpoint: 'WS trades', kind: 'taker-volume', barMs: MINUTE_MS, ...flow }];
    });
    assert.equal(minutes.length, engine.adapters.length);
    engine.market.observe('simulated', minutes);
    snapshot = await engine.market.refresh({ assets: ['BTC'] });
    const [only] = snapshot.assets;
    assert.ok(only !== undefined);
    asset = only;
  });
  after(() => engine.dispose());

  const each = (check: (exchange: ExchangeSnapshot, rows: ReadonlyMap<string, MetricRow>) => void): void => {
    assert.equal(asset.aggregate.coverage.fresh, engine.adapters.length, asset.aggregate.notes.join('\n'));
    for (const exchange of asset.exchanges)
      check(
        exchange,
        new Map(metricRows(exchange, 'BTC', snapshot.asOfMs).map((row) => [row.id, row] as const)),
      );
  };
  const ageOf = (row: Observation, barMs = 0): string => formatAge(row.atMs + barMs, snapshot.asOfMs);

  it('names each number by its length and shows the picked one with its age', () => {
    let hours = 0;
    each((exchange, rows) => {
      const { takerVolume1h, openInterest, funding, longShort1h } = currentNumbers(exchange.instruments);
      if (takerVolume1h !== undefined) {
        hours += 1;
        const row = rows.get('taker');
        const ratio = (takerVolume1h.takerBuyBase ?? 0) / (takerVolume1h.takerSellBase ?? 0);
        assert.equal(takerVolume1h.barMs, HOUR_MS);
        assert.deepEqual(
          [row?.label, row?.value, row?.ageText],
          ['Taker buy/sell 1 h', formatRatio(ratio), `${ageOf(takerVolume1h, HOUR_MS)} old`],
          exchange.exchange,
        );
      }
      assert.ok(openInterest?.base !== undefined && funding !== undefined, exchange.exchange);
      assert.equal(rows.get('oi')?.value, formatCoins(openInterest.base.value, 'BTC'));
      assert.equal(rows.get('oi')?.ageText, `${ageOf(openInterest.row)} old`);
      assert.equal(rows.get('funding')?.label, `Funding per ${funding.intervalMs / HOUR_MS} h`);
      assert.equal(rows.get('funding')?.value, formatRate(funding.fundingRatePerInterval));
      if (longShort1h !== undefined)
        assert.equal(rows.get('long-short')?.value, formatRatio(longShort1h.longShortRatio));
    });
    assert.ok(hours >= 3, `only ${hours} exchanges gave an hour of taker flow`);
  });

  it('adds up, reports and judges what it shows', () => {
    const rows = exchangeRows(asset, snapshot.asOfMs);
    let usd = 0;
    each((exchange, shown) => {
      const read = readingsOf(exchange, snapshot.asOfMs);
      const row = rows.find((one) => one.snapshot.exchange === exchange.exchange);
      usd += read.openInterestUsd ?? 0;
      assert.equal(row?.openInterestUsd, read.openInterestUsd, exchange.exchange);
      assert.equal(row?.openInterestBase, read.openInterestBase, exchange.exchange);
      assert.equal(row?.funding, read.funding, exchange.exchange);
      assert.equal(row?.longShortRatio, read.longShort?.longShortRatio, exchange.exchange);
      assert.equal(row?.volume24hUsd, read.volume24hUsd, exchange.exchange);
      assert.equal(shown.get('oi-usd')?.value, formatUsd(read.openInterestUsd), exchange.exchange);
    });
    assert.ok(Math.abs((asset.aggregate.openInterestUsd ?? 0) / usd - 1) < 1e-12);
    const { readings } = featureInput(asset, historyWith({}), snapshot.asOfMs);
    for (const { exchange, funding: rate } of readings.filter((one) => one.funding !== undefined)) {
      const one = asset.exchanges.find((other) => other.exchange === exchange);
      assert.equal(rate, currentNumbers(one?.instruments ?? []).funding, exchange);
    }
    const hours = asset.exchanges.flatMap((one): ObservationOf<'taker-volume'>[] => {
      const { takerVolume1h } = currentNumbers(one.instruments);
      return takerVolume1h?.takerBuyBase === undefined ? [] : [takerVolume1h];
    });
    const newest = Math.max(...hours.map(({ atMs }) => atMs));
    const same = hours.filter(({ atMs }) => atMs === newest);
    if (same.length > hours.length / 2) {
      const buys = same.reduce((sum, one) => sum + (one.takerBuyBase ?? 0), 0);
      const sells = same.reduce((sum, one) => sum + (one.takerSellBase ?? 0), 0);
      assert.ok(Math.abs((asset.aggregate.takerBuySellRatio1h ?? 0) - buys / sells) < 1e-9);
    }
  });

  it('says in the tree, grouped either way, and in a terminal what the rows say', () => {
    const all = (nodes: readonly TreeNode[]): TreeNode[] =>
      nodes.flatMap((node) => [node, ...all(node.children)]);
    const text = snapshotText(snapshot);
    for (const grouping of ['exchange', 'asset'] as const) {
      const nodes = all(marketsTree(engine.market.state, grouping, snapshot.asOfMs));
      each((exchange, rows) => {
        const node = nodes.find(({ id }) => id.endsWith(`BTC/${exchange.exchange}`));
        assert.ok(node !== undefined, `${exchange.exchange} by ${grouping}`);
        for (const row of rows.values()) {
          const child: TreeNode | undefined = node.children.find(({ id }) => id === `${node.id}/${row.id}`);
          assert.ok(child !== undefined, `${exchange.exchange} ${row.label}`);
          assert.equal(child.label, row.narrow.value);
          assert.equal(child.spoken, `SIMULATED ${row.label}, ${row.value}, ${row.ageText}`);
          assert.ok(
            child.tooltip.startsWith(`SIMULATED ${row.label}: ${row.value}, ${row.ageText}\n`),
            child.tooltip,
          );
          assert.ok(text.includes(`${row.label.padEnd(23)} ${row.value} (${row.ageText})`), row.label);
        }
      });
    }
  });

  it('says the same changes in tree, hover, status bar, report and terminal, and has them in its data', () => {
    const { state } = engine.market;
    const regime = state.regimes.get('BTC');
    assert.ok(regime !== undefined);
    const data = JSON.parse(JSON.stringify(snapshot)) as MarketSnapshot;
    // What was an hour ago is known near a full hour only: nothing was read then.
    assert.deepEqual(data.assets[0]?.changes?.map(({ windowMs }) => windowMs).slice(-2), [24 * HOUR_MS, 168 * HOUR_MS]);
    const rows = changeRows(asset, snapshot.asOfMs);
    for (const kind of ['price', 'openInterest', 'fundingPerYear'])
      assert.ok(rows.filter((row) => row.kind === kind && row.windowMs > HOUR_MS).length === 2, `${kind} of ${rows.map(({ id }) => id).join(', ')}`);
    const all = (nodes: readonly TreeNode[]): TreeNode[] => nodes.flatMap((node) => [node, ...all(node.children)]);
    const nodes = all(marketsTree(state, 'exchange', snapshot.asOfMs));
    // Number and unit stay on one line there.
    const tooltip = statusView(state, 'BTC', snapshot.asOfMs).tooltip.replaceAll('\u00a0', ' ');
    const text = snapshotText(snapshot);
    const report = regimeReport({ assessment: regime, snapshot: asset, source: 'simulated', nowMs: snapshot.asOfMs });
    for (const { id, kind, windowMs, label, value } of rows) {
      const stated: Change | undefined = data.assets[0]?.changes?.find((one) => one.windowMs === windowMs)?.[kind];
      assert.equal(value, kind === 'fundingPerYear' ? formatPointsPerYear(stated?.value) : formatRate(stated?.value));
      assert.ok((stated?.exchanges.length ?? 0) >= 1);
      // A narrow row may shorten the unit and round; hover, voice and clipboard never do.
      const node = nodes.find((one) => one.id === `all/BTC/${id}`);
      const narrow = value.replace('pp/yr', 'pp');
      const rounded = narrow.replace(/\d*\.\d{3,}/, (digits) => Number(digits).toFixed(2));
      assert.ok(node !== undefined && [value, narrow, rounded].includes(node.label), id);
      assert.ok(node.tooltip.startsWith(`SIMULATED ${label}: ${value}, `) && node.spoken?.includes(`, ${value}, `), id);
      assert.ok(tooltip.includes(`${value} ${label.split(' ').slice(-2).join(' ')}`), `${id} in the hover`);
      const figure = id.replace('change-', '') as StatusFigure;
      assert.ok(STATUS_FIGURES.includes(figure));
      assert.ok(statusView(state, 'BTC', snapshot.asOfMs, [], [figure]).text.includes(` ${value} `), `${id} in the bar`);
      assert.ok(text.includes(`${label.padEnd(33)} ${value} (of `), `${id} in the terminal`);
      assert.match(report.slice(report.indexOf('## Changes'), report.indexOf('## Liquidations')).replaceAll('\\', ''), new RegExp(value.replace(/[+.]/g, '\\$&')), `${id} in the report`);
    }
  }); // prettier-ignore
});
