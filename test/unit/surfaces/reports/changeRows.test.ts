import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import type { Change } from '../../../../src/analysis/metrics/changes.ts';
import { DAY_MS, HOUR_MS, MINUTE_MS } from '../../../../src/core/units.ts';
import type { AssetSnapshot } from '../../../../src/market/snapshot.ts';
import {
  changeLines,
  changeRows,
  changeTable,
  countWords,
} from '../../../../src/surfaces/reports/changeRows.ts';
import { regimeReport } from '../../../../src/surfaces/reports/regimeReport.ts';
import { NOW, readyState, regimeWith } from '../editor/states.ts';

const change = (minutes: number, ...exchanges: string[]): Change => ({
  ...{ value: 0.01, exchanges },
  ends: exchanges.map((exchange) => ({ exchange, basis: 'hourly', nowAtMs: NOW - minutes * MINUTE_MS, thenAtMs: 0 })),
}); // prettier-ignore
const snapshotWith = (changes?: AssetSnapshot['changes']): AssetSnapshot => ({
  ...readyState().snapshot!.assets[0]!,
  ...(changes === undefined ? {} : { changes }),
});
const CHANGES = [
  { windowMs: HOUR_MS, price: change(1, 'okx', 'binance') },
  { windowMs: DAY_MS, price: change(2, 'okx', 'binance'), openInterest: change(25, 'okx') },
  { windowMs: 7 * DAY_MS, openInterest: change(181, 'okx', 'gate') },
];

describe('changes as text', () => {
  it('stand in a table with the exchanges that they are of and the age of their newer end', () => {
    const [price, openInterest, funding] = changeTable(snapshotWith(CHANGES), NOW);
    assert.deepEqual(price?.slice(0, 6), ['Price change', '+1.00 %', '+1.00 %', 'not known', '2 exchanges: Binance, OKX', '2 min']);
    assert.deepEqual(openInterest?.slice(4, 6), ['24 h: 1 exchange: OKX; 7 d: 2 exchanges: OKX, Gate', '3 h 1 min']);
    assert.deepEqual(funding?.slice(1, 6), ['not known', 'not known', 'not known', 'none', 'not reported']);
  }); // prettier-ignore

  it('are a section of the report, which says where none is known', () => {
    const section = (snapshot: AssetSnapshot) =>
      /## Changes\n\n(.*)\n/.exec(regimeReport({ assessment: regimeWith(), snapshot, source: 'live', nowMs: NOW }))?.[1];
    assert.equal(section(snapshotWith()), 'Changes are not known: too few exchanges have numbers at both ends.');
    assert.equal(section(snapshotWith(CHANGES)), '| Change | 1 h | 24 h | 7 d | Of | Age | What |');
  }); // prettier-ignore

  it('say how old they are where a reading would be stale', () => {
    const snapshot = snapshotWith(CHANGES);
    assert.deepEqual(changeLines(snapshot, NOW), ['Price +1.00 % 1 h, +1.00 % 24 h', 'Open interest +1.00 % 24 h (25 min old), +1.00 % 7 d (3 h 1 min old)']);
    const rows = changeRows(snapshot, NOW);
    assert.deepEqual(rows.map(({ isStale }) => isStale), [false, false, false, true]);
    assert.deepEqual(rows.map(countWords), ['of 2 exchanges', 'of 2 exchanges', 'of 1 exchange', 'of 2 exchanges']);
  }); // prettier-ignore
});
