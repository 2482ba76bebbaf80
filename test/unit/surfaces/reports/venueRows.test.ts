import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { HOUR_MS } from '../../../../src/core/units.ts';
import { regimeReport } from '../../../../src/surfaces/reports/regimeReport.ts';
import { regimeText } from '../../../../src/surfaces/reports/regimeText.ts';
import { NOW, EXAMPLE, stated } from '../../analysis/regime/support.ts';
import { assessedFrom, endingWith, swinging } from '../../analysis/regime/venueMarkets.ts';

const assessment = assessedFrom({
  coins: {
    binance: endingWith(swinging(3_000, 0.02), 1.061),
    okx: endingWith(swinging(1_000, 0.01), 0.988),
    gate: endingWith(swinging(50, 0.02, 100), 1.05),
  },
  buys: { binance: swinging(100, 0.02) },
  sells: { binance: swinging(100, -0.02) },
  values: { openInterestRecordByExchange: { binance: true, okx: false }, openInterestRecord: true },
});
const report = (nowMs = NOW): string => regimeReport({ assessment, source: 'live', nowMs });
const rowOf = (name: string, nowMs?: number): string =>
  report(nowMs)
    .split('\n')
    .find((line) => line.startsWith(`| ${name} |`)) ?? '';

describe('exchanges one by one, shown', () => {
  it('have a row each, with share, change, usual days, rank, takers, family and age', () => {
    assert.match(report(), /\n## By exchange\n/);
    assert.match(
      rowOf('Binance'),
      /^\| Binance \| 75\.\d % \| \+6\.10 % in 24 h \| \+2\.0 \| at its highest \| [\d.]+ buy\/sell \([+−][\d.]+ usual days\) \| as the market \| 1 min \|$/,
    );
    assert.match(rowOf('Binance', NOW + HOUR_MS), /\| 1 h 1 min \|$/);
    assert.match(rowOf('OKX'), /\| −1\.20 % in 24 h \| −0\.81 \| lowest \| not known \| stake falling \|/);
  });

  it('say why where their hours are too few', () => {
    assert.match(
      rowOf('Gate'),
      /\| \+5\.00 % in 24 h \| not known: 100 h of its open interest are known, 192 are needed \| not known \|/,
    );
  });

  it('stand in one line of a terminal, the largest first, and in the reading', () => {
    const text = regimeText(assessment, undefined, 'live', NOW);
    assert.ok(
      text
        .split('\n')
        .includes('By exchange, open interest in 24 h: Binance +6.10 %, OKX −1.20 % (stake falling)'),
    );
    assert.match(
      report(),
      /it rises \(\+6\.1 % in 24 h, 2\.0 usual days\) while the market without it falls/,
    );
  });

  it('are not shown where nothing is known of them', () => {
    const alone = stated(EXAMPLE);
    assert.doesNotMatch(regimeReport({ assessment: alone, source: 'live', nowMs: NOW }), /By exchange/);
    assert.doesNotMatch(regimeText(alone, undefined, 'live', NOW), /By exchange/);
  });
});
