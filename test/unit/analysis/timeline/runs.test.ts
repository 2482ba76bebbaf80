import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { LONGEST_UNWATCHED_MS } from '../../../../src/analysis/regime/standing.ts';
import { lineOf, type TimelineLine } from '../../../../src/analysis/timeline/line.ts';
import { runsOf } from '../../../../src/analysis/timeline/runs.ts';
import { MINUTE_MS } from '../../../../src/core/units.ts';
import { transitionsOf } from '../../../../src/surfaces/protocol/transitions.ts';

const T0 = Date.UTC(2026, 10, 1);
/** `minute label family` with `w` for weak; confidence and rarity are the minute's. */
const line = (minute: number, label: string, family: string, isWeak = false): TimelineLine =>
  lineOf('BTC', T0 + minute * MINUTE_MS, { label, family, isWeak, confidence: minute / 1_000, rarity: minute / 2_000 }); // prettier-ignore
const squeeze = (minute: number, isWeak = false) => line(minute, 'short-squeeze', 'short-covering', isWeak);
const quiet = (minute: number) => line(minute, 'neutral', 'quiet');
const runs = (...lines: TimelineLine[]) => runsOf(lines, LONGEST_UNWATCHED_MS);
const short = (found: ReturnType<typeof runs>) =>
  found.map(({ label, fromMs, toMs }) => [label, (fromMs - T0) / MINUTE_MS, (toMs - T0) / MINUTE_MS]);

describe('runs of a timeline', () => {
  it('join what is said again, and end where the next begins; the last one ends with its last assessment', () => {
    const found = runs(quiet(0), quiet(5), squeeze(10), squeeze(15), squeeze(20));
    assert.deepEqual(short(found), [
      ['neutral', 0, 10],
      ['short-squeeze', 10, 20],
    ]);
  });

  it('part where label, family or weakness differs, and carry confidence and rarity of their beginning', () => {
    const found = runs(
      squeeze(0, true),
      squeeze(5),
      line(10, 'spot-led-rally', 'short-covering'),
      line(15, 'illiquid-sell-off', 'new-shorts'),
      line(20, 'illiquid-sell-off', 'long-unwinding'),
      line(25, 'illiquid-sell-off', 'long-unwinding'),
    );
    assert.deepEqual(
      found.map(({ label, family, isWeak, direction, confidence, rarity }) =>
        [label, family, isWeak, direction, confidence, rarity].join(' '),
      ),
      [
        'short-squeeze short-covering true 1 0 0',
        'short-squeeze short-covering false 1 0.005 0.0025',
        'spot-led-rally short-covering false 1 0.01 0.005',
        'illiquid-sell-off new-shorts false -1 0.015 0.0075',
        'illiquid-sell-off long-unwinding false -1 0.02 0.01',
      ],
    );
  });

  it('take the way of the price from name or family, and none where neither has one', () => {
    const ways = [
      line(0, 'crowded-long', 'stake-rising'),
      line(1, 'crowded-long', 'new-longs'),
      line(2, 'neutral', 'quiet'),
      line(3, 'unknown', 'unknown'),
      line(4, 'short-squeeze', 'unknown'),
    ];
    assert.deepEqual(runs(...ways).map(({ direction }) => direction), [0, 1, 0, 0, 0]); // prettier-ignore
  });

  it('leave a gap where nobody watched for longer than a break, also before the same label, and none at just a break', () => {
    const atBreak = runs(squeeze(0), squeeze(15));
    assert.deepEqual(short(atBreak), [['short-squeeze', 0, 15]]);
    const beyond = runs(squeeze(0), squeeze(5), squeeze(20.01), squeeze(25), quiet(60));
    assert.deepEqual(short(beyond), [
      ['short-squeeze', 0, 5],
      ['short-squeeze', 20.01, 25],
      ['neutral', 60, 60],
    ]);
  });

  it('go on where somebody looks in even steps of up to an hour, as collect --every does, and not over a pause among them', () => {
    const hourly = runs(
      quiet(0),
      quiet(60.1),
      squeeze(120),
      squeeze(180.2),
      quiet(300),
      quiet(360),
      quiet(420),
    );
    assert.deepEqual(short(hourly), [
      ['neutral', 0, 120],
      ['short-squeeze', 120, 180.2],
      ['neutral', 300, 420],
    ]);
    assert.deepEqual(short(runs(quiet(0), quiet(20), squeeze(40))), [
      ['neutral', 0, 40],
      ['short-squeeze', 40, 40],
    ]);
    const twoHourly = runs(quiet(0), quiet(120), quiet(240));
    assert.equal(twoHourly.length, 3);
    const once = runs(quiet(0), quiet(5), quiet(50), quiet(55));
    assert.equal(once.length, 2, 'one pause is no step that is held');
  });

  it('are none of nothing', () => assert.deepEqual(runs(), []));
});

describe('transitions', () => {
  it('count what was seen to follow, of the stays whose end was seen; weak and strong are one stay', () => {
    const found = transitionsOf(
      runs(
        ...[quiet(0), squeeze(5, true), squeeze(10), quiet(15), squeeze(20), line(25, 'unknown', 'unknown')],
        ...[quiet(30), squeeze(35), quiet(40)],
      ),
    );
    assert.deepEqual(found, [
      { from: 'neutral', to: 'short-squeeze', count: 3, of: 3, unseen: 1 },
      { from: 'short-squeeze', to: 'neutral', count: 2, of: 3, unseen: 0 },
      { from: 'short-squeeze', to: 'unknown', count: 1, of: 3, unseen: 0 },
      { from: 'unknown', to: 'neutral', count: 1, of: 1, unseen: 0 },
    ]);
  });

  it('never lead over a gap: what stood before it has no seen end', () => {
    const found = transitionsOf(runs(squeeze(0), quiet(60), squeeze(65)));
    assert.deepEqual(found, [{ from: 'neutral', to: 'short-squeeze', count: 1, of: 1, unseen: 0 }]);
    assert.deepEqual(transitionsOf(runs(squeeze(0), squeeze(60))), []);
  });
});
