import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'mocha';
import { silentLogger } from '../../src/core/logger.ts';
import { commonAsset } from '../../src/core/ids.ts';
import { createEngine } from '../../src/engine.ts';
import { binance } from '../../src/sources/exchanges/binance/adapter.ts';
import { regimeReport } from '../../src/surfaces/reports/regimeReport.ts';
import { snapshotText } from '../../src/surfaces/reports/snapshotText.ts';
import { FakeClock } from '../support/fakeClock.ts';

/** As an exchange lists them; the last ones hold what URLs, SQL and regular expressions give a meaning to. */
const NAMES = [
  '龙虾',
  '1INCH',
  'GROK.X',
  'BRK-B',
  'A_B',
  '$WIF',
  "M'S",
  'US"D',
  'S&P500',
  '100%',
  'A+B',
  'A#1?',
];

const answersAt = (nowMs: number): Readonly<Record<string, (symbol: string) => unknown>> => ({
  '/fapi/v1/exchangeInfo': () => ({
    symbols: NAMES.map((name) => ({
      symbol: `${name}USDT`, baseAsset: name, quoteAsset: 'USDT', marginAsset: 'USDT',
      contractType: 'PERPETUAL', deliveryDate: 4_133_404_800_000, status: 'TRADING',
    })),
  }),
  '/fapi/v1/fundingInfo': () => [],
  '/fapi/v1/openInterest': (symbol) => ({ symbol, openInterest: String(100 + NAMES.indexOf(symbol.replace(/USDT$/, ''))), time: nowMs }),
  '/futures/data/openInterestHist': (symbol) => [
    { symbol, sumOpenInterest: '7', sumOpenInterestValue: '70', timestamp: nowMs - (nowMs % 3_600_000) },
  ],
}); // prettier-ignore

describe('assets of every name', () => {
  const clock = new FakeClock(Date.UTC(2026, 10, 22, 5, 17, 23));
  const answers = answersAt(clock.nowMs());
  let server: Server;
  let folder: string;
  before(async () => {
    folder = mkdtempSync(join(tmpdir(), 'perpscope-names-'));
    server = createServer((request, response) => {
      const url = new URL(request.url ?? '/', 'http://127.0.0.1');
      const symbol = url.searchParams.get('symbol') ?? '';
      const answer = answers[url.pathname];
      response.writeHead(answer === undefined ? 404 : 200, { 'content-type': 'application/json' });
      response.end(JSON.stringify(answer?.(symbol) ?? {}));
    });
    await new Promise<void>((ready) => void server.listen(0, '127.0.0.1', ready));
  });
  after(async () => {
    await new Promise((done) => void server.close(done));
    rmSync(folder, { recursive: true });
  });

  it('are asked for, read, stored, read back and shown', async () => {
    const rest = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const engine = await createEngine({
      ...{ logger: silentLogger, clock, adapters: [binance], storePath: join(folder, 'names.sqlite') },
      endpoints: { binance: { rest, spot: rest } },
      environment: {},
    });
    try {
      const assets = NAMES.map(commonAsset);
      const snapshot = await engine.market.refresh({ assets });
      assert.deepEqual([...engine.market.listedAssets()].sort(), [...assets].sort());
      for (const [index, asset] of assets.entries()) {
        const own = snapshot.assets[index]!;
        assert.deepEqual(
          [own.asset, own.aggregate.openInterestBase, own.unlisted],
          [asset, 100 + index, undefined],
        );
        const { history } = await engine.market.history(asset);
        const sizes = history
          .parts('open-interest')
          .flatMap(({ column, shared }) =>
            [...column.values]
              .filter((size) => !Number.isNaN(size))
              .map((size) => [shared['baseAsset'], size]),
          );
        assert.deepEqual(sizes, [[asset, 7]], asset); // prettier-ignore
        const assessment = engine.market.state.regimes.get(asset)!;
        const report = regimeReport({ assessment, snapshot: own, source: 'live', nowMs: clock.nowMs() });
        assert.equal(report.split('\n')[0]?.replaceAll('\\', ''), `# ${asset}: unknown`);
        assert.ok(snapshotText(snapshot).includes(`\n${asset}, 1 of 1 exchange fresh\n`), asset);
      }
    } finally {
      await engine.dispose();
    }
  });
});
