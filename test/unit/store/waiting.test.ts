import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { isPerpscopeError } from '../../../src/core/errors.ts';
import { createMemoryStore } from '../../../src/store/memoryStore.ts';
import { Waiting } from '../../../src/store/waiting.ts';
import { T0, openInterest } from './rows.ts';

const OI = { kind: 'open-interest' } as const;
const row = (at: number) => ({ by: 'append', items: [openInterest({ atMs: T0 + at })] }) as const;

describe('rows that no file takes', () => {
  it('are dropped by the tenth, the oldest first, and counted', async () => {
    const waiting = new Waiting('live', 100);
    for (let at = 0; at < 100; at += 1) await waiting.add(row(at));
    assert.deepEqual([waiting.rows, waiting.dropped], [100, 0]);
    await waiting.add(row(100));
    assert.deepEqual([waiting.rows, waiting.dropped], [90, 11]);
    assert.deepEqual((await (await waiting.view()).query(OI)).map(({ atMs }) => atMs - T0), Array.from({ length: 90 }, (_, at) => 11 + at)); // prettier-ignore
  });

  it('are not all read again for each row that is too many', async () => {
    const waiting = new Waiting('live', 500);
    const views = new Set<unknown>();
    for (let at = 0; at < 1_000; at += 1) {
      await waiting.add(row(at));
      views.add(await waiting.view());
    }
    assert.ok(views.size <= 11, `they were read ${views.size} times`);
    assert.equal(waiting.rows + waiting.dropped, 1_000);
  });

  it('let the thread go while those that are left are read again, and what comes meanwhile is there', async () => {
    const waiting = new Waiting('live', 2_000);
    const all = Array.from({ length: 2_000 }, (_, at) => waiting.add(row(at)));
    await Promise.all(all);
    let turns = 0;
    let isRead = false;
    const count = (): void => {
      turns += 1;
      if (!isRead) setImmediate(count);
    };
    setImmediate(count);
    const added = Promise.all([waiting.add(row(2_000)), waiting.add(row(2_001))]);
    await added;
    const view = await waiting.view();
    isRead = true;
    assert.ok(turns >= 5, `the thread was free ${turns} times`);
    const found = await view.query(OI);
    assert.equal(found.length, waiting.rows);
    assert.equal(found.at(-1)?.atMs, T0 + 2_001);
    assert.deepEqual(await waiting.add(row(2_001)), { inserted: 0, unchanged: 1, revised: 0 });
  });

  it('are read also while a file takes them', async () => {
    const waiting = new Waiting('live', 2_000);
    for (let at = 0; at < 2_001; at += 1) await waiting.add(row(at));
    const file = createMemoryStore('live');
    const drained = waiting.drain(file);
    await waiting.add(row(6_000));
    const view = await waiting.view();
    const both = new Set([...(await file.query(OI)), ...(await view.query(OI))].map(({ atMs }) => atMs));
    assert.equal(both.size, 1_801);
    await drained;
    assert.ok(waiting.isEmpty);
    assert.equal((await file.query(OI)).length, 1_801);
    assert.deepEqual(await (await waiting.view()).query(OI), []);
  });

  it('wait on where a file refuses them', async () => {
    const waiting = new Waiting('live');
    for (const at of [1, 2]) await waiting.add(row(at));
    const file = createMemoryStore('live');
    const full = { append: () => Promise.reject(new Error('full')) } as unknown as typeof file;
    await assert.rejects(waiting.drain(full), /full/);
    assert.equal(waiting.rows, 2);
    await waiting.drain(file);
    assert.equal((await file.query(OI)).length, 2);
  });

  it('are none that no history takes', async () => {
    const waiting = new Waiting('live');
    await assert.rejects(waiting.add({ by: 'append', items: [openInterest({ atMs: Number.NaN })] }), (error) => isPerpscopeError(error, 'store')); // prettier-ignore
    assert.ok(waiting.isEmpty);
  });
});
