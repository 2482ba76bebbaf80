import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { DAY_MS } from '../../../../src/core/units.ts';
import { deriveFeatures } from '../../../../src/analysis/regime/deriveFeatures.ts';
import { hoursBack, inputWith, LAST_FULL_HOUR, NOW, statesNow, takerRow } from './history.ts';

/** Hours of takers whose buys swing a little, and by `lastDay` more in the last 24 hours. */
const takers = (exchange: string, lastDay: number) =>
  hoursBack(192, LAST_FULL_HOUR, (atMs, index) =>
    takerRow(
      exchange,
      atMs,
      100 + (Math.floor(index / 24) % 2 === 0 ? 0.5 : -0.5) + (index < 24 ? lastDay : 0),
      100,
    ),
  );

describe('spot beside futures', () => {
  it('scores the spot takers against their own week, and their lead over the futures', () => {
    const spotTakerVolume = takers('binance', 6);
    const takerVolume = takers('okx', 1);
    const { values, origins } = deriveFeatures(inputWith({ spotTakerVolume, takerVolume }));
    const { spotTakerImbalanceZ, takerImbalanceZ, spotLeadZ } = values;
    assert.ok(spotTakerImbalanceZ !== undefined && takerImbalanceZ !== undefined);
    assert.ok(spotTakerImbalanceZ > takerImbalanceZ);
    assert.equal(spotLeadZ, spotTakerImbalanceZ - takerImbalanceZ);
    assert.deepEqual(origins.spotTakerImbalanceZ?.sources, ['binance']);
  });

  it('has no lead where the futures takers are not known, and says why', () => {
    const { values, absent } = deriveFeatures(inputWith({ spotTakerVolume: takers('binance', 6) }));
    assert.ok(values.spotTakerImbalanceZ !== undefined);
    assert.equal(values.spotLeadZ, undefined);
    assert.match(absent.spotLeadZ ?? '', /futures takers/);
  });

  it('leaves a day with a missing hour out', () => {
    const spotTakerVolume = takers('binance', 6).filter((row) => row.atMs !== LAST_FULL_HOUR - 5 * 3_600_000);
    const { values } = deriveFeatures(inputWith({ spotTakerVolume }));
    assert.equal(values.spotTakerImbalanceZ, undefined);
  });

  it('states the spot share with the exchanges it is of, and names its absence', () => {
    const traded = (exchange: string, spot: number, futures: number | undefined, volumesAtMs: number) =>
      statesNow(exchange, {
        ...{ spotVolume24hUsd: spot, volumesAtMs },
        ...(futures === undefined ? {} : { volume24hUsd: futures }),
      });
    const { values, origins } = deriveFeatures(
      inputWith({}, [
        ...[traded('binance', 21, 29, NOW - 1_000), traded('okx', 10, 40, NOW - 4_000)],
        traded('gate', 1_000, undefined, NOW - 9_000),
      ]),
    );
    assert.equal(values.spotVolumeShare, 0.31);
    assert.deepEqual(origins.spotVolumeShare?.sources, ['binance', 'okx']);
    assert.equal(origins.spotVolumeShare.ageMs, 4_000);
    assert.match(deriveFeatures(inputWith({})).absent.spotVolumeShare ?? '', /spot and perpetual volume/);
  });

  it('takes the median of the exchanges for the yearly basis, as old as the oldest', () => {
    const future = (exchange: string, annualised: number, atMs: number) =>
      statesNow(exchange, {
        basis: {
          ...{ exchange, venueSymbol: 'BTC-26MAR27', annualised, basisFraction: annualised / 4, atMs },
          ...{ expiresAtMs: NOW + 91 * DAY_MS, futuresPriceQuote: 101, indexPriceQuote: 100 },
        },
      });
    const { values, origins } = deriveFeatures(
      inputWith({}, [
        ...[future('okx', 0.05, NOW - 1_000), future('bybit', 0.07, NOW - 9_000)],
        future('deribit', 0.06, NOW - 2_000),
      ]),
    );
    assert.equal(values.basisAnnualisedPct, 6);
    assert.equal(origins.basisAnnualisedPct?.ageMs, 9_000);
  });
});
