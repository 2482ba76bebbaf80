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
  'contradiction',
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
      payloads.flatMap(({ envelope }) => (envelope.transport === 'rest' ? [envelope] : [])),
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

/** A tardis-dev message; what it does not carry is null. Amounts are in the exchange's own unit. */
interface TardisExpectation {
  readonly type: string;
  readonly price?: number;
  readonly amount?: number;
  /** Of a liquidation: the side of its order. */
  readonly side?: 'buy' | 'sell';
  readonly id?: string | null;
  readonly timestamp: string;
  readonly lastPrice?: number | null;
  readonly openInterest?: number | null;
  readonly fundingRate?: number | null;
  readonly fundingTimestamp?: string | null;
  readonly indexPrice?: number | null;
  readonly markPrice?: number | null;
}

describe('recorded frames with an independent reading', function () {
  for (const adapter of exchangeAdapters) {
    const payloads = recordedPayloads(adapter.id);
    const instruments = instrumentsAmong(
      adapter,
      payloads.flatMap(({ envelope }) => (envelope.transport === 'rest' ? [envelope] : [])),
    );
    for (const { file, envelope } of payloads) {
      // Of a session one list per message.
      const tardis = envelope.expected?.['tardis'] as (TardisExpectation | TardisExpectation[])[] | undefined;
      const wanted = tardis?.flat().filter(({ type }) => !type.startsWith('book_'));
      if (envelope.transport !== 'ws' || wanted === undefined || wanted.length === 0) continue;
      it(`${file} agrees with tardis-dev, or is refused by name`, () => {
        const { observations, issues } = decodeEnvelope(adapter, envelope, instruments);
        if (observations.length === 0) {
          assert.ok(
            issues.some((issue) => issue.code === 'unsupported' || issue.code === 'unknown-instrument'),
            JSON.stringify(issues),
          );
          return;
        }
        let compared = 0;
        const compare = (ours: unknown, theirs: unknown, what: string): void => {
          if (ours === undefined || theirs === undefined || theirs === null) return;
          compared += 1;
          assert.equal(ours, theirs, `${file}: ${what}`);
        };
        for (const theirs of wanted) {
          const kinds = { trade: ['trade'], liquidation: ['liquidation'] }[theirs.type];
          const own = observations.filter((one) => kinds === undefined || kinds.includes(one.kind));
          assert.ok(own.length > 0, `nothing is a ${theirs.type}`);
          for (const one of own) {
            // Ours of a bar is its start, theirs when the bar was pushed.
            const isBar = 'barMs' in one && one.barMs !== undefined;
            if (!isBar) compare(one.atMs, Date.parse(theirs.timestamp), 'event time');
            if (one.kind === 'mark-price') {
              compare(one.markPriceQuote, theirs.markPrice, 'mark price');
              compare(one.indexPriceQuote, theirs.indexPrice, 'index price');
              compare(one.lastPriceQuote, theirs.lastPrice, 'last price');
            }
            if (one.kind === 'funding-rate') {
              compare(one.fundingRatePerInterval, theirs.fundingRate, 'funding rate');
              if (theirs.fundingTimestamp)
                compare(one.settlesAtMs, Date.parse(theirs.fundingTimestamp), 'settlement');
            }
            if (one.kind === 'open-interest')
              compare(one.openInterestContracts, theirs.openInterest, 'open interest');
            if (one.kind === 'basis') {
              compare(one.indexPriceQuote, theirs.indexPrice, 'index price');
              compare(one.futuresPriceQuote, theirs.lastPrice, 'price of the contract');
            }
            if (one.kind === 'trade') {
              compare(one.priceQuote, theirs.price, 'price');
              compare(one.takerSide, theirs.side, 'side of the taker');
              compare(one.tradeId, theirs.id, 'id');
            }
            if (one.kind === 'liquidation') {
              compare(one.priceQuote, theirs.price, 'price');
              // An order that sells closes a long.
              compare(one.liquidatedSide, theirs.side === 'sell' ? 'long' : 'short', 'side of the position');
            }
          }
        }
        assert.ok(compared > 0, 'nothing was compared');
      });
    }
  }
});
