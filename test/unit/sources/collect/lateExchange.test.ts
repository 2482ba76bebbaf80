import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { allRows } from '../../../../src/core/chunk.ts';
import { silentLogger } from '../../../../src/core/logger.ts';
import { SECOND_MS } from '../../../../src/core/units.ts';
import { Collector, type Collected, type CollectRequest } from '../../../../src/sources/collect/collector.ts';
import type { HttpRequest } from '../../../../src/sources/transport/httpClient.ts';
import { createMemoryStore } from '../../../../src/store/memoryStore.ts';
import { FakeClock } from '../../../support/fakeClock.ts';
import { answerAll, fakeAdapter, fakeHttp } from './fakeExchange.ts';

const IDS = ['one', 'two', 'three', 'four', 'slow'];
const SLOW_MS = 40 * SECOND_MS;

/** Five exchanges, of which one takes 40 s for every answer; all of them tell the time. */
function collectorWith(slowPaths = /./) {
  const clock = new FakeClock();
  const http = fakeHttp(clock);
  answerAll(http);
  const asked: string[] = [];
  let isSlow = true;
  const store = createMemoryStore('live');
  const followed: Collected[] = [];
  const errors: string[] = [];
  const warnings: string[] = [];
  const collector = new Collector({
    adapters: IDS.map((id) => fakeAdapter(id)),
    baseUrls: {},
    http: {
      ...http,
      send: async (request: HttpRequest) => {
        asked.push(`${request.exchange} ${request.path} ${request.query['symbol'] ?? ''}`.trim());
        if (isSlow && request.exchange === 'slow' && slowPaths.test(request.path)) await clock.sleep(SLOW_MS);
        const answer = await http.send(request);
        return { ...answer, serverDateMs: answer.receivedAtMs };
      },
    },
    storeOf: () => Promise.resolve(store),
    clock,
    logger: {
      ...silentLogger,
      error: (message) => void errors.push(message),
      warn: (message) => void warnings.push(message),
    },
    onCollected: (collected) => void followed.push(collected),
  });
  const shown: string[] = [];
  const refresh = (request: Partial<CollectRequest> = {}): Promise<Collected> =>
    collector.refresh({
      assets: ['BTC'],
      onAnswered: ({ results }) => void shown.push(...results.map(({ exchange }) => exchange)),
      ...request,
    });
  const stored = async () =>
    [...new Set((await store.query({ kind: 'open-interest' })).map((row) => row.exchange))].sort();
  return {
    ...{ clock, collector, asked, shown, followed, errors, warnings, refresh, stored },
    recover: () => void (isSlow = false),
  };
}
const idsOf = ({ results }: Collected) => results.map(({ exchange }) => exchange);

describe('a slow exchange among others', () => {
  it('delays itself alone: the others are shown and stored at once, the round ends with its time', async () => {
    const { clock, shown, refresh, stored } = collectorWith();
    const round = refresh();
    await clock.advance(1);
    assert.deepEqual(shown, IDS.slice(0, 4));
    assert.deepEqual(await stored(), ['four', 'one', 'three', 'two']);
    await clock.advance(15.25 * SECOND_MS);
    const { results, waiting } = await round;
    assert.deepEqual(results.map(({ exchange, failures }) => [exchange, failures.length]), [...IDS.slice(0, 4).map((id) => [id, 0]), ['slow', 1]]); // prettier-ignore
    assert.equal(waiting, undefined);
  });

  it('is shown, stored and followed when it answers, and not asked anew meanwhile', async () => {
    const { clock, asked, shown, followed, refresh, stored } = collectorWith();
    const first = refresh();
    await clock.advance(16 * SECOND_MS);
    await first;
    shown.length = 0;
    asked.length = 0;
    const second = await refresh();
    assert.deepEqual([idsOf(second), second.waiting, shown], [IDS.slice(0, 4), ['slow'], IDS.slice(0, 4)]);
    assert.ok(!asked.some((one) => one.startsWith('slow')));
    await clock.advance(2 * SLOW_MS);
    assert.deepEqual(shown.slice(4), ['slow']);
    assert.ok((await stored()).includes('slow'));
    assert.deepEqual(followed.map(idsOf), [IDS, IDS.slice(0, 4), ['slow']]);
    asked.length = 0;
    void refresh();
    await clock.advance(1);
    assert.ok(asked.includes('slow /now BTCUSDT'), 'from now on as the others');
  });

  it('is not waited for longer than a grace, where there is one', async () => {
    const { clock, shown, refresh } = collectorWith();
    const round = refresh({ graceMs: 2 * SECOND_MS });
    await clock.advance(2 * SECOND_MS);
    assert.deepEqual((await round).waiting, ['slow']);
    await clock.advance(15 * SECOND_MS);
    assert.deepEqual(shown.slice(4), ['slow'], 'that its time is over is told');
    await clock.advance(2 * SLOW_MS);
    assert.deepEqual(shown.slice(5), ['slow'], 'and what it says in the end');
  });

  it('shows at the end of the grace what it has said until then, and the rest when it comes', async () => {
    const { clock, refresh, shown, stored, warnings } = collectorWith(/bars/);
    const rows: string[] = [];
    const round = refresh({
      graceMs: 2 * SECOND_MS,
      onAnswered: ({ results }) =>
        void rows.push(...results.flatMap((one) => allRows(one.observations).map((row) => `${row.exchange} ${row.endpoint}`))), // prettier-ignore
    });
    await clock.advance(2 * SECOND_MS);
    const { results, waiting } = await round;
    const slow = results.find(({ exchange }) => exchange === 'slow');
    const open = slow?.failures.map(({ poll, isOpen, error }) => [poll, isOpen, error.message]);
    const words = 'SLOW has not answered yet; what it still says is shown when it comes';
    assert.deepEqual([waiting, slow?.isPart, slow?.answered], [undefined, true, 2]);
    assert.deepEqual(open, [['fake/bars', true, words]]);
    assert.deepEqual(warnings, [], 'what is open has not failed');
    assert.ok((await stored()).includes('slow'));
    await clock.advance(2 * SLOW_MS);
    assert.deepEqual(rows.filter((row) => row.startsWith('slow')), ['slow GET /now', 'slow GET /bars']); // prettier-ignore
    assert.deepEqual(shown, []);
  });

  it('is asked about the assets of a newer round when it has answered the older one', async () => {
    const { clock, asked, shown, refresh, recover } = collectorWith();
    const first = refresh({ graceMs: 0 });
    await clock.advance(1);
    await first;
    await refresh({ assets: ['ETH'], graceMs: 0 });
    assert.ok(!asked.includes('slow /now ETHUSDT'));
    recover();
    shown.length = 0;
    await clock.advance(2 * SLOW_MS);
    assert.ok(asked.includes('slow /now ETHUSDT'));
    assert.deepEqual(
      shown,
      ['slow', 'slow', 'slow'],
      'its time, its answer, its answer about the other asset',
    );
  });

  it('is neither shown nor stored once it is not chosen any more, or all has ended', async () => {
    for (const isClosed of [true, false]) {
      const { clock, collector, shown, followed, errors, refresh, stored } = collectorWith();
      const first = refresh({ graceMs: 0 });
      await clock.advance(1);
      await first;
      if (isClosed) collector.close();
      else await refresh({ exchanges: ['one'] });
      const before = [shown.length, followed.length];
      await clock.advance(3 * SLOW_MS);
      assert.deepEqual([shown.length, followed.length], before);
      assert.ok(!(await stored()).includes('slow'));
      assert.deepEqual(errors, []);
    }
  });
});
