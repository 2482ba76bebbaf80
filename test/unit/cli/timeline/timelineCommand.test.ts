import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'mocha';
import type { Track } from '../../../../src/analysis/noise/track.ts';
import { readArguments } from '../../../../src/cli/arguments.ts';
import { BUILT_IN_RULES } from '../../../../src/analysis/regime/rules.ts';
import { timelineCommand } from '../../../../src/cli/timelineCommand.ts';
import { DAY_MS, HOUR_MS, MINUTE_MS } from '../../../../src/core/units.ts';
import { openSqliteStore } from '../../../../src/store/sqliteStore.ts';
import { changed, noiseMarket } from '../../analysis/noise/markets.ts';
import { written } from '../../../support/written.ts';

const T0 = Date.UTC(2024, 6, 1);
const track = noiseMarket(5, 350, T0);
let folder = '';

before(() => {
  folder = mkdtempSync(join(tmpdir(), 'perpscope-timeline-'));
});
after(() => rmSync(folder, { recursive: true, force: true }));

function fileOf(name: string, of: Track): string {
  const rows = Array.from(of.close, (close, hour) => {
    const [bought, all, interest] = [of.takerBuyBase[hour], of.volumeBase[hour], of.openInterestBase[hour]];
    const [longs, shorts] = [
      (of.longLiquidatedUsd[hour] ?? 0) / close,
      (of.shortLiquidatedUsd[hour] ?? 0) / close,
    ];
    return [T0 + hour * HOUR_MS, close, all, bought, interest, longs, shorts].join(',');
  });
  const file = join(folder, name);
  writeFileSync(file, ['time_ms,close,volume,buy_volume,oi_close,long_liq,short_liq', ...rows].join('\n'));
  return file;
}

async function run(...argv: string[]): Promise<{ code: number; lines: string[]; notes: readonly string[] }> {
  const call = readArguments(['timeline', ...argv]);
  const { code, text, notes } = await written((io) => timelineCommand(call, io), T0 + 30 * DAY_MS);
  return { code, lines: text.split('\n').filter((line) => line !== ''), notes };
}

describe('perpscope timeline over a series file', () => {
  it('judges by the rules of --rules: a move that needs three usual days is seldom one', async () => {
    const file = fileOf('b-btcusdt-1h.csv', track);
    const rules = join(folder, 'calm.perpscope-rules.json');
    writeFileSync(rules, '{ "version": "calm/1", "extends": "built-in", "families": { "move": { "enter": 3, "leave": 2.9 } } }'); // prettier-ignore
    const moves = ({ lines }: { lines: string[] }): number =>
      lines.filter((line) => /"(new-longs|short-covering|new-shorts|long-unwinding)"/.test(line)).length;
    const args = ['--csv', file, '--from', '2024-07-12', '--json'];
    const [built, calm] = [await run(...args), await run(...args, '--rules', rules)];
    assert.equal(calm.lines.length, built.lines.length);
    assert.ok(moves(calm) * 4 < moves(built), `${moves(calm)} against ${moves(built)} hours`);
    writeFileSync(rules, '{');
    await assert.rejects(run(...args, '--rules', rules), /calm\.perpscope-rules\.json:1:2: expected a key/);
    assert.throws(() => readArguments(['timeline', '--rules', rules]), /--rules is of a series file/);
  });

  it('calls a name what the words of --rules say, and keeps the label in JSON', async () => {
    const file = fileOf('b-btcusdt-words.csv', track);
    const rules = join(folder, 'words.perpscope-rules.json');
    const names = BUILT_IN_RULES.names.map((name) => ({ ...name, words: `own ${name.label}` }));
    writeFileSync(rules, JSON.stringify({ ...BUILT_IN_RULES, version: 'words/1', names }));
    const args = ['--csv', file, '--from', '2024-07-10', '--rules', rules];
    const [text, json] = [await run(...args), await run(...args, '--json')];
    const labels = json.lines.map((line) => (JSON.parse(line) as { label: string }).label);
    const at = labels.findIndex((label) => label !== 'neutral' && label !== 'unknown');
    assert.ok(at >= 0, 'the hours have a name');
    assert.ok(text.lines[at]!.includes(`BTC  own ${labels[at]}`), text.lines[at]);
  });

  it('prints one line an hour, ascending, with what is known by its end; what is lacking is said once', async () => {
    const { code, lines, notes } = await run(
      '--csv',
      fileOf('a-btcusdt-1h.csv', track),
      '--from',
      '2024-07-15T01:00',
      '--json',
    );
    assert.equal(code, 0);
    const read = lines.map((line) => JSON.parse(line) as Record<string, unknown>);
    const first = Date.UTC(2024, 6, 15, 1);
    assert.deepEqual(
      read.map(({ atMs }) => atMs),
      Array.from({ length: 350 - 336 }, (_, hour) => first + hour * HOUR_MS),
    );
    for (const line of read) {
      const keys = [
        'atMs',
        'asset',
        'label',
        'family',
        'isWeak',
        'candidates',
        'confidence',
        'rarity',
        'rarityBasis',
        'quality',
      ];
      assert.deepEqual(Object.keys(line), keys);
      assert.equal(line['asset'], 'BTC');
      assert.ok(Number(line['rarity']) > 0 && Number(line['rarity']) <= 1);
    }
    assert.equal(notes.length, 1);
    assert.match(notes[0]!, /judged without: funding, .*spot flow, depth of the book$/);
  });

  it('uses nothing later than the hour', async () => {
    const later = changed(track, { close: (value, hour) => (hour > 345 ? value * 2 : value) });
    const range = ['--to', '2024-07-15T10:00', '--from', '2024-07-14T12:00', '--json', '--asset', 'ETH'];
    const whole = await run('--csv', fileOf('whole.csv', track), ...range);
    const other = await run('--csv', fileOf('other.csv', later), ...range);
    assert.equal(whole.lines.length, 23);
    assert.deepEqual(other.lines, whole.lines);
  });

  it('says in words what it says in JSON', async () => {
    const { lines } = await run('--csv', fileOf('b-btcusdt.csv', track), '--to', '2024-07-01T02:00');
    assert.match(lines[0]!, /^2024-07-01 01:00 UTC {2}BTC {2}unknown {2}or neutral$/);
    const later = await run('--csv', fileOf('b-btcusdt.csv', track), '--from', '2024-07-10T01:00');
    const own =
      /^2024-07-\d\d \d\d:00 UTC {2}BTC {2}[a-z -]+( \(weak\))?( \([a-z ]+\))?( {2}or [a-z, -]+)? {2}confidence \d+ % {2}seen in (\d+|under 1) % of (shuffled|modelled) hours$/;
    // What followed upon what stands below the hours.
    const hours = later.lines.slice(0, later.lines.indexOf('Transitions of BTC'));
    assert.ok(hours.length > 100);
    for (const line of hours) assert.match(line, own);
    // Less than 14 days of hours: what is seen is modelled, and said to be.
    assert.match(hours[0]!, /modelled hours$/);
    assert.match(hours.at(-1)!, /shuffled hours$/);
  });

  it('needs to know whose hours they are, and an hour to judge', async () => {
    const file = fileOf('hours.csv', track);
    await assert.rejects(run('--csv', file), /whose hours are in .*hours\.csv\? Add --asset/);
    await assert.rejects(run('--csv', file, '--asset', 'BTC,ETH'), /--asset names the one asset/);
    await assert.rejects(
      run('--csv', file, '--asset', 'BTC', '--from', '2025-01-01'),
      /has no hour from --from to --to; its hours end from 2024-07-01 01:00 UTC to/,
    );
  });
});

