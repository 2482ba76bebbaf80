import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { silentLogger } from '../../../../../src/core/logger.ts';
import type { Observation } from '../../../../../src/core/observation.ts';
import { RowQueue } from '../../../../../src/sources/collect/streams/rowQueue.ts';
import type { HistoryStore } from '../../../../../src/store/historyStore.ts';
import { createMemoryStore } from '../../../../../src/store/memoryStore.ts';
import { FakeClock } from '../../../../support/fakeClock.ts';
import { T0, trade } from './trades.ts';

const { tradeId: _id, takerSide: _side, sizeBase: _size, ...known } = trade(T0);
const price = (atMs: number, markPriceQuote = 100): Observation =>
  ({ ...known, kind: 'mark-price', atMs, receivedAtMs: atMs, markPriceQuote }) as Observation;
const liquidation = (n: number, atMs = T0 + n): Observation =>
  ({
    ...known, kind: 'liquidation', atMs, receivedAtMs: atMs, liquidatedSide: 'long', priceBasis: 'fill', sizeBase: 1,
    coverage: 'complete', eventId: `${n}`,
  }) as Observation; // prettier-ignore

describe('the queue of rows', () => {
  const setup = (capacity?: number, store: HistoryStore = createMemoryStore('live')) => {
    const told: Observation[] = [];
    const queue = new RowQueue({
      storeOf: () => Promise.resolve(store),
      clock: new FakeClock(),
      logger: silentLogger,
      onObservations: (_source, rows) => void told.push(...rows),
      ...(capacity === undefined ? {} : { capacity }),
    });
    return { queue, store, told };
  };

  it('stores the first reading of a minute and every event, and tells the newest reading', async () => {
    const { queue, store, told } = setup();
    for (let second = 0; second < 150; second += 1)
      queue.add('live', [price(T0 + second * 1_000, second), liquidation(second)]);
    await queue.flush();
    const stored = await store.query({ kind: 'mark-price' });
    assert.deepEqual(
      stored.map((row) => row.markPriceQuote),
      [0, 60, 120],
    );
    assert.equal((await store.query({ kind: 'liquidation' })).length, 150);
    assert.ok(told.some((row) => row.kind === 'mark-price' && row.markPriceQuote === 149));
    await queue.flush();
    assert.equal(told.filter((row) => row.kind === 'liquidation').length, 150);
  });

  it('notes the newest reading of each second while somebody follows, and stores none of them', async () => {
    const store = createMemoryStore('live');
    let isFollowed = false;
    const queue = new RowQueue({
      storeOf: () => Promise.resolve(store),
      clock: new FakeClock(),
      logger: silentLogger,
      onObservations: () => undefined,
      isFollowed: () => isFollowed,
    });
    const second = async (at: number): Promise<void> => {
      for (let part = 0; part < 10; part += 1) queue.add('live', [price(T0 + at * 1_000 + part, at)]);
      await queue.flush();
    };
    const fed = async () => (await store.feed()).rows.map((row) => (row.kind === 'mark-price' ? row.markPriceQuote : row.kind)); // prettier-ignore
    await second(0);
    await second(1);
    assert.deepEqual(await fed(), [0], 'nobody follows');
    isFollowed = true;
    await second(2);
    assert.deepEqual(await fed(), [2]);
    assert.equal((await store.query({ kind: 'mark-price' })).length, 1);
    store.noteNewest = () => Promise.reject(new Error('disk full'));
    await second(61);
    assert.equal((await store.query({ kind: 'mark-price' })).length, 2, 'rows are stored all the same');
  });

  it('keeps rows that cannot be written for the next time, and is bounded', async () => {
    let isFull = true;
    const store = createMemoryStore('live');
    const append = store.append.bind(store);
    store.append = (rows) => (isFull ? Promise.reject(new Error('disk full')) : append(rows));
    const { queue, told } = setup(100, store);
    queue.add(
      'live',
      Array.from({ length: 80 }, (_, n) => liquidation(n)),
    );
    await queue.flush();
    await queue.flush();
    assert.equal(queue.status.length, 80);
    assert.equal(told.length, 80, 'told once, however often writing fails');
    queue.add(
      'live',
      Array.from({ length: 920 }, (_, n) => liquidation(80 + n)),
    );
    assert.deepEqual(queue.status, { length: 100, capacity: 100, dropped: 900 });
    isFull = false;
    await queue.flush();
    const stored = await store.query({ kind: 'liquidation' });
    assert.deepEqual([stored.length, stored[0]?.eventId], [100, '900']);
  });
});
