import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import type { Issue } from '../../../../../src/core/issue.ts';
import { NO } from '../../../../../src/sources/exchanges/kit/field.ts';
import {
  anything,
  decimal,
  epochMs,
  epochSeconds,
  flag,
  ignored,
  nonNegative,
  oneOf,
  optional,
  optionalNonZero,
  positive,
  text,
  textOf,
} from '../../../../../src/sources/exchanges/kit/fields.ts';
import { object, rows } from '../../../../../src/sources/exchanges/kit/payloads.ts';
import { arrayReader, readWhole, rowReader } from '../../../../../src/sources/exchanges/kit/rowReader.ts';

function collect(): { issues: Issue[]; report: (issue: Issue) => void } {
  const issues: Issue[] = [];
  return { issues, report: (issue) => void issues.push(issue) };
}

const AT = Date.UTC(2026, 10, 22);
const READER = rowReader({
  symbol: text,
  price: positive,
  size: optional(nonNegative),
  rate: optional(decimal),
  next: optionalNonZero(epochMs),
  side: optional(oneOf('buy', 'sell')),
  isMaker: optional(flag),
  at: epochMs,
});
const ROW = { symbol: 'BTCUSDT', price: '95000.5', size: '0', rate: '-0.0001', next: 0, side: 'buy', isMaker: true, at: AT }; // prettier-ignore

describe('readers of rows', () => {
  it('read a row that agrees, with 0 as a value and placeholders as none', () => {
    const { issues, report } = collect();
    assert.deepEqual(READER.one(ROW, 'data[0]', { report }), {
      symbol: 'BTCUSDT',
      price: 95_000.5,
      size: 0,
      rate: -0.0001,
      next: undefined,
      side: 'buy',
      isMaker: true,
      at: AT,
    });
    const bare = READER.one({ symbol: 'X', price: 1, at: AT, size: '', rate: null }, '', { report });
    assert.deepEqual({ ...bare }, { symbol: 'X', price: 1, size: undefined, rate: undefined, next: undefined, side: undefined, isMaker: undefined, at: AT }); // prettier-ignore
    assert.deepEqual(issues, []);
  });

  it('leave out an optional field that is wrong and keep the rest, and say where it stands', () => {
    const { issues, report } = collect();
    const row = READER.one({ ...ROW, size: '-1', side: 'BUY', rate: 'abc' }, 'data[3]', { report });
    assert.deepEqual([row?.size, row?.side, row?.rate, row?.price], [undefined, undefined, undefined, 95_000.5]); // prettier-ignore
    assert.deepEqual(
      issues.map(({ code, path, message }) => [code, path, message]),
      [
        ['decode', 'data[3].size', 'must not be negative'],
        ['decode', 'data[3].rate', 'not a finite decimal number'],
        ['decode', 'data[3].side', 'Invalid option: expected one of "buy"|"sell"'],
      ],
    );
  });

  it('let one bad row cost itself and nothing else, whatever stands in its place', () => {
    const { issues, report } = collect();
    const list = [ROW, null, [], 7, 'x', { ...ROW, price: '' }, { ...ROW, at: 12 }, { ...ROW, symbol: '' }, ROW]; // prettier-ignore
    const seen: string[] = [];
    READER.each(list, 'list', { report }, (row, at, index) => seen.push(`${at} ${index} ${row.price}`));
    assert.deepEqual(seen, ['list[0] 0 95000.5', 'list[8] 8 95000.5']);
    assert.deepEqual(
      issues.map(({ path, message }) => `${path}: ${message}`),
      [
        'list[1]: Invalid input: expected object, received null',
        'list[2]: Invalid input: expected object, received array',
        'list[3]: Invalid input: expected object, received number',
        'list[4]: Invalid input: expected object, received string',
        'list[5].price: a required number is absent',
        'list[6].at: not a plausible time in epoch milliseconds',
        'list[7].symbol: Too small: expected string to have >=1 characters',
      ],
    );
  });

  it('leave nothing of a row in the next one', () => {
    const { report } = collect();
    const kept = READER.list([ROW, { symbol: 'ETHUSDT', price: '1', at: AT }], '', { report });
    assert.deepEqual(
      kept.map(({ symbol, size, rate, side, isMaker }) => [symbol, size, rate, side, isMaker]),
      [
        ['BTCUSDT', 0, -0.0001, 'buy', true],
        ['ETHUSDT', undefined, undefined, undefined, undefined],
      ],
    );
  });

  it('read arrays by position and name the field that is wrong', () => {
    const reader = arrayReader({ ts: epochSeconds, open: positive, skipped: ignored, volume: optional(nonNegative) }); // prettier-ignore
    const { issues, report } = collect();
    const list = [[AT / 1_000, '1.5', {}, '7'], [AT / 1_000, 0, 1, 1], [AT / 1_000, 2, 1, 'x'], { ts: AT / 1_000, open: 3 }]; // prettier-ignore
    assert.deepEqual(reader.list(list, 'data', { report }), [
      { ts: AT, open: 1.5, volume: 7 },
      { ts: AT, open: 2, volume: undefined },
      { ts: AT, open: 3, volume: undefined },
    ]);
    assert.deepEqual(
      issues.map(({ path, message }) => `${path}: ${message}`),
      ['data[1].open: must be above zero', 'data[2].volume: not a finite decimal number'],
    );
    assert.deepEqual(reader.allOrNone(list, 'data', { report }), []);
  });
});

