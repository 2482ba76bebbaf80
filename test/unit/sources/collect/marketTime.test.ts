import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import type { Clock } from '../../../../src/core/clock.ts';
import type { MarkPrice } from '../../../../src/core/observation.ts';
import { DAY_MS, HOUR_MS, MINUTE_MS } from '../../../../src/core/units.ts';
import { clockVote, type ClockWitness } from '../../../../src/sources/collect/clockVote.ts';
import { MarketTime } from '../../../../src/sources/collect/marketTime.ts';
import { inMarketTime, rightlyDated } from '../../../../src/sources/collect/rightlyDated.ts';
import { FakeClock } from '../../../support/fakeClock.ts';
import { seededRandom } from '../../../support/mutate.ts';

const T0 = Date.UTC(2026, 10, 1, 12, 0, 0, 300);
const NINE = Array.from({ length: 9 }, (_, index) => `x${index}`);

const price = (changes: Partial<MarkPrice>): MarkPrice => ({
  kind: 'mark-price',
  exchange: 'fake',
  venueSymbol: 'BTCUSDT',
  baseAsset: 'BTC',
  instrument: 'fake:BTCUSDT',
  endpoint: 'GET /price',
  atMs: T0,
  receivedAtMs: T0,
  markPriceQuote: 100,
  ...changes,
});

/** A machine that is behind the truth by `behindMs`, and exchanges that know the truth or not. */
function marketAt(behindMs: number, truth = new FakeClock(T0)) {
  const machine: Clock = {
    nowMs: () => truth.nowMs() - behindMs,
    monotonicMs: () => truth.monotonicMs(),
    sleep: (ms, signal) => truth.sleep(ms, signal),
  };
  const time = new MarketTime(machine);
  /** An answer of an exchange: so far its date header and its payload are ahead of the truth. */
  const answer = (
    exchange: string,
    dateMs: number | undefined,
    priceMs: number | undefined = 0,
    latencyMs = 100,
  ) => {
    const receivedAtMs = machine.nowMs();
    const dated = truth.nowMs() - latencyMs / 2 + (dateMs ?? 0);
    const serverDateMs = Math.floor(dated / 1_000) * 1_000;
    time.noteAnswer(exchange, { receivedAtMs, latencyMs, ...(dateMs === undefined ? {} : { serverDateMs }) });
    if (priceMs !== undefined)
      time.notePrices(exchange, [price({ atMs: truth.nowMs() - latencyMs + priceMs, receivedAtMs })]);
  };
  const errorMs = (): number => Math.abs(time.nowMs() - truth.nowMs());
  return { truth, machine, time, answer, errorMs };
}

