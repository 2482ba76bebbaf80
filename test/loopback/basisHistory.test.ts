import assert from 'node:assert/strict';
import { after, before, describe, it } from 'mocha';
import { systemClock } from '../../src/core/clock.ts';
import { silentLogger } from '../../src/core/logger.ts';
import { HOUR_MS, MINUTE_MS, YEAR_MS } from '../../src/core/units.ts';
import { createEngine, type Engine } from '../../src/engine.ts';
import type { ExchangeSnapshot } from '../../src/market/snapshot.ts';
import type { SourcedLines } from '../../src/market/shownLines.ts';

/** Exchanges that state mark and index price in one answer; OKX and HTX state them in two. */
const TOGETHER = ['binance', 'bitget', 'bybit', 'deribit', 'gate', 'hyperliquid', 'kraken-futures'];

describe('basis and term structure of what a refresh has kept', function () {
  this.timeout(120_000);
  // A minute after the full hour: the reading belongs to that hour.
  const aheadMs = Math.ceil(Date.now() / HOUR_MS) * HOUR_MS + MINUTE_MS - Date.now();
  const clock = { ...systemClock, nowMs: () => Date.now() + aheadMs };
  const hourMs = Math.floor(clock.nowMs() / HOUR_MS) * HOUR_MS;
  let engine: Engine;
  let exchanges: readonly ExchangeSnapshot[];
  let shown: SourcedLines;

  before(async () => {
    engine = await createEngine({ logger: silentLogger, clock, simulator: { seed: 1, scenario: 'spot-led-rally' } }); // prettier-ignore
    const snapshot = await engine.market.refresh({ assets: ['BTC'] });
    exchanges = snapshot.assets[0]?.exchanges ?? assert.fail('no asset');
    const series = ['basis-index', 'term-structure'] as const;
    const wish = { asset: 'BTC', series, stepMs: HOUR_MS, fromMs: hourMs, toMs: hourMs + HOUR_MS };
    shown = await engine.lines(wish, new AbortController().signal);
  });
  after(() => engine.dispose());

  /** What answers of the refresh say of an instrument's basis, each of its own two prices. */
  function statedOf(exchange: string, venueSymbol: string): number[] {
    const own = exchanges.find((one) => one.exchange === exchange)?.instruments.find((one) => one.venueSymbol === venueSymbol); // prettier-ignore
    return (own?.observations ?? []).flatMap((one) => {
      if (one.kind !== 'mark-price' || one.markPriceQuote === undefined || one.indexPriceQuote === undefined) return []; // prettier-ignore
      return [one.markPriceQuote / one.indexPriceQuote - 1];
    });
  }

  it('states of each perpetual the basis that one of its answers states', () => {
    const lines = shown.lines.filter(({ series }) => series === 'basis-index');
    assert.deepEqual(lines.map(({ id }) => id), TOGETHER); // prettier-ignore
    for (const { id, instrument = '', firstMs, values } of lines) {
      assert.deepEqual([firstMs, values.length], [hourMs, 1]);
      assert.ok(statedOf(id, instrument.slice(id.length + 1)).includes(values[0] ?? Number.NaN), id);
    }
  });

  it('states each future under the expiry that its exchange lists, as the snapshot does', () => {
    const lines = shown.lines.filter(({ series }) => series === 'term-structure');
    for (const { id, instrument = '', feed = '', values } of lines) {
      const venueSymbol = instrument.slice(id.length + 1);
      const dated = exchanges.find(({ exchange }) => exchange === id)?.termStructure?.find((one) => one.venueSymbol === venueSymbol); // prettier-ignore
      assert.equal(new Date(dated?.expiresAtMs ?? Number.NaN).toISOString(), feed, venueSymbol);
      const yearly = statedOf(id, venueSymbol).map(
        (basis) => (basis * YEAR_MS) / (Date.parse(feed) - hourMs),
      );
      assert.ok(
        yearly.some((one) => Math.abs(one - (values[0] ?? Number.NaN)) < 1e-12),
        venueSymbol,
      );
    }
    assert.deepEqual(
      [...new Set(lines.map(({ id }) => id))],
      ['binance', 'bybit', 'deribit', 'kraken-futures'],
    );
  });
});
