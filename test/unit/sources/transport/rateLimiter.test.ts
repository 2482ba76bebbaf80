import assert from 'node:assert/strict';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import { isPerpscopeError } from '../../../../src/core/errors.ts';
import {
  type Permit,
  type RateWindow,
  WindowLimiter,
} from '../../../../src/sources/transport/rateLimiter.ts';
import { FakeClock, settle } from '../../../support/fakeClock.ts';

const SECOND: readonly RateWindow[] = [{ weight: 3, windowMs: 1_000 }];
const SEED = Number(process.env['PERPSCOPE_SEED'] ?? Date.now() % 2_147_483_647);

/** Asks `count` times; returns the permits in the order in which they were granted. */
function ask(
  limiter: WindowLimiter,
  count: number,
  limits = SECOND,
  weight = 1,
): (Permit & { no: number })[] {
  const granted: (Permit & { no: number })[] = [];
  for (let no = 0; no < count; no++)
    limiter.acquire(weight, limits).then(
      (permit) => granted.push({ ...permit, no }),
      () => undefined,
    );
  return granted;
}

describe('WindowLimiter', () => {
  it('grants a burst up to the budget at once and the rest a window after the answers', async () => {
    const clock = new FakeClock();
    const limiter = new WindowLimiter(clock);
    const granted = ask(limiter, 5);
    await settle();
    assert.deepEqual(
      granted.map(({ no }) => no),
      [0, 1, 2],
    );
    await clock.advance(400);
    for (const permit of granted) permit.release();
    await clock.advance(999);
    assert.equal(granted.length, 3);
    await clock.advance(1);
    assert.deepEqual(
      granted.map(({ no }) => no),
      [0, 1, 2, 3, 4],
    );
  });

  it('keeps several windows at once', async () => {
    const clock = new FakeClock();
    const limiter = new WindowLimiter(clock);
    const granted = ask(limiter, 9, [...SECOND, { weight: 5, windowMs: 10_000 }]);
    const release = async (ms: number): Promise<number> => {
      for (const permit of granted) permit.release();
      await clock.advance(ms);
      return granted.length;
    };
    assert.equal(await release(0), 0 + 3);
    assert.equal(await release(1_000), 5);
    assert.equal(await release(8_000), 5);
    assert.equal(await release(1_000), 8);
  });

  it('sends heavy requests in their turn, not lighter ones past them', async () => {
    const clock = new FakeClock();
    const limiter = new WindowLimiter(clock);
    const order: string[] = [];
    const first = await limiter.acquire(2, SECOND);
    void limiter.acquire(3, SECOND).then((permit) => (order.push('heavy'), permit.release()));
    void limiter.acquire(1, SECOND).then((permit) => (order.push('light'), permit.release()));
    first.release();
    await clock.advance(999);
    assert.deepEqual(order, []);
    await clock.advance(2_000);
    assert.deepEqual(order, ['heavy', 'light']);
  });

  it('lets no more requests be on the way than it may', async () => {
    const clock = new FakeClock();
    const limiter = new WindowLimiter(clock, { maxConcurrent: 2 });
    const granted = ask(limiter, 3);
    await settle();
    assert.equal(granted.length, 2);
    granted[0]?.answered();
    await settle();
    assert.equal(granted.length, 2);
    granted[0]?.release();
    await settle();
    assert.equal(granted.length, 3);
  });

  it('leaves no timer and no place in the queue to an aborted request', async () => {
    const clock = new FakeClock();
    const limiter = new WindowLimiter(clock);
    for (const permit of [limiter.acquire(3, SECOND)]) (await permit).release();
    const abort = new AbortController();
    const waiting = limiter.acquire(3, SECOND, { signal: abort.signal });
    assert.equal(clock.pending, 1);
    abort.abort(new Error('no longer wanted'));
    await assert.rejects(waiting, /no longer wanted/);
    assert.equal(clock.pending, 0);
    assert.equal(limiter.isIdle, true);
    await assert.rejects(limiter.acquire(1, SECOND, { signal: abort.signal }), /no longer wanted/);
  });

  it('takes over a higher count of the server and ignores a lower one', async () => {
    const clock = new FakeClock();
    const limiter = new WindowLimiter(clock);
    (await limiter.acquire(1, SECOND)).release();
    limiter.raise(1, 1_000, SECOND);
    assert.equal(limiter.waitMs(2, SECOND), 0);
    limiter.raise(3, 1_000, SECOND);
    assert.equal(limiter.waitMs(1, SECOND), 1_000);
    limiter.raise(Number.NaN, 1_000, SECOND);
    await clock.advance(1_000);
    assert.equal(limiter.waitMs(3, SECOND), 0);
  });

  it('says how long a weight would wait', async () => {
    const clock = new FakeClock();
    const limiter = new WindowLimiter(clock);
    const first = await limiter.acquire(1, SECOND);
    assert.equal(limiter.waitMs(2, SECOND), 0);
    assert.equal(limiter.waitMs(3, SECOND), Infinity);
    first.answered();
    await clock.advance(300);
    (await limiter.acquire(2, SECOND)).release();
    assert.deepEqual(
      [1, 2, 3].map((weight) => limiter.waitMs(weight, SECOND)),
      [700, 1_000, 1_000],
    );
  });

  it('refuses what no window can hold, and a queue without end', async () => {
    const limiter = new WindowLimiter(new FakeClock(), { maxWaiting: 2 });
    for (const weight of [4, -1, Number.NaN])
      await assert.rejects(limiter.acquire(weight, SECOND), (error) => isPerpscopeError(error, 'config'));
    const granted = ask(limiter, 5);
    await assert.rejects(limiter.acquire(1, SECOND), (error) => isPerpscopeError(error, 'rate-limited'));
    limiter.rejectWaiting(new Error('closed'));
    await settle();
    assert.equal(granted.length, 3);
  });

  it('keeps a bounded log without counting too little', async () => {
    const clock = new FakeClock();
    const limiter = new WindowLimiter(clock);
    const limits = [{ weight: 200_000, windowMs: 1_000_000 }];
    for (let index = 0; index < 12_000; index++) {
      (await limiter.acquire(1, limits)).release();
      if (index % 1_000 === 0) await clock.advance(1);
    }
    assert.ok(limiter.used().length <= 10_001);
    assert.equal(
      limiter.used().reduce((sum, use) => sum + use.weight, 0),
      12_000,
    );
  }).timeout(20_000);

  it(`never lets a server see a window above its limit, keeps the order, loses nobody (seed ${SEED})`, async () => {
    await fc.assert(fc.asyncProperty(limitsOf, commandsOf, runModel), { numRuns: 10_000, seed: SEED });
  }).timeout(180_000);
});

