import assert from 'node:assert/strict';
import { once } from 'node:events';
import { Duplex } from 'node:stream';
import { describe, it } from 'mocha';
import { SOCKET_BOUNDS } from '../../../../src/sources/transport/frameMeter.ts';
import { MeteredSocket } from '../../../../src/sources/transport/meteredSocket.ts';
import { ReadTurns } from '../../../../src/sources/transport/readTurns.ts';

/** A server's frame with a short payload. */
const frame = (opcode: number, text: string): Buffer =>
  Buffer.concat([Buffer.from([0x80 | opcode, text.length]), Buffer.from(text)]);

/** Two ends of a connection in memory: what is written to one is read from the other. */
function pair(): [Duplex, Duplex] {
  const ends: Duplex[] = [];
  const make = (other: () => Duplex | undefined): Duplex =>
    new Duplex({
      read: () => undefined,
      write(chunk, _encoding, done) {
        other()?.push(chunk);
        done();
      },
      final(done) {
        other()?.push(null);
        done();
      },
    });
  ends.push(
    make(() => ends[1]),
    make(() => ends[0]),
  );
  return ends as [Duplex, Duplex];
}

function setup(bounds = SOCKET_BOUNDS) {
  const [inner, server] = pair();
  const floods: string[] = [];
  let nowMs = 0;
  const socket = new MeteredSocket(inner, {
    bounds,
    turns: new ReadTurns(),
    nowMs: () => nowMs,
    onFlood: (what) => floods.push(what),
  });
  const read: Buffer[] = [];
  socket.on('data', (chunk: Buffer) => read.push(chunk));
  return {
    inner, server, socket, floods,
    read: () => Buffer.concat(read),
    pieces: () => read.length,
    advance: (ms: number) => (nowMs += ms),
  }; // prettier-ignore
}

const turns = async (count = 50): Promise<void> => {
  for (let n = 0; n < count; n += 1) await new Promise(setImmediate);
};

describe('a metered socket', () => {
  it('hands on every byte in order, in pieces, and writes through', async () => {
    const { server, socket, read, pieces, floods } = setup();
    const sent = Buffer.concat(Array.from({ length: 5_000 }, (_, n) => frame(1, `${n}`)));
    for (let at = 0; at < sent.length; at += 10_000) server.write(sent.subarray(at, at + 10_000));
    while (read().length < sent.length) await turns(1);
    assert.ok(read().equals(sent));
    assert.ok(pieces() >= 25, `${pieces()} pieces`);
    assert.deepEqual(floods, []);
    const written: Buffer[] = [];
    server.on('data', (chunk: Buffer) => written.push(chunk));
    socket.cork();
    socket.write('head');
    socket.write('body');
    socket.uncork();
    await turns(5);
    assert.equal(Buffer.concat(written).toString(), 'headbody');
    socket.destroy();
  });

  for (const [name, bytes, what] of [
    ['pings', frame(9, 'x'), /^more than 10 control frames a second came, 100 at once$/],
    ['frames', frame(1, '{}'), /^more than 5000 frames a second came, 10000 at once$/],
    ['empty frames', frame(1, ''), /^more than 5000 frames/],
    ['parts of a message', frame(0, 'x'), /^more than 5000 frames/],
    [
      'large frames',
      Buffer.concat([Buffer.from([0x81, 126, 0xff, 0xff]), Buffer.alloc(65_535, 0x20)]),
      /^more than 4194304 bytes a second came/,
    ],
  ] as const)
    it(`a flood of ${name}: ended at its bound, named, nothing more is read`, async () => {
      const { server, socket, read, floods, inner } = setup();
      const bound = /(\d+) at once/;
      const many = Buffer.concat(Array.from({ length: Math.ceil(100_000 / bytes.length) }, () => bytes));
      let sent = 0;
      // Ten times the bound, or until the connection is gone.
      while (floods.length === 0 && sent < 200 * 1_048_576) {
        server.write(many);
        sent += many.length;
        await turns(1);
      }
      for (let n = 0; n < 10; n += 1) server.write(many);
      await turns();
      assert.equal(floods.length, 1);
      assert.match(floods[0] ?? '', what);
      assert.equal(socket.destroyed && inner.destroyed, true);
      const most = Number(bound.exec(floods[0] ?? '')?.[1]);
      const counted = name === 'large frames' ? read().length : read().length / bytes.length;
      assert.ok(counted <= most + 1, `${counted} were read`);
    });

  it('lets pass for ever what stays within the bounds', async () => {
    const { server, floods, advance, socket } = setup();
    for (let second = 0; second < 60; second += 1) {
      for (let n = 0; n < 1_000; n += 1) server.write(frame(1, '{"a":1}'));
      server.write(frame(9, ''));
      await turns(3);
      advance(1_000);
    }
    assert.deepEqual(floods, []);
    socket.destroy();
  });

  it('stops reading while its reader wants no more', async () => {
    const { server, socket, read, inner } = setup();
    socket.pause();
    for (let n = 0; n < 50; n += 1) server.write(Buffer.concat([Buffer.from([0x82, 126, 0xff, 0xff]), Buffer.alloc(65_535)])); // prettier-ignore
    await turns();
    assert.equal(inner.isPaused(), true);
    assert.ok(socket.readableLength <= 3 * 65_536, `${socket.readableLength} bytes wait`);
    socket.resume();
    while (read().length < 50 * 65_539) await turns(1);
    socket.destroy();
  });

  it('tells the end once everything before it was read, and an error with it', async () => {
    for (const error of [undefined, new Error('reset')]) {
      const { server, socket, read, inner } = setup();
      const seen: unknown[] = [];
      socket.on('error', (told) => seen.push(told));
      const closed = once(socket, 'close').catch(() => undefined);
      const sent = Buffer.concat(Array.from({ length: 2_000 }, () => frame(1, 'abc')));
      server.write(sent);
      await turns(2);
      inner.destroy(error);
      while (!socket.closed) await turns(1);
      await closed;
      assert.equal(read().length, sent.length);
      assert.deepEqual(seen, error === undefined ? [] : [error]);
    }
  });

  it('counts what a packed message becomes', () => {
    const { socket, floods } = setup();
    let count = 0;
    while (socket.countUnpacked(1_048_576)) count += 1;
    assert.equal(count, 16);
    assert.equal(socket.countUnpacked(1), false);
    assert.equal(floods.length, 1);
  });
});
