import assert from 'node:assert/strict';
import { afterEach, describe, it } from 'mocha';
import { EngineClient } from '../../../src/compose/engineClient.ts';
import { isPerpscopeError, PerpscopeError } from '../../../src/core/errors.ts';
import type { MarketState } from '../../../src/market/snapshot.ts';
import { FakeThread, notingLogger } from '../../support/fakeEngine.ts';
import { FakeClock, settle } from '../../support/fakeClock.ts';
import { readyState } from '../surfaces/editor/states.ts';

const NOW = 1_000_000;

const made: EngineClient[] = [];

function joined(failure?: () => Error | undefined) {
  const clock = new FakeClock(NOW);
  const thread = new FakeThread(() => NOW, failure);
  const logger = notingLogger();
  const notices: string[] = [];
  const client = new EngineClient({
    thread,
    logger,
    keys: { get: (id) => Promise.resolve(id === 'coinmarketcap' ? 'secret-key-of-the-user' : undefined) },
    onNotice: (text) => void notices.push(text),
    clock,
  });
  made.push(client);
  return { thread, logger, notices, client };
}
const started = async () => {
  const all = joined();
  const adapters = await all.client.start({ keepMonths: { live: 6 }, storePath: '/history' });
  const { fake } = all.thread;
  assert.ok(fake !== undefined);
  return { ...all, adapters, fake };
};

