import assert from 'node:assert/strict';
import { after, before, describe, it } from 'mocha';
import type { RegimeAssessment, VenueAssessment } from '../../src/analysis/regime/assessment.ts';
import { silentLogger } from '../../src/core/logger.ts';
import { createEngine, type Engine } from '../../src/engine.ts';
import { SIMULATED_EXCHANGES } from '../../src/sources/simulator/profiles.ts';

/** Article 001, through the wire: a record on Binance that no other exchange mirrors. */
describe('exchanges one by one over loopback', function () {
  this.timeout(60_000);
  let engine: Engine;
  let regime: RegimeAssessment;
  let shares: ReadonlyMap<string, number>;

  before(async () => {
    const simulator = { seed: 1, scenario: 'record-open-interest' } as const;
    engine = await createEngine({ logger: silentLogger, simulator });
    const snapshot = await engine.market.refresh({ assets: ['ETH'], timeoutMs: 30_000 });
    regime = engine.market.state.regimes.get('ETH')!;
    const { largestShare } = snapshot.assets[0]!.aggregate;
    shares = new Map([[largestShare!.exchange, largestShare!.share]]);
  });
  after(() => engine.dispose());

  const venue = (exchange: string): VenueAssessment =>
    regime.venues!.find((one) => one.exchange === exchange)!;

  it('lists every exchange, with what its own hours say, or why they do not', () => {
    assert.deepEqual(regime.venues!.map(({ exchange }) => exchange).sort(), [...SIMULATED_EXCHANGES].sort());
    for (const { exchange, usualSizes, reason } of regime.venues!)
      assert.notEqual(usualSizes === undefined, reason === undefined, exchange);
    assert.equal(
      venue('hyperliquid').openInterestChangePct,
      undefined,
      'it keeps no hours, and no zero is made of that',
    );
    assert.match(venue('hyperliquid').reason ?? '', /^[01] h of its open interest are known/);
  });

  it('shows the stake rising on Binance, at its record, and on no other', () => {
    const {
      family,
      openInterestRecord,
      openInterestChangePct = 0,
      restChangePct = 0,
      share,
    } = venue('binance');
    assert.deepEqual([family, openInterestRecord], ['stake-rising', true]);
    assert.ok(
      openInterestChangePct > 1.5 && restChangePct < 0.7,
      `${openInterestChangePct} ${restChangePct}`,
    );
    assert.equal(share, shares.get('binance'));
    for (const one of regime.venues!) {
      if (one.exchange === 'binance') continue;
      assert.notEqual(one.openInterestRecord, true, one.exchange);
      assert.notEqual(one.family, 'stake-rising', one.exchange);
    }
  });

  it('says so once', () => {
    const about = regime.statements.filter((line) => line.includes('Binance'));
    // Whether dollars are at their highest as well depends on the price of this hour: that is another thing, and said once too.
    const inDollars = about.filter((line) =>
      line.startsWith('Open interest in USD on Binance is at its highest'),
    );
    const said = about.filter((line) => !inDollars.includes(line));
    assert.equal(said.length, 1, about.join('\n'));
    assert.ok(inDollars.length <= 1, about.join('\n'));
    assert.match(said[0]!, /a record on Binance, not confirmed elsewhere/);
  });
});
