import assert from 'node:assert/strict';
import { parseAsset } from '../../src/core/assetName.ts';
import { facetOf, type Observation } from '../../src/core/observation.ts';

/** A basis is negative where the future is cheaper than its index. */
const POSITIVE = /(?<!^basis)Quote$|^midPriceQuote$/;
const NOT_NEGATIVE = /(Base|Usd|Contracts|Ratio|Share|levels)$/;

/** Fails unless an observation is whole: finite, with unit and instrument, at a possible time, with possible values. */
export function assertPlausible(observation: Observation, where: string): void {
  const at = `${where} ${observation.kind} ${facetOf(observation)}`;
  for (const [key, value] of Object.entries(observation) as [string, unknown][]) {
    if (typeof value !== 'number') {
      assert.notEqual(value, null, `${at}: ${key} is null`);
      continue;
    }
    assert.ok(Number.isFinite(value), `${at}: ${key} is ${value}`);
    if (POSITIVE.test(key) && key !== 'basisQuote') assert.ok(value > 0, `${at}: ${key} is ${value}`);
    if (NOT_NEGATIVE.test(key)) assert.ok(value >= 0, `${at}: ${key} is ${value}`);
    if (/AtMs$|^atMs$/.test(key)) {
      assert.ok(value > Date.UTC(2010, 0) && value < Date.UTC(2101, 0), `${at}: ${key} is ${value}`);
    }
  }
  assert.equal(parseAsset(observation.baseAsset), observation.baseAsset, at);
  const { exchange, venueSymbol, market } = observation;
  const name = market === 'spot' ? `spot/${venueSymbol}` : venueSymbol;
  assert.equal(observation.instrument, `${exchange}:${name}`, at);
  assert.match(observation.endpoint, /^(?:(?:GET|POST) \/|WS [a-z])/, at);
  if (observation.kind === 'funding-rate') {
    assert.ok(
      observation.intervalMs >= 3_600_000 && observation.intervalMs <= 86_400_000,
      `${at}: interval ${observation.intervalMs}`,
    );
    assert.ok(
      Math.abs(observation.fundingRatePerInterval) < 0.2,
      `${at}: rate ${observation.fundingRatePerInterval}`,
    );
  }
  if (observation.kind === 'open-interest') {
    const { openInterestBase, openInterestUsd, openInterestContracts, usdBasis } = observation;
    const sizes = [openInterestBase, openInterestUsd, openInterestContracts].filter(
      (size) => size !== undefined,
    );
    assert.ok(sizes.length > 0, `${at}: no size`);
    assert.equal(
      openInterestUsd !== undefined,
      usdBasis !== undefined,
      `${at}: USD and its basis go together`,
    );
  }
  if (observation.kind === 'candle') {
    const { openQuote, highQuote, lowQuote, closeQuote } = observation;
    assert.ok(
      highQuote >= Math.max(openQuote, closeQuote) && lowQuote <= Math.min(openQuote, closeQuote),
      at,
    );
  }
}