describe('perpscope timeline of a history', () => {
  it('prints the assessments as they were made, of the asset and since then; what an older one lacks is null', async () => {
    const file = join(folder, 'history.sqlite');
    const store = await openSqliteStore(file, { source: 'live' });
    const entry = (day: number, body: object, key = 'BTC') =>
      ({ topic: 'assessment', key, atMs: T0 + day * DAY_MS, body }) as const;
    const made = {
      family: 'short-covering',
      isWeak: true,
      candidates: ['short-squeeze'],
      rarity: 0.03,
      rarityBasis: 'own-history',
      quality: 0.9,
    };
    await store.appendJournal([
      entry(1, { label: 'neutral', confidence: 0.4 }),
      entry(20, { label: 'neutral', confidence: 0.5 }),
      entry(21, { label: 'unknown' }, 'ETH'),
      entry(22, { label: 'short-squeeze', confidence: 0.7, ...made }),
    ]);
    await store.close();
    const { code, lines, notes } = await run('--store', file, '--since', '15d', '--json');
    const older = {
      family: 'unknown',
      isWeak: false,
      candidates: [],
      confidence: 0.5,
      rarity: null,
      rarityBasis: null,
      quality: null,
    };
    assert.deepEqual(
      lines.map((line) => JSON.parse(line) as unknown),
      [
        { atMs: T0 + 20 * DAY_MS, asset: 'BTC', label: 'neutral', ...older },
        { atMs: T0 + 22 * DAY_MS, asset: 'BTC', label: 'short-squeeze', ...made, confidence: 0.7 },
      ],
    );
    assert.deepEqual([code, notes], [0, []]);
    const none = await run('--store', file, '--asset', 'SOL');
    assert.equal(none.code, 1);
    assert.match(none.notes[0]!, /keeps no assessment of SOL since 2024-07-01/);
  });

  it('ends in words with what followed upon what, with how many stays it is counted', async () => {
    const file = join(folder, 'transitions.sqlite');
    const store = await openSqliteStore(file, { source: 'live' });
    const at = (minute: number, label: string) =>
      ({
        topic: 'assessment',
        key: 'BTC',
        atMs: T0 + 29 * DAY_MS + minute * MINUTE_MS,
        body: { label },
      }) as const;
    const said = ['neutral', 'short-squeeze', 'neutral', 'short-squeeze', 'unknown', 'neutral'];
    await store.appendJournal([...said.map((label, index) => at(index * 5, label)), at(90, 'short-squeeze')]);
    await store.close();
    const { lines } = await run('--store', file);
    assert.deepEqual(lines.slice(7), [
      'Transitions of BTC',
      '  neutral -> short-squeeze  2 of 2 stays (the end of 1 more was not seen)',
      '  short-squeeze -> neutral  1 of 2 stays (the end of 1 more was not seen)',
      '  short-squeeze -> unknown  1 of 2 stays (the end of 1 more was not seen)',
      '  unknown -> neutral  1 of 1 stay',
    ]);
    const json = await run('--store', file, '--json');
    assert.ok(json.lines.length === 7 && json.lines.every((line) => line.startsWith('{')));
  });

  it('is asked of a file that is there', async () => {
    await assert.rejects(run('--asset', 'BTC'), /add --store FILE/);
    await assert.rejects(run('--store', join(folder, 'none.sqlite')), /there is no history/);
  });
});
