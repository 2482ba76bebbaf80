import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import type { Instrument } from '../../../../src/core/instrument.ts';
import type { Issue } from '../../../../src/core/issue.ts';
import { HOUR_MS } from '../../../../src/core/units.ts';
import type { MapContext, SymbolParts } from '../../../../src/sources/exchanges/contract.ts';
import { mapEach } from '../../../../src/sources/exchanges/kit/eachRow.ts';
import { nonNegative, text } from '../../../../src/sources/exchanges/kit/fields.ts';
import { rowReader } from '../../../../src/sources/exchanges/kit/rowReader.ts';
import {
  defined, observe, subjectOf, unlessFalseZero,
} from '../../../../src/sources/exchanges/mapping.ts'; // prettier-ignore

const RECEIVED_AT_MS = 1_790_000_001_000;
const linear: Instrument = {
  key: 'demo:XBTUSDT', exchange: 'demo', venueSymbol: 'XBTUSDT', baseAsset: 'BTC', quoteAsset: 'USDT',
  settleAsset: 'USDT', kind: 'perpetual', margin: 'linear', contractSize: { amount: 0.001, unit: 'base' },
  fundingIntervalMs: 4 * HOUR_MS, status: 'trading',
}; // prettier-ignore

const parseSymbol = (symbol: string): SymbolParts | undefined =>
  symbol.endsWith('USDT')
    ? { baseAsset: symbol.slice(0, -4), quoteAsset: 'USDT', kind: 'perpetual', margin: 'linear' }
    : undefined;

function collect(known?: Instrument): { context: MapContext; issues: Issue[] } {
  const issues: Issue[] = [];
  const context: MapContext = {
    exchange: 'demo',
    endpoint: 'GET /demo',
    params: {},
    receivedAtMs: RECEIVED_AT_MS,
    instrument: (symbol) => (symbol === known?.venueSymbol ? known : undefined),
    subject: () => undefined,
    report: (issue) => issues.push(issue),
  };
  return { context, issues };
}

describe('subjectOf', () => {
  it('names the asset by its common ticker, with or without a known instrument', () => {
    const without = collect();
    const subject = subjectOf({ parseSymbol }, without.context, 'XBTUSDT', undefined, '');
    assert.deepEqual([subject?.baseAsset, subject?.instrument], ['BTC', undefined]);
    const withOne = collect(linear);
    assert.equal(subjectOf({ parseSymbol }, withOne.context, undefined, 'XBTUSDT', '')?.instrument, linear);
    assert.deepEqual([...without.issues, ...withOne.issues], []);
  });

  it('refuses another instrument than the one asked for', () => {
    const { context, issues } = collect();
    assert.equal(subjectOf({ parseSymbol }, context, 'ETHUSDT', 'XBTUSDT', 'data[0]'), undefined);
    assert.deepEqual(
      issues.map(({ code, path }) => [code, path]),
      [['wrong-instrument', 'data[0]']],
    );
  });

  it('takes an instrument asked for in lower case for the same', () => {
    const { context, issues } = collect(linear);
    const subject = subjectOf({ parseSymbol }, context, 'XBTUSDT', 'xbtusdt', '');
    assert.deepEqual([subject?.venueSymbol, subject?.instrument], ['XBTUSDT', linear]);
    assert.deepEqual(issues, []);
  });

  it('reports a row that nobody names, and a symbol that cannot be read', () => {
    const { context, issues } = collect();
    assert.equal(subjectOf({ parseSymbol }, context, undefined, undefined, ''), undefined);
    assert.equal(subjectOf({ parseSymbol }, context, '???', undefined, ''), undefined);
    assert.deepEqual(
      issues.map(({ code }) => code),
      ['unknown-instrument', 'unknown-instrument'],
    );
  });
});

describe('observe', () => {
  const who = { venueSymbol: 'XBTUSDT', baseAsset: 'BTC', instrument: undefined };

  it('leaves out what is not reported and keeps 0', () => {
    const { context } = collect();
    const seen = observe(context, who, 1_790_000_000_000, {
      kind: 'open-interest', sides: 'one', openInterestBase: 0, openInterestUsd: undefined,
    }); // prettier-ignore
    assert.deepEqual(seen, {
      exchange: 'demo', venueSymbol: 'XBTUSDT', baseAsset: 'BTC', instrument: 'demo:XBTUSDT', atMs: 1_790_000_000_000,
      receivedAtMs: RECEIVED_AT_MS, endpoint: 'GET /demo', kind: 'open-interest', sides: 'one', openInterestBase: 0,
    }); // prettier-ignore
    assert.deepEqual(defined({ a: undefined, b: 0, c: null, d: '' }), { b: 0, c: null, d: '' });
  });

  it('marks the time of receipt where the exchange states none', () => {
    const { context } = collect();
    const seen = observe(context, who, undefined, { kind: 'mark-price', markPriceQuote: 1 });
    assert.deepEqual([seen.atMs, seen.atBasis], [RECEIVED_AT_MS, 'received']);
  });

  it('says with prices of a dated future when it expires, as far as the list does, and with nothing else', () => {
    const { context } = collect();
    const instrument = { ...linear, kind: 'dated-future', expiresAtMs: 1_800_000_000_000 } as const;
    const stated = (kind: 'mark-price' | 'volume', more: object) => {
      const fields = kind === 'volume' ? { kind, windowMs: 1, volumeBase: 1 } : { kind, markPriceQuote: 1 };
      const row = observe(context, { ...who, market: 'dated-future', instrument, ...more }, 1, fields);
      return 'expiresAtMs' in row ? row.expiresAtMs : undefined;
    };
    assert.equal(stated('mark-price', {}), 1_800_000_000_000);
    assert.equal(stated('volume', {}), undefined);
    assert.equal(stated('mark-price', { instrument: undefined }), undefined);
    assert.equal(stated('mark-price', { market: undefined }), undefined);
  });
});

describe('mapEach', () => {
  it('maps the rows that can be read and are about who was asked for', () => {
    const { context, issues } = collect();
    const asking: MapContext = {
      ...context,
      subject: (named, path) => subjectOf({ parseSymbol }, context, named, 'XBTUSDT', path),
    };
    const rows = [
      { s: 'XBTUSDT', v: '1' },
      { s: 'ETHUSDT', v: '2' },
      { s: 'XBTUSDT', v: '' },
      { s: 'XBTUSDT', v: 4 },
    ];
    const reader = rowReader({ s: text, v: nonNegative }, { symbol: 's' });
    const seen = mapEach(asking, rows, 'list', reader, (row, who) => [
      observe(context, who, undefined, { kind: 'open-interest', sides: 'one', openInterestBase: row.v }),
    ]);
    assert.deepEqual(
      seen.map((one) => one.kind === 'open-interest' && one.openInterestBase),
      [1, 4],
    );
    assert.deepEqual(
      issues.map(({ code, path }) => `${code} ${path}`),
      ['wrong-instrument list[1]', 'decode list[2].v'],
    );
  });
});

describe('unlessFalseZero', () => {
  it('takes a 0 beside an amount, or beside nothing, for not reported', () => {
    assert.equal(unlessFalseZero(0, 5), undefined);
    assert.equal(unlessFalseZero(0, undefined), undefined);
    assert.equal(unlessFalseZero(0, 0), 0);
    assert.equal(unlessFalseZero(3, 5), 3);
    assert.equal(unlessFalseZero(undefined, 0), undefined);
  });
});
