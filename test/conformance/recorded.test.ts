import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { exchangeAdapters } from '../../src/sources/exchanges/registry.ts';
import { decodeEnvelope, instrumentsAmong } from '../support/decodeEnvelope.ts';
import { assertPlausible } from '../support/plausible.ts';
import { recordedFolder, recordedPayloads } from '../support/recorded.ts';

const ISSUE_CODES = new Set([
  'decode',
  'unsupported',
  'unknown-instrument',
  'unknown-interval',
  'assumed-interval',
  'wrong-instrument',
  'implausible',
  'venue-rejected',
]);

describe('recorded payloads', function () {
  before(function () {
    // The folder of recorded answers lies outside the project; the project's own fixtures are tested always.
    if (recordedFolder === undefined) this.skip();
  });
  for (const adapter of exchangeAdapters) {
    const payloads = recordedPayloads(adapter.id);
    const instruments = instrumentsAmong(
      adapter,
      payloads.map(({ envelope }) => envelope),
    );
    for (const { file, envelope } of payloads) {
      it(`${file} gives plausible numbers or a named issue`, () => {
        for (const table of [instruments, new Map<string, never>()]) {
          const decoded = decodeEnvelope(adapter, envelope, table);
          for (const observation of decoded.observations) assertPlausible(observation, file);
          for (const issue of decoded.issues)
            assert.ok(ISSUE_CODES.has(issue.code) && issue.message !== '', issue.code);
          const results = decoded.observations.length + decoded.instruments.length + decoded.details.length;
          assert.ok(results > 0 || decoded.issues.length > 0, 'neither a number nor an issue');
        }
      });
    }
  }
});

interface CcxtExpectation {
  readonly openInterestAmount?: number;
  readonly baseVolume?: number;
  readonly openInterestValue?: number;
  readonly fundingRate?: number;
  readonly fundingTimestamp?: number;
  readonly markPrice?: number;
  readonly indexPrice?: number;
  readonly quoteVolume?: number;
  readonly last?: number;
  readonly timestamp?: number;
}

describe('recorded payloads with an independent reading', function () {
  for (const adapter of exchangeAdapters) {
    const payloads = recordedPayloads(adapter.id).filter(({ envelope }) => envelope.transport === 'rest');
    const instruments = instrumentsAmong(
      adapter,
      payloads.map(({ envelope }) => envelope),
    );
    for (const { file, envelope } of payloads) {
      const ccxt = envelope.expected?.['ccxt'];
      if (ccxt === undefined) continue;
      it(`${file} agrees with ccxt, or is refused by name`, () => {
        const { observations, issues } = decodeEnvelope(adapter, envelope, instruments);
        if (observations.length === 0)
          return assert.ok(
            issues.some((issue) => issue.code === 'unsupported'),
            JSON.stringify(issues),
          );
        const expected = (Array.isArray(ccxt) ? ccxt : [ccxt]) as CcxtExpectation[];
        let compared = 0;
        const compare = (ours: number | undefined, theirs: number | undefined, what: string): void => {
          if (ours === undefined || theirs === undefined) return;
          compared += 1;
          assert.equal(ours, theirs, `${file}: ${what}`);
        };
        for (const [index, theirs] of expected.entries()) {
          const own = observations.filter((one) => expected.length === 1 || one.atMs === theirs.timestamp);
          assert.ok(own.length > 0, `row ${index} has no counterpart`);
          for (const one of own) {
            // ccxt's openInterestAmount may count contracts; its baseVolume is the number of coins.
            if (one.kind === 'open-interest')
              compare(one.openInterestBase, theirs.baseVolume, 'open interest in coins');
            if (one.kind === 'open-interest')
              compare(one.openInterestUsd, theirs.openInterestValue, 'open interest in USD');
            if (one.kind === 'funding-rate')
              compare(one.fundingRatePerInterval, theirs.fundingRate, 'funding rate');
            if (one.kind === 'funding-rate') compare(one.settlesAtMs, theirs.fundingTimestamp, 'settlement');
            if (one.kind === 'mark-price') compare(one.markPriceQuote, theirs.markPrice, 'mark price');
            if (one.kind === 'mark-price') compare(one.indexPriceQuote, theirs.indexPrice, 'index price');
            if (one.kind === 'mark-price') compare(one.lastPriceQuote, theirs.last, 'last price');
            if (one.kind === 'volume') compare(one.volumeBase, theirs.baseVolume, 'volume in coins');
            if (one.kind === 'volume') compare(one.volumeUsd, theirs.quoteVolume, 'volume in USD');
            compare(one.atMs, theirs.timestamp, 'event time');
          }
        }
        assert.ok(compared > 0, 'nothing was compared');
      });
    }
  }
});
