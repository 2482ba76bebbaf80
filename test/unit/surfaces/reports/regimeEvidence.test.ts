import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import type { RegimeAssessment } from '../../../../src/analysis/regime/assessment.ts';
import { DAY_MS } from '../../../../src/core/units.ts';
import { regimeReport } from '../../../../src/surfaces/reports/regimeReport.ts';
import { computed, NOW, observed } from '../../analysis/regime/support.ts';

/** The report with plain spaces in place of those that keep a number and its unit on one line. */
const reportOf = (assessment: RegimeAssessment): string =>
  regimeReport({ assessment, source: 'live', nowMs: NOW }).replaceAll('\u00a0', ' ');

describe('the evidence of a regime report', () => {
  it('shows each piece of evidence with unit, window, threshold, source and age', () => {
    const values = { returnPct: 5, openInterestChangePct: -6, shortLiquidationShare: 0.8 };
    const report = reportOf(observed(computed(values, { windowMs: DAY_MS, ageMs: 120_000 })));
    assert.match(
      report,
      /\| Price change in 24 h \| \+5.00 % \| \+2\.0 usual days \| at least \+2\.47 % \| for \| none \| 24 h \| Binance, OKX \| 2 min \|/,
    );
  });

  it('shows the window of a reading and, with what was usual in its own unit, that of its baseline', () => {
    const week = { windowMs: DAY_MS, baselineWindowMs: 7 * DAY_MS };
    const rows = (baselineValue: number, baselineUnit: 'usd' | 'fraction' | 'ratio'): string => {
      const values = {
        openInterestZ: -1.6,
        takerImbalanceZ: -2.4,
        liquidationsZ: 2.5,
        futuresVolumeChangePct: 30,
      };
      const one = observed(computed(values, { ...week, baselineValue, baselineUnit }));
      return reportOf(one);
    };
    assert.match(
      rows(7.2e6, 'usd'),
      /\| Liquidations z-score against 7 days \| \+2\.50 sd \| \+1\.6 usual days \| (?:[^|]+ \| [^|]+ \| )?usually \$7\.20M, over 7 d \| 24 h \|/,
    );
    assert.match(
      rows(0.0123, 'fraction'),
      /\| Open interest z-score against 7 days \| −1\.60 sd \| −1\.6 usual days \| (?:[^|]+ \| [^|]+ \| )?usually \+1\.23 %, over 7 d \| 24 h \|/,
    );
    const ranked = observed(computed({ openInterestPercentile: 99 }, { baselineWindowMs: 30 * DAY_MS }));
    assert.match(
      reportOf(ranked),
      /\| Open interest rank in 30 days \| 99th percentile \| \+2\.\d usual sizes \| (?:[^|]+ \| [^|]+ \| )?history of 30 d \| now \|/,
    );
  });

  it('keeps a number and its unit on one line', () => {
    const values = { returnPct: 5, openInterestChangePct: -6 };
    const report = regimeReport({ assessment: observed(computed(values)), source: 'live', nowMs: NOW });
    assert.match(report, /\| \+5\.00\u00a0% \| \+2\.0\u00a0usual sizes \| at least \+2\.47\u00a0% \|/);
  });
});