describe("the exchanges' time", () => {
  it('is the machine’s while nobody tells, and where it is right', () => {
    const { time, answer, machine } = marketAt(0);
    assert.deepEqual([time.nowMs(), time.machineClock()], [machine.nowMs(), undefined]);
    for (const id of NINE) answer(id, 0);
    assert.deepEqual([time.offsetMs(), time.machineClock()], [0, undefined]);
  });

  for (const behindMs of [10 * MINUTE_MS, -10 * MINUTE_MS, HOUR_MS, -HOUR_MS, 46 * 365 * DAY_MS, 15_000])
    it(`corrects and names a machine that is behind by ${behindMs / 1_000} s`, () => {
      const { time, answer, errorMs } = marketAt(behindMs);
      for (const id of NINE) answer(id, 0);
      assert.ok(errorMs() <= 1_000, `${errorMs()} ms off`);
      const { behindMs: said = NaN, exchanges } = time.machineClock() ?? {};
      assert.ok(Math.abs(said - behindMs) <= 1_000);
      assert.equal(exchanges, 9);
    });

  it('is within 2 s of the truth for any machine clock within a day, by nine honest exchanges', () => {
    const seed = 20261128;
    const random = seededRandom(seed);
    for (let run = 0; run < 500; run += 1) {
      const behindMs = Math.round((2 * random() - 1) * (run % 3 === 0 ? 5_000 : DAY_MS));
      const { answer, errorMs } = marketAt(behindMs, new FakeClock(T0 + Math.floor(random() * 1_000)));
      for (const id of NINE)
        for (let one = 0; one < 1 + random() * 5; one += 1)
          answer(id, (random() - 0.5) * 400, (random() - 1) * 3_000, 20 + random() * 1_500);
      assert.ok(errorMs() <= 2_000, `seed ${seed} run ${run}: behind ${behindMs}, off by ${errorMs()} ms`);
    }
  });

  it('is right on average: neither whole seconds nor the way of an answer push it to one side', () => {
    const random = seededRandom(7);
    const errors = Array.from({ length: 400 }, () => {
      const { time, truth, answer } = marketAt(HOUR_MS, new FakeClock(T0 + Math.floor(random() * 1_000)));
      for (const id of NINE) answer(id, 0, undefined, 800);
      return time.nowMs() - truth.nowMs();
    });
    const mean = errors.reduce((sum, one) => sum + one, 0) / errors.length;
    assert.ok(Math.abs(mean) < 100, `${mean} ms`);
  });

  for (const [what, dateMs, priceMs] of [
    ['a payload dated ahead', 0, HOUR_MS],
    ['a clock of its own that is ahead', HOUR_MS, HOUR_MS],
    ['a date that a cache froze', -3 * HOUR_MS, 0],
    ['a date of 1990', 0 - T0 + Date.UTC(1990), 0],
    ['no date and a payload ahead', undefined, HOUR_MS],
  ] as const)
    it(`is not moved by one exchange with ${what}, whatever the machine says`, () => {
      for (const behindMs of [0, 10 * MINUTE_MS, -10 * MINUTE_MS]) {
        const { time, answer, truth, machine, errorMs } = marketAt(behindMs);
        for (const id of NINE) answer(id, id === 'x0' ? dateMs : 0, id === 'x0' ? priceMs : 0);
        assert.ok(errorMs() <= 1_000);
        const own = time.at('x0', machine.nowMs());
        if (behindMs !== 0)
          assert.ok(Math.abs((own ?? 0) - truth.nowMs()) <= 1_000, 'its own time is the market’s');
      }
    });

  for (const [what, dateMs, priceMs] of [
    ['its payload is dated ahead', 0, HOUR_MS],
    ['its date is frozen', -HOUR_MS, 0],
    ['it states no date and its payload is dated ahead', undefined, HOUR_MS],
  ] as const)
    it(`of one exchange alone is the machine’s where ${what}`, () => {
      const { time, answer } = marketAt(0);
      answer('x0', dateMs, priceMs);
      assert.deepEqual([time.offsetMs(), time.machineClock()], [0, undefined]);
    });

  it('of one exchange alone is its own where date and payload agree against the machine, and says whose it is', () => {
    const { time, answer, errorMs } = marketAt(10 * MINUTE_MS);
    answer('x0', 0, 0);
    assert.ok(errorMs() <= 1_000);
    assert.equal(time.machineClock()?.exchanges, 1);
  });

  it('is told by prices alone where no exchange states a date', () => {
    const { answer, errorMs } = marketAt(10 * MINUTE_MS);
    for (const id of NINE) answer(id, undefined, 0);
    assert.ok(errorMs() <= 1_000);
  });

  it('forgets what was learned when the machine’s clock is set or slept, and when it is old', async () => {
    const clock = new FakeClock(T0);
    const time = new MarketTime(clock);
    const all = (aheadMs: number): void => {
      for (const id of NINE)
        time.noteAnswer(id, {
          receivedAtMs: clock.nowMs(),
          latencyMs: 10,
          serverDateMs: clock.nowMs() + aheadMs,
        });
    };
    all(10 * MINUTE_MS);
    assert.ok(time.offsetMs() > 9 * MINUTE_MS);
    clock.jumpWall(10 * MINUTE_MS);
    assert.equal(time.offsetMs(), 0, 'it was set right');
    all(0);
    assert.equal(time.offsetMs(), 0);
    clock.jumpWall(-HOUR_MS);
    all(HOUR_MS);
    assert.ok(time.offsetMs() > 59 * MINUTE_MS);
    await clock.advance(HOUR_MS);
    assert.equal(time.offsetMs(), 0);
  });

  it('believes new dates before older ones of the same exchange', async () => {
    const { truth, answer, errorMs, time } = marketAt(0);
    for (const id of NINE) for (let one = 0; one < 9; one += 1) answer(id, 0);
    await truth.advance(10 * MINUTE_MS);
    for (const id of NINE) for (let one = 0; one < 3; one += 1) answer(id, 5 * MINUTE_MS, 5 * MINUTE_MS);
    assert.ok(Math.abs(errorMs() - 5 * MINUTE_MS) <= 1_000);
    assert.equal(time.machineClock()?.exchanges, 9);
  });

  it('forgets an exchange whose answers came from somebody else', () => {
    const { time, answer } = marketAt(10 * MINUTE_MS);
    answer('x0', 0);
    time.forget('x0');
    assert.equal(time.offsetMs(), 0);
  });

  it('of an exchange is known by five prices where it states no date, of which a wrong one changes nothing', () => {
    const time = new MarketTime(new FakeClock(T0));
    const at = (aheadMs: number): MarkPrice => price({ receivedAtMs: T0 + aheadMs });
    time.notePrices('fake', [at(HOUR_MS), at(HOUR_MS), at(HOUR_MS), at(HOUR_MS + 20)]);
    assert.equal(time.at('fake', T0 + HOUR_MS), undefined);
    time.notePrices('fake', [at(-1e9)]);
    assert.equal(time.at('fake', T0 + HOUR_MS), T0);
    const silent = new MarketTime(new FakeClock(T0));
    silent.notePrices(
      'fake',
      Array.from({ length: 9 }, () => price({ atBasis: 'received' })),
    );
    assert.equal(silent.at('fake', T0), undefined);
  });
});

