import assert from 'node:assert/strict';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import { numberIn, onGrid, stampIn } from '../../../../src/sources/dumps/cells.ts';

describe('cells of dumps', () => {
  it('are times as text or in s, ms and us', () => {
    const atMs = Date.UTC(2026, 5, 25, 0, 5, 1);
    const texts = ['2026-06-25 00:05:01', '2026-06-25T00:05:01Z', '2026-06-25 00:05:01.250'];
    for (const text of texts) assert.deepEqual(stampIn(text), { atMs, unit: 'text' }, text);
    assert.deepEqual(stampIn(String(atMs / 1_000)), { atMs, unit: 's' });
    assert.deepEqual(stampIn(String(atMs)), { atMs, unit: 'ms' });
    assert.deepEqual(stampIn(`${atMs}999`), { atMs, unit: 'us' });
    assert.deepEqual(stampIn('1726261200.0'), { atMs: 1_726_261_200_000, unit: 's' });
    assert.deepEqual(stampIn('2024-02-29'), { atMs: Date.UTC(2024, 1, 29), unit: 'day' });
  });

  it('are no times where nobody can have meant one', () => {
    const texts = [
      ...['', 'NaN', 'x', '0', '-1', '1', '1e300', '1726261200000.5', '99999999999999999999'],
      ...['2026-02-30', '2026-13-01', '2026-00-10', '2026-06-00', '2025-02-29 00:00:00', '2026/06/25'],
      ...[
        '2026-06-25 24:00:00',
        '2026-06-25 00:60:00',
        '2026-06-25 00:00:60',
        '2026-06-25 00:05',
        '2026-06-25x00:05:01',
      ],
      ...['2026-06-25 00:05:01+08:00', '1999-01-01 00:00:00', '2026-06-25 0a:05:01'],
    ];
    for (const text of texts) assert.equal(stampIn(text), undefined, text);
  });

  it('give back every second of a century', () => {
    const second = fc.integer({ min: Date.UTC(2010) / 1_000, max: Date.UTC(2100) / 1_000 - 1 });
    fc.assert(
      fc.property(second, (seconds) => {
        const text = new Date(seconds * 1_000).toISOString().slice(0, 19).replace('T', ' ');
        assert.equal(stampIn(text)?.atMs, seconds * 1_000);
      }),
    );
  });

  it('are numbers, absent, or neither', () => {
    assert.deepEqual(['1.5', '-0.25', '1e-8', '0'].map(numberIn), [1.5, -0.25, 1e-8, 0]);
    for (const text of ['', 'NaN', 'nan', 'null', 'None', undefined])
      assert.ok(Number.isNaN(numberIn(text)), text);
    for (const text of ['1x', 'Infinity', '1e400', '0x10', '1 2'])
      assert.equal(numberIn(text), undefined, text);
  });

  it('are labels within some seconds of their step alone', () => {
    assert.deepEqual(
      [300_000, 301_000, 295_000, 305_001, 450_000].map((atMs) => onGrid(atMs, 300_000)),
      [...[300_000, 300_000, 300_000, undefined, undefined]],
    );
  });
});
