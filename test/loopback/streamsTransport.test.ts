import assert from 'node:assert/strict';
import { createServer as createHttpServer } from 'node:http';
import { createServer } from 'node:net';
import type { Duplex } from 'node:stream';
import { afterEach, beforeEach, describe, it } from 'mocha';
import { acceptKey } from '../../src/sources/simulator/socketFrames.ts';
import { MAX_FRAME_BYTES, parseFrame } from '../../src/sources/transport/frameText.ts';
import type {
  ClientSocket,
  SocketEnd,
  SocketRequest,
  WebSocketClient,
} from '../../src/sources/transport/webSocketClient.ts';
import { FakeClock } from '../support/fakeClock.ts';
import type { SocketFault } from '../support/faults/socketFaults.ts';
import { createStreamWire, serveWire, until, type RunningWire } from '../support/streamWire.ts';
import { createWebSocketClient } from '../support/subject.ts';

interface Seen {
  readonly socket: ClientSocket;
  readonly texts: (string | undefined)[];
  readonly ends: SocketEnd[];
  signs: number;
  opened: { readonly isSimulated: boolean } | undefined;
}

describe('the WebSocket client', () => {
  let clock: FakeClock;
  let client: WebSocketClient;
  let wire: RunningWire;
  const connect = (changes: Partial<SocketRequest> = {}): Seen => {
    const seen: Seen = { texts: [], ends: [], signs: 0, opened: undefined } as unknown as Seen;
    const request = { exchange: 'fake', url: `${wire.url}/ws`, ...changes };
    const socket = client.connect(request, {
      onOpen: (opened) => void (seen.opened = opened),
      onMessage: (text) => void seen.texts.push(text),
      onSignOfLife: () => void (seen.signs += 1),
      onClose: (end) => void seen.ends.push(end),
    });
    return Object.assign(seen, { socket });
  };
  const opened = async (changes: Partial<SocketRequest> = {}): Promise<Seen> => {
    const seen = connect(changes);
    await until('open', () => seen.opened !== undefined);
    return seen;
  };
  const sub = '{"op":"sub","topics":["trade.BTCUSDT"]}';
  beforeEach(async () => {
    clock = new FakeClock();
    client = createWebSocketClient({ clock, env: {} });
    wire = await serveWire(createStreamWire(), clock);
  });
  afterEach(async () => {
    await client.close();
    await wire.close();
  });

  it('connects, knows the simulator by the answer to its upgrade, sends, receives and ends without a trace', async () => {
    const seen = await opened();
    assert.deepEqual(seen.opened, { isSimulated: true });
    seen.socket.send(sub);
    await until('the acknowledgement', () => seen.texts.length === 2);
    assert.deepEqual(
      seen.texts.map((text) => parseFrame(text ?? '')),
      [{ hello: true }, { ack: ['trade.BTCUSDT'] }],
    );
    seen.socket.ping();
    await until('the pong', () => seen.signs === 1);
    seen.socket.close();
    seen.socket.close();
    await until('the end on both sides', () => wire.sockets.connections === 0 && client.size === 0);
    assert.equal(seen.ends.length, 0, 'who closes is not told');
    assert.equal(clock.pending, 0, 'no timer is left');
  });

  it('takes a stream for live where the answer to its upgrade has no mark', async () => {
    const plain = createHttpServer();
    const upgraded: Duplex[] = [];
    plain.on('upgrade', (message, socket) => {
      const key = acceptKey(message.headers['sec-websocket-key'] ?? '');
      const head = 'HTTP/1.1 101 Switching Protocols\r\nupgrade: websocket\r\nconnection: Upgrade\r\n';
      upgraded.push(socket.on('error', () => undefined));
      socket.write(`${head}sec-websocket-accept: ${key}\r\n\r\n`);
    });
    const port = await new Promise<number>((resolve) =>
      plain.listen(0, '127.0.0.1', () => resolve((plain.address() as { port: number }).port)),
    );
    const seen = await opened({ url: `ws://127.0.0.1:${port}/ws` });
    assert.deepEqual(seen.opened, { isSimulated: false });
    await client.close();
    for (const socket of upgraded) socket.destroy();
    await new Promise((resolve) => plain.close(resolve));
  });

  it('unpacks gzipped frames and hands on undefined for one that cannot be unpacked', async () => {
    await wire.close();
    wire = await serveWire(createStreamWire({ packing: 'gzip' }), clock);
    const seen = await opened({ packing: 'gzip' });
    await until('the greeting', () => seen.texts.length === 1);
    assert.deepEqual(seen.texts, ['{"hello":true}']);
    wire.sockets.setFault({ name: 'ws-bad-deflate', times: 1 });
    wire.sockets.push();
    await until('the noise', () => seen.texts.length === 2);
    assert.equal(seen.texts[1], undefined);
    assert.equal(seen.ends.length, 0);
  });

  it('keeps the limit on what is sent over one connection', async () => {
    const seen = await opened({ messages: { weight: 2, windowMs: 1_000 } });
    for (let n = 0; n < 5; n += 1) seen.socket.send(`{"op":"sub","topics":["price.S${n}"]}`);
    await until('the first two', () => wire.sockets.received.length === 2);
    await clock.advance(999);
    assert.equal(wire.sockets.received.length, 2);
    await clock.advance(1);
    await until('two more', () => wire.sockets.received.length === 4);
    await clock.advance(1_000);
    await until('all', () => wire.sockets.received.length === 5);
  });

  for (const [status, retryAfter, pauseMs, code] of [
    [429, '7', 7_000, 'rate-limited'],
    [429, null, 60_000, 'rate-limited'],
    [418, '7200', 7_200_000, 'rate-limited'],
    [403, null, 600_000, 'http-status'],
    [451, null, 3_600_000, 'geo-blocked'],
    [503, null, undefined, 'http-status'],
    [503, '30', 30_000, 'http-status'],
  ] as const)
    it(`says why an upgrade was refused: ${status}, Retry-After ${retryAfter}`, async () => {
      wire.sockets.setFault({ name: 'ws-refuse-upgrade', status, retryAfter });
      const seen = connect();
      await until('the end', () => seen.ends.length > 0);
      assert.equal(seen.ends[0]?.pauseMs, pauseMs);
      assert.equal(seen.ends[0]?.error.status, status);
      assert.equal(seen.ends[0]?.error.code, code);
      assert.equal(client.size, 0);
      assert.equal(clock.pending, 0);
    });

  for (const code of [1_006, 1_008, 4_004])
    it(`tells a close with ${code}`, async () => {
      const seen = await opened();
      wire.sockets.setFault({ name: 'ws-close', code });
      wire.sockets.push();
      await until('the end', () => seen.ends.length > 0);
      assert.equal(seen.ends[0]?.code, code);
      assert.equal(seen.ends.length, 1);
      assert.equal(client.size, 0);
    });

  it('gives up an upgrade that is not answered in time, and a port that is closed at once', async () => {
    wire.sockets.setFault({ name: 'ws-slow-upgrade', afterMs: 60_000 });
    const slow = connect();
    await until('the request', () => wire.sockets.upgrades.length === 1);
    await clock.advance(10_000);
    await until('the end', () => slow.ends.length === 1);
    assert.equal(slow.ends[0]?.error.code, 'timeout');

    const closed = createServer();
    const port = await new Promise<number>((resolve) =>
      closed.listen(0, '127.0.0.1', () => resolve((closed.address() as { port: number }).port)),
    );
    await new Promise((resolve) => closed.close(resolve));
    const refused = connect({ url: `ws://127.0.0.1:${port}/ws` });
    await until('the end', () => refused.ends.length === 1);
    assert.match(refused.ends[0]?.error.message ?? '', /refused/);
    const wrong = connect({ url: 'https://example.invalid' });
    await until('the end', () => wrong.ends.length === 1);
    assert.equal(wrong.ends[0]?.error.code, 'config');
    assert.equal(clock.pending, 0);
  });

  const breaking: readonly SocketFault[] = [
    { name: 'ws-deflate-bomb' },
    { name: 'ws-bad-deflate' },
    { name: 'ws-endless-frame', form: 'length' },
    { name: 'ws-endless-frame', form: 'fragments' },
    { name: 'ws-reset-mid-frame' },
  ];
  for (const fault of breaking)
    it(`survives ${fault.name} ${fault.form ?? ''}: the connection ends, memory stays`, async () => {
      wire.sockets.setFault(fault);
      const seen = await opened();
      const before = process.memoryUsage().rss;
      wire.sockets.push();
      await until('the end', () => seen.ends.length > 0);
      const grownBytes = process.memoryUsage().rss - before;
      // The server's own 64 MB of blanks are in the same process.
      const own = fault.name === 'ws-deflate-bomb' ? 80 : 0;
      assert.ok(grownBytes < (64 + own) * 1_048_576, `${Math.round(grownBytes / 1_048_576)} MB more`);
      assert.equal(seen.texts.filter((text) => (text ?? '').length > MAX_FRAME_BYTES).length, 0);
      assert.equal(client.size, 0);
    });

  it('hands on a bomb of gzip as unreadable', async () => {
    await wire.close();
    wire = await serveWire(createStreamWire({ packing: 'gzip' }), clock);
    const seen = await opened({ packing: 'gzip' });
    wire.sockets.setFault({ name: 'ws-deflate-bomb', times: 1 });
    wire.sockets.push();
    await until('the bomb', () => seen.texts.length === 2);
    assert.equal(seen.texts[1], undefined);
  });

  it('reads texts that are no JSON as texts and refuses deep nesting', () => {
    assert.equal(parseFrame('pong'), 'pong');
    assert.equal(parseFrame(`${'['.repeat(50_000)}${']'.repeat(50_000)}`), undefined);
    assert.deepEqual(parseFrame(JSON.stringify({ text: '['.repeat(500) })), { text: '['.repeat(500) });
  });

  it('ends everything at once when the client is closed', async () => {
    const seen = [await opened(), await opened(), connect()];
    await client.close();
    await until('nobody is left', () => wire.sockets.connections === 0);
    assert.equal(client.size, 0);
    assert.equal(clock.pending, 0);
    assert.equal(seen.flatMap((one) => one.ends).length, 0);
  });
});
