import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import * as z from 'zod';
import type { Issue } from '../../../../src/core/issue.ts';
import type { MapContext } from '../../../../src/sources/exchanges/contract.ts';
import {
  decimal, decodeRow, decodeRows, epochMs, epochSeconds, nonNegative, optional, optionalNonZero, positive,
  readDecimal, rows, text,
} from '../../../../src/sources/context/decode.ts'; // prettier-ignore

const NO_NUMBERS: readonly unknown[] = [
  '', ' ', ' 1', '1 ', 'NaN', 'Infinity', '-Infinity', '0x10', '0b1', '1_000', '1,5', '1e999', '--1', '.', 'e5', 'null',
  null, undefined, NaN, Infinity, true, false, [], ['1'], {}, 10n, '1'.repeat(65),
]; // prettier-ignore

function collect(): { context: MapContext; issues: Issue[] } {
  const issues: Issue[] = [];
  const context = { report: (issue: Issue) => issues.push(issue) } as unknown as MapContext;
  return { context, issues };
}

describe('decimal', () => {
  it('reads decimals as text or number, with exponents', () => {
    const readings: [unknown, number][] = [
      ['2.315E+4', 23_150], ['5.33E-4', 0.000533], ['3.216424e-12', 3.216424e-12], ['-0.0007', -0.0007], ['0', 0],
      ['.5', 0.5], ['5.', 5], ['+1', 1], ['0.00', 0], [0, 0], [-2.5, -2.5], ['2663107.12500000000', 2663107.125],
    ]; // prettier-ignore
    for (const [input, expected] of readings) assert.equal(decimal.parse(input), expected, String(input));
  });

  it('reads nothing else, above all not an absent number as 0', () => {
    for (const input of NO_NUMBERS) {
      assert.equal(readDecimal(input), undefined, `readDecimal ${String(input)}`);
      assert.equal(decimal.safeParse(input).success, false, `decimal ${String(input)}`);
    }
  });

  it('says whether the number is absent or unreadable', () => {
    const messageOf = (input: unknown): string | undefined =>
      decimal.safeParse(input).error?.issues[0]?.message;
    for (const absent of ['', null, undefined])
      assert.equal(messageOf(absent), 'a required number is absent');
    for (const broken of [' ', '0x10', 'NaN']) assert.equal(messageOf(broken), 'not a finite decimal number');
  });
});

describe('decoders with a range', () => {
  it('tell sizes, which may be 0, from prices, which may not', () => {
    assert.equal(nonNegative.parse('0'), 0);
    assert.equal(nonNegative.safeParse('-0.1').success, false);
    assert.equal(positive.safeParse('0').success, false);
    assert.equal(positive.parse('1e-9'), 1e-9);
  });

  it('do not take seconds for milliseconds or the reverse', () => {
    assert.equal(epochMs.parse('1790000000000'), 1_790_000_000_000);
    assert.equal(epochSeconds.parse(1_790_000_000), 1_790_000_000_000);
    assert.equal(epochSeconds.parse('1790000000.123'), 1_790_000_000_123);
    for (const wrong of [1_790_000_000, '0', -1, '1790000000000000'])
      assert.equal(epochMs.safeParse(wrong).success, false, String(wrong));
    for (const wrong of [1_790_000_000_000, 0])
      assert.equal(epochSeconds.safeParse(wrong).success, false, String(wrong));
  });
});

describe('optional decoders', () => {
  const row = z.object({ size: optional(nonNegative), price: optionalNonZero(positive) });

  it('take a missing key, null and "" for not reported', () => {
    for (const absent of [{}, { size: null, price: null }, { size: '', price: '' }, { size: undefined }]) {
      const read = row.parse(absent);
      assert.equal(read.size, undefined);
      assert.equal(read.price, undefined);
    }
  });

  it('keep a reported 0, except where 0 is a placeholder', () => {
    assert.deepEqual(row.parse({ size: '0', price: '0.00' }), { size: 0, price: undefined });
    assert.equal(row.parse({ price: 0 }).price, undefined);
  });

  it('fail on what is neither absent nor a number', () => {
    for (const broken of [' ', 'NaN', '0x10', '1e999', [], '-1'])
      assert.equal(row.safeParse({ size: broken }).success, false, String(broken));
  });
});

describe('decodeRow', () => {
  const schema = z.object({ symbol: text, size: nonNegative, value: optional(nonNegative) });

  it('loses only the optional field that is broken, and locates it', () => {
    const { context, issues } = collect();
    const row = decodeRow({ symbol: 'A', size: '1', value: 'NaN' }, schema, 'data[3]', context);
    assert.deepEqual(row, { symbol: 'A', size: 1 });
    assert.deepEqual(
      issues.map(({ code, path }) => [code, path]),
      [['decode', 'data[3].value']],
    );
  });

  it('loses only the broken field inside of an object, and a list whole', () => {
    const nested = z.object({
      result: z.object({ s: optional(text), b: z.array(text).optional(), list: rows }),
    });
    const { context, issues } = collect();
    const answer = { result: { s: 7, b: ['A', ''], list: [1] } };
    assert.deepEqual(decodeRow(answer, nested, '', context), { result: { list: [1] } });
    assert.deepEqual(
      issues.map(({ path }) => path),
      ['result.s', 'result.b[1]'],
    );
    assert.equal(decodeRow({ result: { list: 5 } }, nested, '', context), undefined);
    assert.equal(decodeRow({ result: null }, nested, '', context), undefined);
  });

  it('loses the row when a required field is broken', () => {
    const { context, issues } = collect();
    assert.equal(decodeRow({ symbol: 'A', size: '' }, schema, '', context), undefined);
    assert.deepEqual(
      issues.map(({ path }) => path),
      ['size'],
    );
  });

  it('reports every broken field of a row', () => {
    const { context, issues } = collect();
    assert.equal(decodeRow({ symbol: '', size: null, value: ' ' }, schema, '', context), undefined);
    assert.deepEqual(issues.map(({ path }) => path).sort(), ['size', 'symbol', 'value']);
  });

  it('refuses rows that are no objects', () => {
    for (const row of [null, undefined, 'x', 7, []]) {
      const { context, issues } = collect();
      assert.equal(decodeRow(row, schema, '[0]', context), undefined);
      assert.ok(issues.length > 0, String(row));
    }
  });

  it('does not let one bad row cost its neighbours', () => {
    const { context, issues } = collect();
    const decoded = decodeRows(
      [{ symbol: 'A', size: 1 }, null, { symbol: 'C', size: '3' }],
      schema,
      'list',
      context,
    );
    assert.deepEqual(
      decoded.map(({ symbol }) => symbol),
      ['A', 'C'],
    );
    assert.deepEqual(
      issues.map(({ path }) => path),
      ['list[1]'],
    );
  });
});
