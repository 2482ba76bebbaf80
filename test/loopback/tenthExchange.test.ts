import assert from 'node:assert/strict';
import { after, before, describe, it } from 'mocha';
import type { Chunk } from '../../src/core/chunk.ts';
import type { Observation } from '../../src/core/observation.ts';
import { createEngine, type Engine } from '../../src/engine.ts';
import { coverageOf, type SeenPayload } from '../../src/sources/exchanges/coverage.ts';
import { coverageMarkdown } from '../../src/sources/exchanges/coverageTables.ts';
import { applyPoll } from '../../src/sources/exchanges/decodeAnswer.ts';
import { exchangeAdapters } from '../../src/sources/exchanges/registry.ts';
import { healthTree } from '../../src/surfaces/editor/healthTreeModel.ts';
import { marketsTree } from '../../src/surfaces/editor/marketsTreeModel.ts';
import { startFaultServer, type FaultServer } from '../support/faultServer.ts';
import { tenth, tenthAnswers, tenthLiquidation } from '../support/tenthExchange.ts';

/** The one line that adds it, as in the registry. */
const adapters = [...exchangeAdapters, tenth];
const quiet = { debug() {}, info() {}, warn() {}, error() {} };

describe('a tenth exchange, in one file and one line', () => {
  let server: FaultServer;
  let engine: Engine;
  let nowMs: number;

  before(async () => {
    // Not when the file is loaded: its tests may come minutes later.
    nowMs = Date.now();
    const answers = tenthAnswers(nowMs);
    server = await startFaultServer((request) => ({
      json: answers[request.url] ?? answers[request.url.split('?')[0] ?? ''] ?? {},
    }));
    engine = await createEngine({ logger: quiet, adapters, endpoints: { tenth: { rest: server.url } } });
    await engine.market.refresh({ assets: ['BTC', 'ETH'], exchanges: ['tenth'] });
  });
  after(async () => {
    await engine.dispose();
    await server.close();
  });

  it('is in the snapshot of each asset, and in its sums', () => {
    const assets = engine.market.state.snapshot?.assets ?? [];
    assert.deepEqual(
      assets.map((one) => [
        one.asset,
        one.exchanges[0]?.exchange,
        one.exchanges[0]?.status,
        one.aggregate.openInterestBase,
      ]),
      [
        ['BTC', 'tenth', 'fresh', 1_200],
        ['ETH', 'tenth', 'fresh', 9_000],
      ],
    );
  });

  it('asks an endpoint that answers about all assets once for all of them', () => {
    assert.deepEqual(server.requests.map((one) => one.url).sort(), [
      '/bars?symbol=BTC-PERP',
      '/bars?symbol=ETH-PERP',
      '/markets',
      '/tickers',
    ]);
  });

  it('gives its bars as columns, in the order of their times', () => {
    const bars = tenth.polls.find((one) => one.id === 'tenth/bars') ?? assert.fail();
    const [path, query] = ['/bars', { symbol: 'BTC-PERP' }];
    const body = tenthAnswers(nowMs)[`${path}?symbol=BTC-PERP`];
    const answer = { method: 'GET', path, query, body, receivedAtMs: nowMs } as const;
    const { rows, issues } = applyPoll<Observation | Chunk>(tenth, bars, answer, new Map());
    assert.deepEqual(issues, []);
    const [chunk] = rows;
    assert.ok(rows.length === 1 && chunk !== undefined && 'columns' in chunk);
    assert.deepEqual([...(chunk.columns['closeQuote'] ?? [])], [95_000, 95_100]);
    assert.deepEqual([...chunk.atMs], [nowMs - 7_200_000, nowMs - 3_600_000]);
  });

  it('is in the tree under its own name, with its numbers', () => {
    const node = marketsTree(engine.market.state, 'exchange', nowMs).find((one) => one.id === 'tenth');
    assert.equal(node?.label, 'Tenth');
    const rows = node.children.flatMap((asset) => asset.children.map((row) => `${row.id} ${row.spoken}`));
    for (const name of ['/oi Open interest, 1.20K BTC', '/funding Funding per 1 h, +0.00100 %'])
      assert.ok(
        rows.some((row) => row.includes(name)),
        rows.join('\n'),
      );
  });

  it('is in the health view', () => {
    const node = healthTree(engine.market.health(), Date.now()).find((one) => one.label === 'Tenth');
    assert.match(node?.spoken ?? '', /^Tenth, fresh/);
  });

  it('is in the coverage table, with its stream, side and completeness', () => {
    const payloads: SeenPayload[] = [
      ...Object.entries(tenthAnswers(nowMs)).map(([path, response]) => ({
        name: path, transport: 'rest' as const, path, query: {}, response,
      })),
      { name: 'liquidations', transport: 'ws', path: 'liquidations', query: {}, response: tenthLiquidation(nowMs) },
    ]; // prettier-ignore
    const lines = coverageMarkdown([tenth], coverageOf(tenth, payloads)).split('\n');
    assert.equal(lines[0], '| Metric | Tenth |');
    assert.ok(lines.includes('| Open interest | now (one side) |'), lines.join('\n'));
    assert.ok(lines.includes('| Single liquidations | stream (complete) |'), lines.join('\n'));
  });
});