describe('a vote on the clock', () => {
  const says = (exchange: string, offsetMs: number, isExact = true): ClockWitness => ({
    exchange, offsetMs, lowMs: offsetMs - 500, highMs: offsetMs + 500, isExact,
  }); // prettier-ignore

  it('leaves the machine’s clock where the exchanges are split', () => {
    const split = [says('a', 1e6), says('b', 1e6), says('c', -1e6), says('d', -1e6)];
    assert.deepEqual(clockVote(split), { offsetMs: 0, exchanges: 0 });
    assert.equal(clockVote([...split, says('e', 1e6)]).offsetMs, 1e6);
    assert.deepEqual(clockVote([]), { offsetMs: 0, exchanges: 0 });
  });

  it('goes by dates before prices', () => {
    const { offsetMs } = clockVote([
      says('a', 1_000_300, false),
      says('a', 1_000_000),
      says('b', 1_000_200, false),
    ]);
    assert.equal(offsetMs, 1_000_000);
  });
});

describe('rows and the clock', () => {
  it('keep their event time and get the time of receipt of the exchanges’ clocks', () => {
    const rows = [price({}), price({ atBasis: 'received' })];
    const [stated, received] = inMarketTime(rows, HOUR_MS);
    assert.deepEqual([stated?.atMs, stated?.receivedAtMs], [T0, T0 + HOUR_MS]);
    assert.deepEqual([received?.atMs, received?.receivedAtMs], [T0 + HOUR_MS, T0 + HOUR_MS]);
    assert.equal(inMarketTime(rows, 0), rows);
  });

  it('are kept apart with an issue where they are dated ahead by more than clocks differ', () => {
    const [edge, ahead] = [price({ atMs: T0 + 10_000 }), price({ atMs: T0 + HOUR_MS })];
    const { rows, issues } = rightlyDated([edge, ahead, { ...ahead, atMs: T0 + 2 * HOUR_MS }], T0);
    assert.deepEqual(rows, [edge]);
    assert.deepEqual(
      issues.map(({ code, path, asset }) => [code, path, asset]),
      [['ahead-of-clock', '/price', 'BTC']],
    );
    assert.match(issues[0]?.message ?? '', /^2 rows are dated 2\.0 h ahead of the clock/);
  });
});
