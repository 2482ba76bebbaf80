import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { after, before, describe, it } from 'mocha';
import { DAY_MS, HOUR_MS } from '../../../../src/core/units.ts';
import { openSqliteStore } from '../../../../src/store/sqliteStore.ts';
import { imported, importText, NOW_MS } from './support.ts';
import { allBefore } from '../../../support/allBefore.ts';

const T0 = Date.UTC(2024, 0, 1);
let folder = '';
let files = 0;

before(() => {
  folder = mkdtempSync(join(tmpdir(), 'perpscope-import-'));
});
after(() => rmSync(folder, { recursive: true, force: true }));

const pathOf = (name: string): string => join(folder, name);
function fileOf(...lines: string[]): string {
  const file = pathOf(`file-${(files += 1)}.csv`);
  writeFileSync(file, `${lines.join('\n')}\n`);
  return file;
}
/** Options that state open interest by the hour. */
const OPEN_INTEREST = ['--map', 'time=t,openInterestBase=oi@end', '--bar', '1h', '--label', 'start', '--sides', 'one', '--asset', 'BTC']; // prettier-ignore
const FUNDING = ['--map', 'time=t,fundingRatePerInterval=rate', '--interval', '8h', '--asset', 'BTC'];

describe('perpscope import', () => {
  it('reads what is mapped and says what it saw: holes, repeats, absent cells, reach', async () => {
    const hour = (at: number, value: string): string => `${T0 + at * HOUR_MS},${value}`;
    const file = fileOf('t,oi', hour(0, '10'), hour(1, ''), hour(1, ''), hour(2, 'NaN'), hour(5, '0'));
    const said = await imported(['--csv', file, ...OPEN_INTEREST, '--dry-run']);
    assert.deepEqual([said.rows, said.kept, said.repeated, said.firstRepeated], [5, 2, 1, `${file}, line 4`]);
    assert.deepEqual([said.holes?.count, said.holes?.missing, said.holes?.longestMs], [1, 2, 3 * HOUR_MS]);
    assert.deepEqual(
      [said.columns[0]?.values, said.columns[0]?.absent, said.columns[0]?.last],
      [2, 2, { atMs: T0 + 6 * HOUR_MS, value: 0 }],
    );
    assert.equal(said.stored, null);
    const text = await importText(['--csv', file, ...OPEN_INTEREST, '--dry-run']);
    assert.match(text, /5 rows, 2 kept, 1 repeated, the first in .*line 4; 1 instrument, 2024-01-01 01:00 UTC to 2024-01-01 06:00 UTC/); // prettier-ignore
    assert.match(text, /open interest counted once; SHA-256 [0-9a-f]{64}/);
    assert.match(text, /1 hole, 2 steps missing, the longest 3 h from 2024-01-01 02:00 UTC; left as holes/);
    assert.match(text, /Nothing was written\./);
  });

  it('keeps no bar that runs and no time to come', async () => {
    const lines = [-2, -1, 1].map((hours) => `${NOW_MS + hours * HOUR_MS},5`);
    const said = await imported(
      ['--csv', fileOf('t,oi', ...lines), ...OPEN_INTEREST, '--dry-run'],
      NOW_MS - HOUR_MS / 2,
    );
    assert.deepEqual([said.kept, said.running], [1, 2]);
  });

  it('reads ms, s and dates with a zone alike, and percent to the digit', async () => {
    const percent = [
      '--map',
      'time=t,fundingPercentPerInterval=p',
      '--interval',
      '8h',
      '--asset',
      'BTC',
      '--dry-run',
    ];
    for (const time of [`${T0}`, `${T0 / 1_000}`, '2024-01-01T00:00:00Z', '2024-01-01T08:00:00+08:00']) {
      const said = await imported(['--csv', fileOf('t,p', `${time},0.0107`), ...percent]);
      assert.deepEqual(said.columns[0]?.first, { atMs: T0, value: 0.000107 }, time);
    }
  });

  const refusals: readonly (readonly [string, readonly string[], readonly string[], RegExp])[] = [
    ['a time without its zone', ['t,oi', '2024-01-01 00:00,1'], OPEN_INTEREST, /line 2: t is ms or s since 1970, or a date and time with its zone/],
    ['microseconds', ['t,oi', `${T0}000,1`], OPEN_INTEREST, /line 2: t is ms or s/],
    ['local days', ['t,oi', `${T0 + 1_800_000},1`], OPEN_INTEREST, /line 2: bars of 1 h start at whole multiples.*is the time local/],
    ['words', ['t,oi', `${T0},many`], OPEN_INTEREST, /line 2: oi is read as openInterestBase, coins, which "many" cannot be/],
    ['a hexadecimal number', ['t,oi', `${T0},0x10`], OPEN_INTEREST, /which "0x10" cannot be/],
    ['less than nothing', ['t,oi', `${T0},-1`], OPEN_INTEREST, /which "-1" cannot be/],
    ['percent as a fraction', ['t,rate', `${T0},0.5`], FUNDING, /line 2: rate is read as fundingRatePerInterval, fraction per interval/],
    ['a file out of order', ['t,oi', `${T0},1`, `${T0 + HOUR_MS},1`, `${T0 - HOUR_MS},1`], OPEN_INTEREST, /line 4: times ascend in this file/],
    ['a time with two values', ['t,oi', `${T0},1`, `${T0},2`], OPEN_INTEREST, /line 3: 2024-01-01 00:00 UTC stands twice, with different values/],
    ['a lacking column', ['t,other', `${T0},1`], OPEN_INTEREST, /line 1: a column oi expected/],
    ['no row', ['t,oi'], OPEN_INTEREST, /at least one row expected/],
    ['another interval', ['t,rate', ...[0, 1, 2, 3].map((at) => `${T0 + at * HOUR_MS},0.0001`)], FUNDING, /3 of 3 rows follow sooner than the interval/],
    ['columns mixed up', ['time_ms,open,high,low,close,volume', `${T0},5,4,6,5,1`], ['--layout', 'klines-1h', '--asset', 'BTC'], /line 2: lowQuote is never above/],
    ['unstated sides', ['t,oi', `${T0},1`], OPEN_INTEREST.filter((one) => one !== '--sides' && one !== 'one'), /--sides one or --sides both/],
    ['unstated interval', ['t,rate', `${T0},0`], FUNDING.filter((one) => one !== '--interval' && one !== '8h'), /--interval LENGTH/],
    ['unstated labels', ['t,oi', `${T0},1`], OPEN_INTEREST.filter((one) => one !== '--label' && one !== 'start'), /--label start or --label end/],
    ['an unstated moment', ['t,oi', `${T0},1`], OPEN_INTEREST.map((one) => one.replace('@end', '')), /of which moment of its bar is openInterestBase/],
    ['an unknown name', ['t,oi', `${T0},1`], ['--map', 'time=t,openInterest=oi', '--asset', 'BTC'], /did you mean openInterestUsd|did you mean openInterestBase/],
    ['no asset', ['t,rate', `${T0},0`], FUNDING.slice(0, -2), /Add --asset/],
    ['another asset', ['exchange,time_ms,funding_rate', `okx,${T0},0`], ['--layout', 'funding-7-exchanges', '--asset', 'ETH'], /is about BTC, not ETH/],
    ['a source that is no name', ['t,rate', `${T0},0`], [...FUNDING, '--source', 'Mine!'], /--source takes a name/],
    ['no layout', ['t,rate', `${T0},0`], ['--asset', 'BTC'], /how is the file laid out/],
  ]; // prettier-ignore
  for (const [what, lines, options, message] of refusals)
    it(`refuses ${what}`, async () => {
      await assert.rejects(imported(['--csv', fileOf(...lines), ...options, '--dry-run']), message);
    });

  it('writes nothing of a file that is faulty in its last line', async () => {
    const store = pathOf('faulty.sqlite');
    const file = fileOf('t,oi', `${T0},1`, `${T0 + HOUR_MS},x`);
    await assert.rejects(imported(['--csv', file, ...OPEN_INTEREST, '--store', store]), /line 3/);
    const open = await openSqliteStore(store, { source: 'live' });
    assert.deepEqual(await open.query({ kind: 'open-interest', exchange: 'import:file-1' }), []);
    assert.deepEqual(await open.journal({ topic: 'import' }), []);
    await open.close();
  });

  it('keeps imported rows and their checksum when a history is pruned', async () => {
    const path = pathOf('pruned.sqlite');
    const file = fileOf('t,oi', `${T0},7`);
    await imported(['--csv', file, ...OPEN_INTEREST, '--source', 'mine', '--store', path]);
    const open = await openSqliteStore(path, { source: 'live' });
    await open.prune(allBefore(NOW_MS + DAY_MS));
    const rows = await open.query({ kind: 'open-interest', exchange: 'import:mine' });
    assert.deepEqual(
      rows.map(({ openInterestBase }) => openInterestBase),
      [7],
    );
    assert.equal((await open.journal({ topic: 'import' })).length, 1);
    await open.close();
  });

  it('over several writes, all rows of a long file that descends are there', async function () {
    this.timeout(60_000);
    const many = 40_000;
    const lines = Array.from({ length: many }, (_, at) => `${T0 - at * HOUR_MS},${at + 0.25}`);
    const path = pathOf('long.sqlite');
    const args = ['--csv', fileOf('t,oi', ...lines), ...OPEN_INTEREST, '--source', 'long', '--store', path];
    assert.equal((await imported(args)).stored?.inserted, many);
    const open = await openSqliteStore(path, { source: 'live' });
    const [columns] = await open.columns({ kind: 'open-interest', exchange: 'import:long', fields: ['openInterestBase'] }); // prettier-ignore
    const values = columns?.columns['openInterestBase'];
    assert.deepEqual([values?.length, values?.[0], values?.at(-1)], [many, many - 0.75, 0.25]);
    await open.close();
  });

  it('again writes nothing; a changed file revises what changed; what was known before stays known', async function () {
    this.timeout(120_000);
    const value = fc.option(fc.double({ min: 0, max: 1e9, noNaN: true }), { freq: 5 });
    const rows = fc.array(fc.tuple(fc.integer({ min: 1, max: 4 }), value, value), {
      minLength: 1,
      maxLength: 20,
    });
    await fc.assert(
      fc.asyncProperty(rows, async (steps) => {
        const path = pathOf(`again-${(files += 1)}.sqlite`);
        const file = pathOf(`again-${files}.csv`);
        const write = (pick: (row: (typeof steps)[number]) => number | null): (number | null)[] => {
          let atMs = T0;
          writeFileSync(file, `t,oi\n${steps.map((row) => `${(atMs += row[0] * HOUR_MS)},${pick(row) ?? ''}`).join('\n')}\n`); // prettier-ignore
          return steps.map(pick);
        };
        const run = (nowMs: number) =>
          imported(['--csv', file, ...OPEN_INTEREST, '--source', 'p', '--store', path], nowMs);
        const known = (values: (number | null)[]): number => values.filter((one) => one !== null).length;
        const first = write(([, one]) => one);
        if (known(first) === 0) return;
        assert.equal((await run(NOW_MS)).stored?.inserted, known(first));
        assert.deepEqual((await run(NOW_MS + 1)).stored, {
          inserted: 0,
          unchanged: known(first),
          revised: 0,
        });
        const second = write(([, one, other]) => other ?? one);
        const { stored } = await run(NOW_MS + 2);
        const changed = second.filter((one, at) => first[at] !== null && !Object.is(one, first[at])).length;
        const added = second.filter((one, at) => first[at] === null && one !== null).length;
        assert.deepEqual([stored?.inserted, stored?.revised], [added, changed]);
        const store = await openSqliteStore(path, { source: 'live' });
        const query = { kind: 'open-interest', exchange: 'import:p' } as const;
        const values = async (knownAtMs?: number) =>
          (await store.query({ ...query, ...(knownAtMs === undefined ? {} : { knownAtMs }) })).map(({ openInterestBase }) => openInterestBase); // prettier-ignore
        assert.deepEqual(
          await values(),
          second.filter((one) => one !== null),
        );
        assert.deepEqual(
          await values(NOW_MS + 1),
          first.filter((one) => one !== null),
        );
        assert.equal((await store.journal({ topic: 'import' })).length, first.every((one, at) => Object.is(one, second[at])) ? 1 : 2); // prettier-ignore
        await store.close();
      }),
      { numRuns: 12 },
    );
  });
});
