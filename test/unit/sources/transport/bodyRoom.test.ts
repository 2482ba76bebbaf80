import assert from 'node:assert/strict';
import { gzipSync } from 'node:zlib';
import { describe, it } from 'mocha';
import { BodyRoom, HOST_ROOM_BYTES, SMALL_BODY_BYTES } from '../../../../src/sources/transport/bodyRoom.ts';
import { type BodySink, createBodySink } from '../../../../src/sources/transport/bodySink.ts';
import { settle } from '../../../support/fakeClock.ts';

const MIB = 1_048_576;

describe('the room of bodies', () => {
  it('is promised no more than once, in order of asking, at ten times as many wishes', async () => {
    const room = new BodyRoom(4);
    const order: number[] = [];
    const leaves = Array.from({ length: 40 }, (_, n) => room.claim(1, () => order.push(n)));
    assert.deepEqual(order, [0, 1, 2, 3]);
    for (const leave of leaves) {
      assert.ok(room.heldBytes <= 4);
      leave();
      leave();
      await settle();
    }
    assert.deepEqual(order, [...Array(40).keys()]);
    assert.equal(room.heldBytes, 0);
  });

  it('gives more than there is to one alone, and passes over nobody', async () => {
    const room = new BodyRoom(4);
    const order: string[] = [];
    const small = room.claim(1, () => order.push('small'));
    const large = room.claim(10, () => order.push('large'));
    const later = room.claim(1, () => order.push('later'));
    assert.deepEqual(order, ['small']);
    small();
    await settle();
    assert.deepEqual([order, room.heldBytes], [['small', 'large'], 10]);
    large();
    await settle();
    assert.deepEqual(order, ['small', 'large', 'later']);
    later();
  });

  it('takes a wish back', async () => {
    const room = new BodyRoom(1);
    const order: string[] = [];
    const first = room.claim(1, () => order.push('first'));
    room.claim(1, () => order.push('gone'))();
    room.claim(1, () => order.push('third'));
    first();
    await settle();
    assert.deepEqual(order, ['first', 'third']);
  });
});

describe('bodies that share a room', () => {
  interface Body {
    readonly sink: BodySink;
    readonly isDone: () => boolean;
    feed(): Promise<void>;
  }
  const rooms = { host: new BodyRoom(HOST_ROOM_BYTES), shared: new BodyRoom(6 * MIB) };

  /** A body of so many bytes that is fed as long as its sink takes more. */
  function open(encoding: string, size: number): Body {
    const whole = Buffer.alloc(size, 0x20);
    const bytes = encoding === '' ? whole : gzipSync(whole);
    let at = 0;
    let isFull = false;
    let done: number | undefined;
    const sink = createBodySink(encoding, { maxBytes: size, rooms }, {
      done: (body) => (done = body.length),
      fail: ({ problem }) => assert.fail(problem),
      drain: () => (isFull = false),
    }); // prettier-ignore
    return {
      sink,
      isDone: () => done === size,
      async feed() {
        while (!isFull && at < bytes.length) {
          isFull = !sink.write(bytes.subarray(at, at + 16_384));
          at += 16_384;
          if (at >= bytes.length) sink.end();
          await settle();
        }
      },
    };
  }

  for (const encoding of ['', 'gzip'])
    it(`ten times as many as fit are read a few at a time, each to its end (${encoding || 'plain'})`, async () => {
      const bodies = Array.from({ length: 20 }, () => open(encoding, MIB));
      while (!bodies.every((one) => one.isDone())) {
        for (const body of bodies) await body.feed();
        assert.ok(rooms.host.heldBytes <= HOST_ROOM_BYTES);
        await new Promise(setImmediate);
      }
      assert.equal(bodies.filter((one) => one.isDone()).length, 20);
      assert.equal(rooms.host.heldBytes, 0);
    });

  it('small ones wait for nobody, and one that is larger than a host has room for finds some', async () => {
    const slow = [open('', MIB), open('', MIB)];
    for (const body of slow) body.sink.write(Buffer.alloc(SMALL_BODY_BYTES + 1));
    assert.equal(rooms.host.heldBytes, 2 * MIB);
    const small = open('', SMALL_BODY_BYTES);
    await small.feed();
    assert.equal(small.isDone(), true);
    for (const body of slow) body.sink.destroy();
    await settle();
    const list = open('', 8 * MIB);
    await list.feed();
    assert.equal(list.isDone(), true);
    assert.deepEqual([rooms.host.heldBytes, rooms.shared.heldBytes], [0, 0]);
  });
});
