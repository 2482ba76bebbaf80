import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { readUserCsv } from '../../../../src/sources/context/userCsv.ts';

const NOW = Date.UTC(2026, 10, 22);
const read = (content: string) => {
  const { values, issues } = readUserCsv(content, NOW);
  return {
    values: values.map(({ metric, value, atMs }) => [
      metric,
      value,
      new Date(atMs).toISOString().slice(0, 10),
    ]),
    issues: issues.map(({ path, message }) => `${path}: ${message}`),
  };
};

describe("a user's file of daily levels", () => {
  it('may hold one series or two, comments, gaps and any line ends', () => {
    const content =
      '\uFEFF# my levels\r\nDate, Equity-Index ,dollar-index\r\n2026-11-19,6600.5,99.1\r\n\r\n2026-11-20,,99.4\r\n';
    assert.deepEqual(read(content), {
      values: [
        ['equity-index', 6600.5, '2026-11-19'],
        ['dollar-index', 99.1, '2026-11-19'],
        ['dollar-index', 99.4, '2026-11-20'],
      ],
      issues: [],
    });
  });

  it('names what is wrong with its line and keeps the rest', () => {
    const lines = [
      'date,equity-index',
      '2026-11-16,=1+1',
      '2026-11-17,"6,600"',
      '2026-02-30,6600',
      '16.11.2026,6600',
      '2026-11-18,-5',
      '2026-11-19,6600',
      '2026-11-19,6700',
      '2026-11-20,@SUM(A1)',
      '2029-01-01,6600',
    ];
    const { values, issues } = read(lines.join('\n'));
    assert.deepEqual(values, [['equity-index', 6600, '2026-11-19']]);
    assert.equal(issues.length, 8);
    assert.match(issues[0] ?? '', /^line 2: a level must be a decimal number/);
    assert.match(issues[1] ?? '', /^line 3: 3 cells where the header has 2; write 1234\.5/);
    assert.match(issues[2] ?? '', /^line 4: the date must be written like/);
    assert.match(issues[5] ?? '', /^line 8: the date is there already, in line 7/);
  });

  it('refuses a header that it does not know, and an empty file', () => {
    assert.match(read('day,equity-index\n').issues[0] ?? '', /^line 1: the first column must be called date/);
    assert.match(
      read('date,gold\n2026-11-19,1\n').issues[0] ?? '',
      /columns after the date must be of equity-index/,
    );
    assert.match(read('date,constructor\n').issues[0] ?? '', /columns after the date/);
    assert.match(read('date,equity-index,equity-index\n').issues[0] ?? '', /twice/);
    assert.equal(read('').issues.length, 1);
    assert.match(read('date,equity-index\n').issues[0] ?? '', /holds no rows/);
  });
});
