import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { FlowMeter, FrameScanner, SOCKET_BOUNDS } from '../../../../src/sources/transport/frameMeter.ts';
import { ReadTurns } from '../../../../src/sources/transport/readTurns.ts';
import { settle } from '../../../support/fakeClock.ts';

/** A frame of the server, with the shortest length that fits. */
function frame(opcode: number, size: number, isLast = true): Buffer {
  const first = (isLast ? 0x80 : 0) | opcode;
  const long = Buffer.alloc(8);
  long.writeBigUInt64BE(BigInt(size));
  const head =
    size < 126 ? [first, size] : size < 65_536 ? [first, 126, ...long.subarray(6)] : [first, 127, ...long];
  return Buffer.concat([Buffer.from(head), Buffer.alloc(size, 0xff)]);
}

describe('the scanner of frames', () => {
  const frames = [
    frame(1, 0), frame(1, 125), frame(9, 3), frame(2, 126), frame(1, 65_535), frame(10, 0), frame(1, 65_536),
    frame(1, 10, false), frame(0, 5), frame(8, 2),
  ]; // prettier-ignore
  const bytes = Buffer.concat(frames);

  it('counts each once, however the bytes are cut', () => {
    for (const piece of [1, 2, 3, 7, 64, 1_000, 65_536, bytes.length]) {
      const scanner = new FrameScanner();
      const seen = { frames: 0, controls: 0 };
      for (let at = 0; at < bytes.length; at += piece) {
        const part = bytes.subarray(at, at + piece);
        const scanned = scanner.scan(part, 0, Infinity);
        assert.equal(scanned.end, part.length);
        seen.frames += scanned.frames;
        seen.controls += scanned.controls;
      }
      assert.deepEqual(seen, { frames: 10, controls: 3 }, `pieces of ${piece}`);
    }
  });

  it('stops after so many and goes on from there', () => {
    const scanner = new FrameScanner();
    let [at, total] = [0, 0];
    while (at < bytes.length) {
      const scanned = scanner.scan(bytes, at, 3);
      assert.ok(scanned.frames <= 3 && scanned.end > at);
      total += scanned.frames;
      at = scanned.end;
    }
    assert.equal(total, 10);
  });
});

describe('the meter of a flow', () => {
  it('lets its bound through for ever, its burst at once, and no more', () => {
    let nowMs = 0;
    const meter = new FlowMeter({ perSecond: 100, burst: 50 }, () => nowMs);
    for (let n = 0; n < 1_000; n += 1) {
      nowMs += 10;
      assert.equal(meter.isOver(1), false);
    }
    assert.equal(meter.isOver(49), false);
    assert.equal(meter.isOver(1), true, 'beyond the burst');
    nowMs += 1_000;
    assert.equal(meter.isOver(50), false, 'empty again after a while');
    nowMs -= 5_000;
    assert.equal(meter.isOver(1), true, 'a clock that goes back drains nothing');
  });

  it('stands above the load that must pass over ten sockets, and over five', () => {
    for (const sockets of [10, 5]) {
      let nowMs = 0;
      const meter = new FlowMeter(SOCKET_BOUNDS.frames, () => nowMs);
      for (let ms = 0; ms < 10_000; ms += 100) {
        nowMs = ms;
        assert.equal(meter.isOver(20_000 / sockets / 10), false);
      }
    }
  });

  it('ends a flood at its burst: of ten times as much nine tenths are not read', () => {
    for (const { burst } of Object.values(SOCKET_BOUNDS)) {
      const meter = new FlowMeter({ perSecond: 1, burst }, () => 0);
      const step = Math.floor(burst / 100);
      let passed = 0;
      for (let n = 0; n < 1_000; n += 1) if (!meter.isOver(step)) passed += step;
      assert.ok(passed > 0.98 * burst && passed <= burst, `${passed} of ${burst}`);
    }
  });
});

describe('turns of reading', () => {
  it('read from all by turns, and leave the event loop to others', async () => {
    const turns = new ReadTurns();
    const left = [1_000, 1_000, 3];
    const log: number[] = [];
    let others = 0;
    let isOver = false;
    const tick = (): void => {
      others += 1;
      if (!isOver) setImmediate(tick);
    };
    setImmediate(tick);
    for (const index of left.keys())
      turns.wait(() => {
        const endMs = performance.now() + 0.05;
        while (performance.now() < endMs);
        log.push(index);
        left[index] = (left[index] ?? 0) - 1;
        return (left[index] ?? 0) > 0;
      });
    while (left.some((one) => one > 0)) await settle();
    isOver = true;
    assert.deepEqual(log.slice(0, 9), [0, 1, 2, 0, 1, 2, 0, 1, 2]);
    assert.ok(others >= 10, `${others} turns for others in ${log.length} steps`);
  });

  it('give a moment to who asks first, and forget who leaves', async () => {
    let nowMs = 0;
    const turns = new ReadTurns(() => nowMs);
    assert.equal(turns.hasTime, true);
    nowMs = 5;
    assert.equal(turns.hasTime, false);
    let calls = 0;
    const step = (): boolean => {
      calls += 1;
      return true;
    };
    turns.wait(step);
    turns.leave(step);
    await settle();
    assert.equal(calls, 0);
    assert.equal(turns.hasTime, true, 'a new moment');
  });
});
