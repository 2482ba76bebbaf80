import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'mocha';
import type { Track } from '../../../../src/analysis/noise/track.ts';
import { readArguments } from '../../../../src/cli/arguments.ts';
import type { CommandIo } from '../../../../src/cli/commandIo.ts';
import { timelineCommand } from '../../../../src/cli/timelineCommand.ts';
import { silentLogger } from '../../../../src/core/logger.ts';
import { DAY_MS, HOUR_MS } from '../../../../src/core/units.ts';
import { openSqliteStore } from '../../../../src/store/sqliteStore.ts';
import { changed, noiseMarket } from '../../analysis/noise/markets.ts';

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

async function run(...argv: string[]): Promise<{ code: number; lines: string[]; notes: string[] }> {
  let text = '';
  const notes: string[] = [];
  const io: CommandIo = {
    write: (part) => void (text += part),
    note: (line) => void notes.push(line),
    fail: (_, line) => void notes.push(line),
    readInput: () => Promise.resolve(''),
    clock: { nowMs: () => T0 + 30 * DAY_MS, monotonicMs: () => 0, sleep: () => Promise.resolve() },
    logger: silentLogger,
    signal: new AbortController().signal,
  };
  const code = await timelineCommand(readArguments(['timeline', ...argv]), io);
  return { code, lines: text.split('\n').filter((line) => line !== ''), notes };
}

describe('perpscope timeline over a series file', () => {
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
    assert.match(lines[0]!, /^2024-07-01 01:00 {2}BTC {2}unknown/);
  });

  it('needs to know whose hours they are, and an hour to judge', async () => {
    const file = fileOf('hours.csv', track);
    await assert.rejects(run('--csv', file), /whose hours are in .*hours\.csv\? Add --asset/);
    await assert.rejects(run('--csv', file, '--asset', 'BTC,ETH'), /--asset names the one asset/);
    await assert.rejects(
      run('--csv', file, '--asset', 'BTC', '--from', '2025-01-01'),
      /has no hour from --from to --to; its hours end from 2024-07-01T01:00/,
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

  it('is asked of a file that is there', async () => {
    await assert.rejects(run('--asset', 'BTC'), /add --store FILE/);
    await assert.rejects(run('--store', join(folder, 'none.sqlite')), /there is no history/);
  });
});
