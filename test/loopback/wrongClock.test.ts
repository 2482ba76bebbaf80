import assert from 'node:assert/strict';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { after, afterEach, before, describe, it } from 'mocha';
import { systemClock, type Clock } from '../../src/core/clock.ts';
import { silentLogger } from '../../src/core/logger.ts';
import { createEngine, type Engine } from '../../src/engine.ts';
import type { MarketSnapshot } from '../../src/market/snapshot.ts';
import { startSimulator, type Simulator } from '../../src/sources/simulator/server.ts';
import { healthReport } from '../../src/surfaces/reports/healthReport.ts';
import { snapshotText } from '../../src/surfaces/reports/snapshotText.ts';
import { newestLabel } from '../../src/series/hours.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const THREE = ['okx', 'bybit', 'hyperliquid'];
const REQUEST = { assets: ['BTC'], exchanges: THREE, timeoutMs: 40_000 };

/** What the server in front of an exchange does to its answers. */
interface Rule {
  aheadMs?: number;
  headers?: Record<string, string>;
  isUnmarked?: boolean;
}

describe('clocks and marks over loopback', function () {
  this.timeout(120_000);
  let simulator: Simulator;
  let engine: Engine | undefined;
  const servers: Server[] = [];

  before(async () => {
    simulator = await startSimulator({ seed: 7, scenario: 'spot-led-rally', clock: systemClock });
  });
  after(async () => {
    await simulator.close();
  });
  afterEach(async () => {
    await engine?.dispose();
    for (const server of servers.splice(0)) server.close();
  });

  /** The machine's clock, wrong by as much. */
  const machine = (aheadMs: number): Clock => ({ ...systemClock, nowMs: () => Date.now() + aheadMs });

  async function inFront(id: string, rule: Rule): Promise<{ rest: string }> {
    const target = (simulator.endpoints as Record<string, { rest: string }>)[id]!.rest;
    const server = createServer((request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        const body = Buffer.concat(chunks);
        const { method = 'GET', url = '/' } = request;
        const headers = { 'content-type': 'application/json' };
        fetch(target + url, body.length === 0 ? { method } : { method, headers, body }).then(
          async (answer) => {
            const text = shifted(await answer.text(), rule.aheadMs ?? 0);
            const mark = rule.isUnmarked === true ? {} : { 'x-perpscope-simulated': '1' };
            response.writeHead(answer.status, { ...mark, ...rule.headers }).end(text);
          },
          () => response.destroy(),
        );
      });
    });
    servers.push(server);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return { rest: `http://127.0.0.1:${(server.address() as AddressInfo).port}` };
  }

  async function start(rules: Readonly<Record<string, Rule>>, clock: Clock = systemClock): Promise<Engine> {
    const replaced = Object.fromEntries(
      await Promise.all(
        Object.entries(rules).map(async ([id, rule]) => [id, await inFront(id, rule)] as const),
      ),
    );
    engine = await createEngine({
      logger: silentLogger,
      clock,
      endpoints: { ...(simulator.endpoints as object), ...replaced },
    });
    return engine;
  }

  const fresh = (snapshot: MarketSnapshot): string[] =>
    (snapshot.assets[0]?.exchanges ?? []).filter((one) => one.status === 'fresh').map((one) => one.exchange);

  for (const aheadMs of [-10 * MINUTE, 3 * HOUR, -24 * HOUR])
    it(`a machine whose clock is ${aheadMs / MINUTE} min ahead: nothing is dropped or old, and it is named`, async () => {
      const { market } = await start({}, machine(aheadMs));
      const snapshot = await market.refresh(REQUEST);
      assert.deepEqual(fresh(snapshot), THREE);
      assert.ok(Math.abs(snapshot.asOfMs - Date.now()) < 60_000);
      for (const { issues, newestAtMs = 0 } of snapshot.assets[0]?.exchanges ?? []) {
        assert.deepEqual(
          issues.filter(({ code }) => code === 'ahead-of-clock'),
          [],
        );
        assert.ok(Math.abs(snapshot.asOfMs - newestAtMs) < 60_000);
      }
      const rows = snapshot.assets[0]!.exchanges.flatMap((one) => one.instruments).flatMap(
        (one) => one.observations,
      );
      for (const row of rows) assert.ok(Math.abs(row.receivedAtMs - Date.now()) < 2 * MINUTE, row.endpoint);
      const { behindMs = 0 } = snapshot.machineClock ?? {};
      assert.ok(Math.abs(behindMs + aheadMs) < 2_000, `${behindMs}`);
      const words = aheadMs < 0 ? 'slow' : 'fast';
      assert.match(
        snapshotText(snapshot),
        new RegExp(`This machine's clock is .* ${words} by the clocks of 3`),
      );
      assert.match(healthReport(market.health()), new RegExp(`clock is .* ${words} by the clocks of 3`));
      assert.ok(Math.abs((market.health().exchanges.find((one) => one.exchange === 'okx')?.askedAtMs ?? 0) - Date.now()) < 90_000); // prettier-ignore
    });

  it('payloads dated ahead are kept apart, hide nothing, and are gone once they are dated rightly', async () => {
    const rule: Rule = { aheadMs: HOUR };
    const { market } = await start({ bybit: rule });
    const first = await market.refresh(REQUEST);
    assert.deepEqual(fresh(first), ['okx', 'hyperliquid']);
    const bybit = first.assets[0]?.exchanges.find((one) => one.exchange === 'bybit');
    assert.match(bybit?.reason ?? '', /dated 60 min ahead of the clock/);
    assert.ok((market.health().exchanges.find((one) => one.exchange === 'bybit')?.drops['ahead-of-clock'] ?? 0) > 0); // prettier-ignore
    const { history } = await market.history('BTC');
    const stored = [...history.parts('open-interest'), ...history.parts('last-open')].filter(
      ({ exchange }) => exchange === 'bybit',
    );
    assert.ok(stored.every(({ column }) => (newestLabel(column) ?? 0) <= Date.now() + 10_000));
    assert.equal(first.machineClock, undefined);
    rule.aheadMs = 0;
    assert.deepEqual(fresh(await market.refresh(REQUEST)), THREE);
  });

  it('a date header that is absurd or a cache’s moves nothing', async () => {
    const long = new Date(Date.now() - 5 * HOUR).toUTCString();
    const { market } = await start({
      bybit: { headers: { date: 'Thu, 01 Jan 1970 00:00:00 GMT' } },
      okx: { headers: { date: long, age: '18000' } },
      hyperliquid: { headers: { date: long } },
    });
    const snapshot = await market.refresh(REQUEST);
    assert.deepEqual([fresh(snapshot), snapshot.machineClock], [THREE, undefined]);
  });

  it('the mark of the simulator on one exchange leaves out that one', async () => {
    const rules = { bybit: {}, okx: { isUnmarked: true }, hyperliquid: { isUnmarked: true } };
    const snapshot = await (await start(rules)).market.refresh(REQUEST);
    assert.deepEqual([snapshot.source, fresh(snapshot)], ['live', ['okx', 'hyperliquid']]);
    const bybit = snapshot.assets[0]?.exchanges.find((one) => one.exchange === 'bybit');
    assert.deepEqual([bybit?.status, bybit?.instruments], ['failed', []]);
    assert.match(bybit?.reason ?? '', /carry the mark of the simulator/);
  });
});

/** Moves every time in a payload, in seconds or milliseconds. */
function shifted(text: string, aheadMs: number): string {
  if (aheadMs === 0) return text;
  return text.replace(/(?<![\d.])(1[6-9]\d{11}|1[6-9]\d{8})(?![\d.])/g, (found) =>
    String(BigInt(found) + BigInt(found.length === 13 ? aheadMs : aheadMs / 1_000)),
  );
}