describe('the engine in a thread of its own', () => {
  // Whatever runs is ended: a refresh that nobody answers would wait for minutes.
  afterEach(() => Promise.allSettled(made.splice(0).map((client) => client.stop())));

  it('is started with plain data, and names the exchanges it knows', async () => {
    const { adapters, fake } = await started();
    assert.deepEqual(adapters, [{ id: 'okx', displayName: 'OKX' }]);
    assert.equal(fake.options.storePath, '/history');
    assert.equal(fake.options.streams, true);
  });

  it('says why it cannot start, with the code and every word of the reason', async () => {
    const why = `perpscope.endpoints: ${'long '.repeat(150)}`;
    const { client } = joined(() => new PerpscopeError('config', why));
    await assert.rejects(
      client.start({ keepMonths: { live: 6 } }),
      (error) => isPerpscopeError(error, 'config') && error.message === why,
    );
  });

  it('tells states in order, and the exchanges’ time with them', async () => {
    const { client, fake } = await started();
    const seen: MarketState[] = [];
    client.onDidChange((state) => seen.push(state));
    fake.offsetMs = 2_500;
    const state = readyState('live');
    fake.become({ ...state, isRefreshing: true });
    fake.become(state);
    await settle();
    assert.deepEqual(seen, [{ ...state, isRefreshing: true }, state]);
    assert.equal(seen[0]?.snapshot?.assets[0]?.aggregate, seen[1]?.snapshot?.assets[0]?.aggregate);
    assert.equal(client.nowMs(), NOW + 2_500);
  });

  it('tells a state after one that could not be sent', async () => {
    const { client, fake, logger } = await started();
    const seen: MarketState[] = [];
    client.onDidChange((state) => seen.push(state));
    const [first, second] = [readyState('live'), readyState('live')];
    const noData = (() => undefined) as unknown as string;
    fake.become({ ...first, lastError: noData });
    fake.become(first);
    fake.become({ ...second, lastError: noData });
    fake.become(first);
    fake.become(second);
    await settle();
    assert.deepEqual(seen, [first, first, second]);
    assert.equal(seen[0]?.snapshot, seen[1]?.snapshot, 'what had arrived is not sent again');
    assert.deepEqual(logger.lines, Array(2).fill('a state of the market could not be sent'));
  });

  it('refreshes with what was asked for, and ends it where it is called off', async () => {
    const { client, fake } = await started();
    const over = new AbortController();
    const request = { assets: ['BTC'], exchanges: ['okx'], graceMs: 2_000 };
    const refresh = client.refresh({ ...request, signal: over.signal });
    await settle();
    const { signal, ...asked } = fake.requests[0] ?? {};
    assert.deepEqual(asked, request);
    over.abort(new Error('enough'));
    await assert.rejects(refresh, (error) => isPerpscopeError(error, 'aborted'));
    await settle();
    assert.equal(signal?.aborted, true);
  });

  it('keeps the code of an error on the way', async () => {
    const { client, fake } = await started();
    const refresh = client.refresh({ assets: ['BTC'] });
    await settle();
    fake.answer(new PerpscopeError('store', 'history cannot be read'));
    await assert.rejects(
      refresh,
      (error) => isPerpscopeError(error, 'store') && error.message === 'history cannot be read',
    );
    assert.deepEqual(client.transportState, { pauses: 1 }, 'what is known of pauses comes with each refresh');
  });

  it('watches once, however often it is said', async () => {
    const { client, fake } = await started();
    for (const isWatched of [true, true, false, true]) client.watch(isWatched);
    await settle();
    assert.equal(fake.watchers, 1);
    client.watch(false);
    await settle();
    assert.equal(fake.watchers, 0);
  });

  it('gives the charts that are asked for as columns of their own', async () => {
    const { client, fake } = await started();
    const { charts } = await client.charts({ asset: 'BTC', charts: ['openInterest'], hours: 168 });
    assert.deepEqual(fake.asked, ['charts openInterest']);
    assert.ok(charts.openInterest !== undefined && 'data' in charts.openInterest);
    const [line] = charts.openInterest.data.lines;
    assert.ok(line?.base.values instanceof Float64Array);
    assert.deepEqual([...line.base.values], [3, Number.NaN]);
    assert.equal(line.base.atMs.buffer, line.usd.atMs.buffer, 'one column stays one');
    assert.deepEqual(fake.columns.map(({ length }) => length), [0, 0], 'handed over, not copied'); // prettier-ignore
  });

  it('gives the lines that are asked for as columns of their own', async () => {
    const { client, fake } = await started();
    const wish = { asset: 'BTC', series: ['volume'], stepMs: 3_600_000, fromMs: 0, toMs: 7_200_000 } as const;
    const { source, lines } = await client.lines(wish, new AbortController().signal);
    assert.deepEqual([source, fake.asked.at(-1)], ['live', 'lines volume']);
    assert.deepEqual([...(lines[0]?.values ?? [])], [3, Number.NaN]);
    assert.equal(fake.columns.at(-1)?.length, 0, 'the column was copied, not handed over');
  });

  it('passes log lines and notices on, and asks for keys, which are in that one answer and nowhere else', async () => {
    const { fake, logger, notices, thread } = await started();
    fake.options.logger.warn('a line');
    fake.options.onNotice?.('history was set aside', { isHistoryLost: false });
    const { keys } = fake.options;
    assert.deepEqual(await Promise.all([keys?.get('coinmarketcap'), keys?.get('fred')]), [
      'secret-key-of-the-user',
      undefined,
    ]);
    await settle();
    assert.deepEqual([logger.lines, notices], [['a line'], ['history was set aside']]);
    const told = thread.crossed.filter((message) => JSON.stringify(message).includes('secret-key'));
    assert.deepEqual(told, [{ type: 'reply', id: 1, result: 'secret-key-of-the-user' }]);
  });

  it('lets no key pass with what failed past everything, when its engine has ended too', async () => {
    const { client, logger, thread } = await started();
    const failure = new Error('GET https://example.org/?key=secret-key-of-the-user failed');
    thread.service.unhandled(failure);
    thread.service.unhandled('secret-key-of-the-user');
    await settle();
    const [line = '', other] = logger.lines;
    assert.match(line, /^nobody waited for what failed: Error: GET .*key=\[key removed\] failed\n {4}at /);
    assert.equal(other, 'nobody waited for what failed: [key removed]');
    await client.stop();
    const thrown = thread.service.uncaught(failure);
    assert.equal(thrown.message, 'GET https://example.org/?key=[key removed] failed');
    assert.ok(!String(thrown.stack).includes('secret') && thrown.cause === undefined);
  });

  it('tells how many months are kept, as that changes', async () => {
    const { client, fake } = await started();
    assert.deepEqual(fake.options.keepMonths?.(), { live: 6 });
    client.keepMonths({ live: 2, hourly: 30 });
    await settle();
    assert.deepEqual(fake.options.keepMonths?.(), { live: 2, hourly: 30 });
  });

  it('refuses what waits when it dies, with a code and the reason', async () => {
    const { client, thread } = await started();
    const [refresh, health] = [client.refresh({ assets: ['BTC'] }), client.health()];
    await settle();
    await health;
    thread.die('for want of memory');
    const isNamed = (error: unknown) =>
      isPerpscopeError(error, 'engine') && error.message === 'the engine ended for want of memory';
    await assert.rejects(refresh, isNamed);
    assert.equal(await client.died, 'for want of memory');
    await assert.rejects(client.health(), (error) => isPerpscopeError(error, 'aborted'));
  });

  it('closes the history before the thread ends, and says what the next engine must know', async () => {
    const { client, fake, thread } = await started();
    let hasDied = false;
    void client.died.then(() => (hasDied = true));
    const refresh = client.refresh({ assets: ['BTC'] });
    refresh.catch(() => undefined);
    await client.stop();
    assert.deepEqual(fake.asked, ['refresh', 'dispose']);
    assert.match(await thread.ended, /exit code [01]/);
    await settle();
    assert.equal(hasDied, false, 'an end that was asked for is no death');
    assert.deepEqual(client.transportState, { pauses: 1 });
    await assert.rejects(refresh);
  });
});
