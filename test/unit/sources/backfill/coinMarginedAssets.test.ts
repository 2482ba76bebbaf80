import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { coinMarginedAssets } from '../../../../src/sources/backfill/coinMarginedAssets.ts';
import { ExchangeDesk } from '../../../../src/sources/backfill/exchangeDesk.ts';
import { DAY_MS } from '../../../../src/core/units.ts';
import { FakeClock } from '../../../support/fakeClock.ts';
import { fakeHttp, httpError } from '../collect/fakeExchange.ts';
import { adapter } from './backfillOf.ts';

const { signal } = new AbortController();
const file = (symbol: string, month: string) => `${symbol}-1h-${month}.zip`;
const pathOf = (symbol: string, month: string) =>
  `/data/futures/cm/monthly/klines/${symbol}/1h/${file(symbol, month)}.CHECKSUM`;

describe('the coin-margined perpetuals that there are', () => {
  const found = async (nowMs: number, month: string) => {
    const clock = new FakeClock(nowMs);
    const http = fakeHttp(clock);
    http.on(pathOf('BTCUSD_PERP', month), `${'ab'.repeat(32)}  ${file('BTCUSD_PERP', month)}`);
    http.on(pathOf('PEPEUSD_PERP', month), httpError('http-status', 404));
    const desk = new ExchangeDesk({ adapter, http, clock });
    const assets = [...(await coinMarginedAssets(desk, ['BTC', 'PEPE'], nowMs, signal))];
    return { assets, asked: http.asked.length };
  };

  it('are those that have a file of the newest month that is sure to be there, one request each', async () => {
    assert.deepEqual(await found(Date.UTC(2026, 10, 20), '2026-10'), { assets: ['BTC'], asked: 2 });
    assert.deepEqual(await found(Date.UTC(2026, 10, 10), '2026-09'), { assets: ['BTC'], asked: 2 });
    assert.deepEqual(await found(Date.UTC(2026, 0, 10), '2025-11'), { assets: ['BTC'], asked: 2 });
  });

  it('are not guessed where the host cannot be asked', async () => {
    const clock = new FakeClock(Date.UTC(2026, 10, 20) + DAY_MS);
    const http = fakeHttp(clock);
    http.on(pathOf('BTCUSD_PERP', '2026-10'), httpError('geo-blocked', 451));
    const desk = new ExchangeDesk({ adapter, http, clock });
    await assert.rejects(coinMarginedAssets(desk, ['BTC'], clock.nowMs(), signal), { code: 'geo-blocked' });
  });
});
