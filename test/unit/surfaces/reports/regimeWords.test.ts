import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { inShownOrder } from '../../../../src/core/exchangeNames.ts';
import { exchangeAdapters } from '../../../../src/sources/exchanges/registry.ts';
import type { Evidence, RegimeAssessment } from '../../../../src/analysis/regime/assessment.ts';
import { DAY_MS, MINUTE_MS } from '../../../../src/core/units.ts';
import {
  baselineWords,
  bearingWord,
  confidenceWords,
  regimeName,
  regimeSentence,
  evidenceNumber,
  metricName,
  observedWords,
  outWords,
  qualityWords,
  sinceShort,
  sinceWords,
  sourceNames,
  thresholdWords,
} from '../../../../src/surfaces/reports/regimeWords.ts';
import { ordinal } from '../../../../src/analysis/regime/percentileWords.ts';
import { EVIDENCE, regimeWith } from '../editor/states.ts';

const row = (changes: Partial<Evidence>): Evidence => ({ ...EVIDENCE, ...changes });

describe('the words of an assessment', () => {
  it('write each number in its unit', () => {
    const table: readonly [number | undefined, Evidence['unit'], string][] = [
      [-1.48, 'z-score', '−1.48 sd'],
      [99, 'percentile', '99th percentile'],
      [0.5, 'boolean', 'yes'],
      [1, 'boolean', 'yes'],
      [0.4, 'boolean', 'no'],
      [62e6, 'usd', '$62.0M'],
      [0.123, 'fraction', '12.3 %'],
      [0.1095, 'fraction-per-year', '+10.9 % a year'],
      [1.6, 'ratio', '1.60'],
      [1_234.5, 'base', '1,235 coins'],
      [0.5, 'quote', '0.5 in quote currency'],
      [undefined, 'usd', 'not reported'],
      [Number.NaN, 'usd', 'not reported'],
    ];
    for (const [value, unit, text] of table) assert.equal(evidenceNumber(value, unit), text);
  });

  it('give a percentage the digits that its size asks for', () => {
    const texts = [5, -6, 1, 1.5, -11.4, 2.004, 0.5, -0.5, 0.1, 0.099, -0.0123, 0];
    assert.deepEqual(
      texts.map((value) => evidenceNumber(value, 'percent')),
      ['+5.00 %', '−6.00 %', '+1.00 %', '+1.50 %', '−11.4 %', '+2.00 %', '+0.500 %', '−0.500 %', '+0.100 %', '+0.0990 %', '−0.0123 %', '0 %'],
    );
  }); // prettier-ignore

  it('write a percentile as a rank, of three digits at most', () => {
    const table = { 1: '1st', 2: '2nd', 3: '3rd', 11: '11th', 22: '22nd', 50: '50th', 98.89: '98.9th', 0.5: '0.5th' };
    for (const [rank, text] of Object.entries(table)) assert.equal(ordinal(Number.parseFloat(rank)), text);
  }); // prettier-ignore

  it('say what the threshold asks for', () => {
    assert.equal(thresholdWords(row({})), 'at most −1.00 sd');
    assert.equal(thresholdWords(row({ direction: 'above', threshold: 0.5, unit: 'percent' })), 'at least +0.500 %');
    assert.equal(thresholdWords(row({ direction: 'above', unit: 'boolean' })), 'yes');
    assert.equal(thresholdWords(row({ direction: 'below', unit: 'boolean' })), 'no');
    assert.equal(thresholdWords(row({ direction: 'above', threshold: 95, unit: 'percentile' })), 'at least 95th');
    const net = row({ metric: 'net-taker-volume', unit: 'usd', observed: 232e6, direction: 'above', threshold: 20e6 });
    assert.deepEqual([observedWords(net), thresholdWords(net)], ['+$232M', 'at least +$20.0M']);
    assert.equal(observedWords({ ...net, observed: -232e6 }), '−$232M');
    assert.equal(observedWords({ ...net, metric: 'liquidations-24h' }), '$232M');
    assert.equal(thresholdWords(row({ unit: 'percent', band: [-5, 15] })), 'from −5.00 % to +15.0 %');
  }); // prettier-ignore

  it('say what was usual, in its own unit, with its window', () => {
    const window = { baselineWindowMs: 7 * DAY_MS };
    assert.equal(baselineWords(row({})), 'none');
    assert.equal(baselineWords(row(window)), 'history of 7 d');
    assert.equal(baselineWords(row({ baseline: 0.5 })), 'usually +0.500 sd');
    assert.equal(baselineWords(row({ baseline: 0.5, ...window })), 'usually +0.500 sd, over 7 d');
    assert.equal(baselineWords(row({ baselineValue: 0.0123, baselineUnit: 'fraction' })), 'usually +1.23 %');
    assert.equal(baselineWords(row({ baselineValue: 7.2e6, baselineUnit: 'usd', ...window })), 'usually $7.20M, over 7 d');
    assert.equal(baselineWords(row({ baselineValue: 7 })), 'none');
  }); // prettier-ignore

  it('say what a row means for the label', () => {
    const words = (['for', 'against', 'expected', 'beside'] as const).map((bearing) =>
      bearingWord(row({ bearing })),
    );
    assert.deepEqual(words, ['for', 'against', 'not met', 'beside']);
  });

  it('say since when a label stands: seen to begin, longer than watched, or nothing at the first look', () => {
    const asOfMs = Date.UTC(2026, 10, 29, 17, 3);
    const words = (sinceMs: number, watchedSinceMs: number, nowMs = asOfMs) => {
      const one = regimeWith({ asOfMs, sinceMs, watchedSinceMs });
      return [sinceWords(one, nowMs), sinceShort(one, nowMs)];
    };
    const agoMs = (minutes: number) => asOfMs - minutes * MINUTE_MS;
    assert.deepEqual(words(agoMs(40), agoMs(90)), ['since 2026-11-29 16:23 UTC, 40 min ago', '40 min']);
    assert.deepEqual(words(agoMs(40), agoMs(40)), ['since 2026-11-29 16:23 UTC or longer (watched for 40 min)', '≥ 40 min']);
    // It stood before a sleep that ended 3 minutes ago: what it was meanwhile nobody saw.
    assert.deepEqual(words(agoMs(170), agoMs(3)), ['since 2026-11-29 17:00 UTC or longer (watched for 3 min)', '≥ 3 min']);
    for (const sinceMs of [asOfMs, agoMs(170)]) assert.deepEqual(words(sinceMs, asOfMs, asOfMs + 50_000), [undefined, '']);
    assert.equal(sinceWords(regimeWith({ source: 'stated' }), asOfMs), undefined);
  }); // prettier-ignore

  it('name sources, metrics with their window, and no confidence of what is not known', () => {
    assert.equal(sourceNames([]), 'not reported');
    assert.equal(sourceNames(['okx', 'bybit']), 'OKX, Bybit');
    assert.equal(sourceNames(['file.csv', 'bybit', 'okx', 'binance']), 'Binance, OKX, Bybit, file.csv');
    const ids = exchangeAdapters.map(({ id }) => id);
    assert.deepEqual(inShownOrder([...ids].reverse()), ids);
    assert.equal(metricName('open-interest-z-7d'), 'Open interest z-score against 7 days');
    assert.equal(metricName('open-interest-record-500h'), 'Open interest at a 20-day record');
    assert.equal(metricName('open-interest-record-24h'), 'Open interest at a 24-h record');
    assert.equal(metricName('funding-percentile-30d'), 'Funding rank in 30 days');
    assert.equal(metricName('return-24h'), 'Price change in 24 h');
    assert.equal(metricName('not-a-metric'), 'not-a-metric');
    assert.equal(regimeName(regimeWith({ isWeak: true })), 'spot-led rally (weak)');
    assert.equal(confidenceWords(regimeWith({ label: 'unknown' })), 'no confidence is given');
  });

  it('say in one sentence what it is, how sure, how rare in which hours, and on whom it rests', () => {
    const sentence = (changes: Partial<RegimeAssessment>) => regimeSentence(regimeWith(changes));
    const of = (...sources: string[]): Evidence => row({ sources });
    const coverage = { fresh: 9, of: 9 };
    const evidence = [of('okx', 'bybit'), of('okx', 'gate'), row({ bearing: 'against', sources: ['htx'] }), row({ band: [-1, 1], sources: ['deribit'] })];
    assert.equal(
      sentence({ label: 'short-squeeze', confidence: 0.784, evidence, coverage }),
      'short squeeze, confidence 78 %, seen in 3 % of shuffled hours; rests on 3 of 9 exchanges',
    );
    assert.match(sentence({ rarityBasis: 'default', rarity: 0.004 }), /, seen in under 1 % of modelled hours;/);
    assert.match(sentence({ source: 'stated', coverage: { fresh: 0, of: 0 } }), /; rests on stated values$/);
    assert.match(sentence({ label: 'neutral', evidence: [row({ bearing: 'beside' })], coverage }), /; rests on 2 of 9 exchanges$/);
    assert.match(sentence({ quality: 0.43, isWeak: true }), /^spot-led rally \(weak\), .*; input quality low \(43 %\)$/);
    assert.match(sentence({ words: 'buying of coins' }), /^buying of coins, /);
    assert.deepEqual([0.49, 0.5, 0.8].map((quality) => qualityWords({ quality })), ['input quality low (49 %)', 'input quality fair (50 %)', 'input quality good (80 %)']);
  }); // prettier-ignore

  it('say how far out a reading is, and of a rank at an end what it is', () => {
    assert.equal(outWords(row({ usualSizes: 2.44, windowMs: DAY_MS })), '+2.4 usual days');
    assert.equal(outWords(row({ usualSizes: -0.3, windowMs: 3 * DAY_MS })), '−0.3 usual sizes');
    const { usualSizes: _none, ...unscaled } = EVIDENCE;
    assert.equal(outWords(unscaled), 'not reported');
    const rank = (observed: number, days?: number) => observedWords(row({ unit: 'percentile', observed, ...(days === undefined ? {} : { baselineWindowMs: days * DAY_MS }) }));
    assert.deepEqual(
      [rank(0, 30), rank(100, 7), rank(100), rank(0.4), rank(99.96, 30)],
      ['lowest of 30 days', 'highest of 7 days', 'highest of its history', '0.4th percentile', '99.9th percentile'],
    );
  }); // prettier-ignore
});
