import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import type { TimeWindow } from '../../../src/surfaces/protocol/messages.ts';
import {
  PRESETS,
  between,
  isPresetOffered,
  keptWindow,
  keyWindow,
  panned,
  presetOf,
  shownRange,
  windowOf,
  zoomed,
} from '../../../webview/models/timeRange.ts';
import { seededRandom } from '../../support/mutate.ts';

const HOUR = 3_600_000;
const week = { min: 0, max: 168 * HOUR };
const hours = ({ min, max }: { min: number; max: number }): number[] => [min / HOUR, max / HOUR];
const shown = (window: TimeWindow, extent = week): number[] => hours(shownRange(window, extent));

describe('the range of time that charts share', () => {
  it('is all there is, or a span up to the newest, or a stretch that stays where it is', () => {
    assert.deepEqual(shown({}), [0, 168]);
    assert.deepEqual(shown({ spanMs: 4 * HOUR }), [164, 168]);
    assert.deepEqual(shown({ spanMs: 4 * HOUR, endMs: 20 * HOUR }), [16, 20]);
    const later = { min: 0, max: 170 * HOUR };
    assert.deepEqual(
      [shown({}, later), shown({ spanMs: 4 * HOUR }, later)],
      [
        [0, 170],
        [166, 170],
      ],
    );
    assert.deepEqual(shown({ spanMs: 4 * HOUR, endMs: 20 * HOUR }, later), [16, 20]);
  });

  it('never shows what there is not', () => {
    assert.deepEqual(shown({ spanMs: 999 * HOUR }), [0, 168]);
    assert.deepEqual(shown({ spanMs: 10 * HOUR, endMs: 900 * HOUR }), [158, 168]);
    assert.deepEqual(shown({ spanMs: 10 * HOUR, endMs: 3 * HOUR }), [0, 10]);
  });

  it('zooms about a moment, which stays where it is', () => {
    const range = shownRange({ spanMs: 40 * HOUR, endMs: 100 * HOUR }, week);
    assert.deepEqual(shown(zoomed(range, week, 0.5, 70 * HOUR)), [65, 85]);
    assert.deepEqual(shown(zoomed(range, week, 2, 80 * HOUR)), [40, 120]);
    assert.deepEqual(zoomed(range, week, 99, 80 * HOUR), {});
    assert.deepEqual(
      shown(zoomed(range, week, 1e-9, 70 * HOUR)).map((at) => Math.abs(at - 70) < 0.25),
      [true, true],
    );
    // At the end it goes on with the data.
    assert.deepEqual(zoomed(week, week, 0.5, week.max), { spanMs: 84 * HOUR });
  });

  it('moves as far as there is something, and follows the newest again when it is there', () => {
    const range = shownRange({ spanMs: 10 * HOUR, endMs: 100 * HOUR }, week);
    assert.deepEqual(shown(panned(range, week, -5 * HOUR)), [85, 95]);
    assert.deepEqual(shown(panned(range, week, -500 * HOUR)), [0, 10]);
    assert.deepEqual(panned(range, week, 500 * HOUR), { spanMs: 10 * HOUR });
  });

  it('is what was marked, from either side', () => {
    for (const [one, other] of [
      [20, 30],
      [30, 20],
    ] as const)
      // prettier-ignore
      assert.deepEqual(shown(between(one * HOUR, other * HOUR, week)), [20, 30]);
    assert.deepEqual(shown(between(-9 * HOUR, 12 * HOUR, week)), [0, 12]);
    assert.equal(between(20 * HOUR, 20 * HOUR + 1, week).spanMs, 15 * 60_000);
  });

  it('goes by keys as by hand', () => {
    const range = { min: 50 * HOUR, max: 60 * HOUR };
    const by = (key: string) => shown(keyWindow(key, range, week) ?? {});
    assert.deepEqual(
      [by('ArrowLeft'), by('ArrowRight')],
      [
        [49, 59],
        [51, 61],
      ],
    );
    assert.deepEqual(
      [by('PageUp'), by('PageDown')],
      [
        [40, 50],
        [60, 70],
      ],
    );
    assert.deepEqual(
      [by('Home'), by('End'), by('0')],
      [
        [0, 10],
        [158, 168],
        [0, 168],
      ],
    );
    assert.deepEqual(
      [by('+'), by('-')],
      [
        [52, 60],
        [47.5, 60],
      ],
    );
    assert.equal(keyWindow('x', range, week), undefined);
  });

  it('offers the presets that show more than the one before, and all', () => {
    const offered = (span: number) =>
      PRESETS.filter((preset) => isPresetOffered(preset, { min: 0, max: span })).map(({ id }) => id);
    assert.deepEqual(offered(167 * HOUR), ['1h', '4h', '1d', '7d', 'all']);
    assert.deepEqual(offered(0), ['1h', 'all']);
    assert.equal(offered(400 * 24 * HOUR).length, PRESETS.length);
    assert.equal(presetOf({})?.id, 'all');
    assert.equal(presetOf({ spanMs: 24 * HOUR })?.id, '1d');
    assert.equal(presetOf({ spanMs: 24 * HOUR, endMs: 5 }), undefined);
    assert.equal(presetOf({ spanMs: 25 * HOUR }), undefined);
  });

  it('is kept and read again; where none was kept it is a week, and what cannot be read is all', () => {
    assert.deepEqual(keptWindow(undefined), { spanMs: 7 * 24 * HOUR });
    assert.deepEqual(keptWindow({ spanMs: 5, endMs: 7 }), { spanMs: 5, endMs: 7 });
    assert.deepEqual(keptWindow({ spanMs: 5, endMs: 'x' }), { spanMs: 5 });
    for (const broken of [null, 3, 'all', {}, { spanMs: NaN }, { spanMs: -1 }, { endMs: 7 }])
      assert.deepEqual(keptWindow(broken), {});
  });

  it('stays within what there is and is not turned over, whatever is done to it', () => {
    const seed = Math.floor(Math.random() * 2 ** 31);
    const random = seededRandom(seed);
    let window: TimeWindow = {};
    let extent = { min: 1e12, max: 1e12 + 90 * HOUR };
    for (let round = 0; round < 5_000; round++) {
      if (random() < 0.05) extent = { min: extent.min - random() * HOUR, max: extent.max + random() * HOUR };
      const range = shownRange(window, extent);
      const said = `seed ${seed}, round ${round}`;
      assert.ok(
        range.min >= extent.min - 1 &&
          range.max <= extent.max + 1 &&
          range.max - range.min >= 15 * 60_000 - 1,
        said,
      );
      const at = range.min + random() * (range.max - range.min);
      const next = [
        () => zoomed(range, extent, 0.2 + random() * 3, at),
        () => panned(range, extent, (random() - 0.5) * 30 * HOUR),
        () => between(at, range.min + random() * (range.max - range.min), extent),
        () => windowOf(range, extent),
      ][Math.floor(random() * 4)]!();
      // What is shown of a window is that window again.
      const again = shownRange(windowOf(shownRange(next, extent), extent), extent);
      const once = shownRange(next, extent);
      assert.ok(Math.abs(again.min - once.min) < 2 && Math.abs(again.max - once.max) < 2, said);
      window = next;
    }
  });
});