describe('a field of a row', () => {
  const fields = { text, optional: optional(text), long: textOf(0, 128), either: optional(textOf(0, 128)), decimal, positive, zero: optionalNonZero(nonNegative), price: optionalNonZero(positive), epochMs, time: optionalNonZero(epochMs), flag, side: optional(oneOf('buy')) }; // prettier-ignore
  const values = [undefined, null, '', 'buy', 'x'.repeat(65), 0, -0, 1, -1, AT, String(AT), '0', '0.0', '-1', '1e400', '-1e400', 1e300, -Number.MAX_VALUE, Infinity, -Infinity, NaN, true, [], {}]; // prettier-ignore

  it('is read by the reader of rows as by itself, whatever its value', () => {
    for (const [name, field] of Object.entries(fields))
      for (const value of values) {
        const { issues, report } = collect();
        const row = rowReader({ [name]: field }).one({ [name]: value }, '', { report });
        const read = field.read(value);
        const what = `${name} of ${String(JSON.stringify(value))}`;
        assert.equal(issues.length > 0, read === NO, what);
        if (read !== NO) assert.ok(Object.is(row?.[name], read), what);
        assert.equal(field.faults(value).length > 0, read === NO, what);
      }
  });

  it('takes no number beyond what is finite, and no empty text for one that is stated', () => {
    for (const value of [Infinity, -Infinity, NaN, '1e400', '-1e400']) assert.equal(decimal.read(value), NO);
    assert.equal(optional(textOf(0, 9)).read(''), undefined);
    assert.equal(textOf(0, 9).read(''), '');
    assert.equal(optionalNonZero(nonNegative).read('0'), undefined);
  });
});

describe('envelopes', () => {
  const ANSWER = object({ time: optional(epochMs), result: object({ list: rows, extra: anything }) });

  it('lose what is optional and keep the rest; without what is required there is nothing', () => {
    const { issues, report } = collect();
    const body = { time: 'soon', result: { list: [1] } };
    assert.deepEqual(readWhole(body, ANSWER, '', { report })?.result.list, [1]);
    assert.equal(readWhole({ result: { list: {} } }, ANSWER, '', { report }), undefined);
    assert.equal(readWhole(null, ANSWER, '', { report }), undefined);
    assert.deepEqual(
      issues.map(({ path, message }) => `${path}: ${message}`),
      [
        'time: not a finite decimal number',
        'result.list: Invalid input: expected array, received object',
        ': Invalid input: expected object, received null',
      ],
    );
  });

  it('touch no prototype and read none', () => {
    const { report } = collect();
    const body = JSON.parse('{"__proto__": {"result": {"list": []}}, "time": 1}') as unknown;
    assert.equal(readWhole(body, ANSWER, '', { report }), undefined);
  });
});