const limitsOf = fc.array(
  fc.record({ weight: fc.integer({ min: 5, max: 20 }), windowMs: fc.integer({ min: 10, max: 300 }) }),
  { minLength: 1, maxLength: 3 },
);

type Command =
  | { kind: 'ask'; weight: number; answerMs: number; arrival: number; bodyMs: number }
  | { kind: 'advance'; ms: number }
  | { kind: 'abort'; index: number }
  | { kind: 'raise'; weight: number };

const commandsOf: fc.Arbitrary<Command[]> = fc.array(
  fc.oneof(
    {
      weight: 6,
      arbitrary: fc.record({
        kind: fc.constant('ask' as const),
        weight: fc.integer({ min: 0, max: 5 }),
        answerMs: fc.integer({ min: 0, max: 120 }),
        arrival: fc.constantFrom(0, 0.5, 1),
        bodyMs: fc.integer({ min: 0, max: 40 }),
      }),
    },
    {
      weight: 3,
      arbitrary: fc.record({ kind: fc.constant('advance' as const), ms: fc.integer({ min: 0, max: 200 }) }),
    },
    { weight: 1, arbitrary: fc.record({ kind: fc.constant('abort' as const), index: fc.nat(20) }) },
    {
      weight: 1,
      arbitrary: fc.record({ kind: fc.constant('raise' as const), weight: fc.integer({ min: 0, max: 8 }) }),
    },
  ),
  { maxLength: 40, size: 'max' },
);

/** Plays commands against a server that counts each request at some moment between sending and answering. */
async function runModel(limits: RateWindow[], commands: Command[]): Promise<void> {
  const clock = new FakeClock();
  const maxConcurrent = 6;
  const limiter = new WindowLimiter(clock, { maxConcurrent });
  const arrivals: { atMs: number; weight: number }[] = [];
  const granted: number[] = [];
  const aborts: AbortController[] = [];
  let lost = 0;
  let concurrent = 0;
  let most = 0;

  const send = async (no: number, command: Command & { kind: 'ask' }, signal: AbortSignal): Promise<void> => {
    let permit: Permit;
    try {
      permit = await limiter.acquire(command.weight, limits, { signal });
    } catch {
      lost += 1;
      return;
    }
    granted.push(no);
    concurrent += 1;
    most = Math.max(most, concurrent);
    arrivals.push({ atMs: clock.monotonicMs() + command.arrival * command.answerMs, weight: command.weight });
    await clock.sleep(command.answerMs);
    permit.answered();
    await clock.sleep(command.bodyMs);
    concurrent -= 1;
    permit.release();
  };
  for (const command of commands) {
    if (command.kind === 'ask') {
      const abort = new AbortController();
      void send(aborts.push(abort) - 1, command, abort.signal);
    } else if (command.kind === 'advance') await clock.advance(command.ms);
    else if (command.kind === 'abort') aborts[command.index]?.abort(new Error('aborted'));
    else limiter.raise(command.weight, limits[0]?.windowMs ?? 1, limits);
  }
  for (let step = 0; step < 200 && !limiter.isIdle; step++) await clock.advance(200);
  await clock.advance(0);

  assert.equal(granted.length + lost, aborts.length, 'each request was granted or aborted');
  assert.deepEqual(
    granted,
    granted.toSorted((a, b) => a - b),
    'in order of asking',
  );
  assert.ok(most <= maxConcurrent, `${most} at once`);
  assert.equal(clock.pending, 0, 'no timer is left');
  for (const { weight, windowMs } of limits)
    for (const { atMs } of arrivals) {
      const inside = arrivals.filter((other) => other.atMs >= atMs && other.atMs < atMs + windowMs);
      const sum = inside.reduce((total, other) => total + other.weight, 0);
      assert.ok(sum <= weight, `${sum} of ${weight} within ${windowMs} ms`);
    }
}
