import assert from 'node:assert/strict';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import type { Instrument } from '../../../../src/core/instrument.ts';
import type { Issue } from '../../../../src/core/issue.ts';
import { HOUR_MS, MINUTE_MS } from '../../../../src/core/units.ts';
import type { MapContext } from '../../../../src/sources/exchanges/contract.ts';
import {
  fits,
  FUNDING_INTERVALS_MS,
  intervalOrIssue,
  onlyFitting,
  runningInterval,
  type RateEvidence,
} from '../../../../src/sources/exchanges/fundingInterval.ts';

const seed = Number(process.env['PERPSCOPE_SEED'] ?? Date.now() % 2 ** 31);
const MIDNIGHT_MS = Date.UTC(2026, 10, 20);
const at = (hours: number): number => MIDNIGHT_MS + hours * HOUR_MS;

const listed = (hours: number | undefined): Instrument => ({
  key: 'demo:LAUSDT', exchange: 'demo', venueSymbol: 'LAUSDT', baseAsset: 'LA', quoteAsset: 'USDT', settleAsset: 'USDT',
  kind: 'perpetual', margin: 'linear', contractSize: { amount: 1, unit: 'base' }, status: 'trading',
  ...(hours === undefined ? {} : { fundingIntervalMs: hours * HOUR_MS }),
}); // prettier-ignore

function judge(listHours: number | undefined, evidence: RateEvidence, isListed = true) {
  const issues: Issue[] = [];
  const context: MapContext = {
    exchange: 'demo',
    endpoint: 'GET /demo',
    params: {},
    receivedAtMs: at(0),
    instrument: () => undefined,
    subject: () => undefined,
    report: (issue) => issues.push(issue),
  };
  const instrument = isListed ? listed(listHours) : undefined;
  const who = { venueSymbol: 'LAUSDT', baseAsset: 'LA', instrument };
  const found = runningInterval(context, who, evidence, 'r');
  return {
    hours: typeof found === 'object' ? found.intervalMs / HOUR_MS : found,
    basis: typeof found === 'object' ? found.intervalBasis : undefined,
    codes: issues.map(({ code }) => code),
    fault: issues[0]?.listed,
    dropped: intervalOrIssue(context, who, evidence, 'r') === undefined,
    said: issues.at(-1)?.code,
  };
}
const contradicts = (hours?: number) => ({
  instrument: 'demo:LAUSDT',
  field: 'fundingIntervalMs',
  ...(hours === undefined ? {} : { value: hours * HOUR_MS }),
});

describe('what a settlement allows', () => {
  it('are the intervals on whose grid it lies, which is no proof of one of them', () => {
    const fitting = (hours: number, nowHours?: number): number[] =>
      FUNDING_INTERVALS_MS.filter((one) =>
        fits(one, { settlesAtMs: at(hours), atMs: nowHours === undefined ? undefined : at(nowHours) }),
      ).map((one) => one / HOUR_MS);
    assert.deepEqual(fitting(7), [1]);
    assert.deepEqual(fitting(8), [1, 2, 4, 8]);
    assert.deepEqual(fitting(9), [1, 3]);
    assert.deepEqual(fitting(24), [1, 2, 3, 4, 6, 8, 12, 24]);
    assert.deepEqual(fitting(8, 1), [8], 'seven hours away');
    assert.deepEqual(fitting(8, 7.5), [1, 2, 4, 8]);
    assert.deepEqual(fitting(10, 0.5), [], 'further away than any that lies there');
  });

  it('lets exchanges date it some seconds late or early', () => {
    for (const jitterMs of [-20_000, 3, 20_000]) {
      assert.ok(fits(8 * HOUR_MS, { settlesAtMs: at(8) + jitterMs, atMs: at(0) }));
      assert.ok(!fits(8 * HOUR_MS, { settlesAtMs: at(7) + jitterMs, atMs: at(0) }));
    }
    assert.ok(fits(HOUR_MS, { settlesAtMs: at(8), atMs: at(7) - 20_000 }));
    assert.ok(!fits(HOUR_MS, { settlesAtMs: at(8), atMs: at(7) - 2 * MINUTE_MS }));
    assert.ok(
      fits(HOUR_MS, { settlesAtMs: at(8), atMs: at(30) }),
      'a settlement that is over, in an old answer',
    );
  });

  it(`never excludes the true interval, and names none but it (PERPSCOPE_SEED=${seed})`, () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...FUNDING_INTERVALS_MS),
        fc.integer({ min: 0, max: 30 * 24 * 60 }),
        fc.integer({ min: -20_000, max: 20_000 }),
        (intervalMs, minutes, jitterMs) => {
          const atMs = MIDNIGHT_MS + minutes * MINUTE_MS;
          const settlesAtMs = (Math.floor(atMs / intervalMs) + 1) * intervalMs + jitterMs;
          assert.ok(fits(intervalMs, { settlesAtMs, atMs }));
          assert.ok([undefined, intervalMs].includes(onlyFitting({ settlesAtMs, atMs })));
        },
      ),
      { seed, numRuns: 2_000 },
    );
  });
});

describe('the interval of a running rate', () => {
  it('is the one in the list where the payload says nothing, or nothing against it', () => {
    for (const evidence of [{}, { settlesAtMs: at(8) }, { settlesAtMs: at(8), atMs: at(7.5) }]) {
      const { hours, basis, codes } = judge(8, evidence);
      assert.deepEqual([hours, basis, codes], [8, 'instrument', []]);
    }
  });

  it('is proved by a settlement that only one interval has, whatever the list says', () => {
    const { hours, basis, codes, fault } = judge(8, { settlesAtMs: at(7), atMs: at(6.5) });
    assert.deepEqual([hours, basis, codes, fault], [1, 'schedule', ['contradiction'], contradicts(1)]);
    const longer = judge(1, { settlesAtMs: at(8), atMs: at(0.5) });
    assert.deepEqual([longer.hours, longer.fault], [8, contradicts(8)], 'too far away for an hour');
  });

  it('is not known where the settlement contradicts the list and several fit', () => {
    const { hours, codes, fault, dropped } = judge(4, { settlesAtMs: at(9), atMs: at(8.5) });
    assert.deepEqual(
      [hours, codes, fault, dropped],
      ['contradicted', ['contradiction'], contradicts(), true],
    );
    const far = judge(1, { settlesAtMs: at(24), atMs: at(20.5) });
    assert.deepEqual([far.hours, far.fault], ['contradicted', contradicts()], '4, 6, 8, 12 or 24 h');
  });

  it('is the one that the payload states, before the list; the list is then in doubt', () => {
    const { hours, basis, codes, fault } = judge(8, { statedMs: HOUR_MS });
    assert.deepEqual([hours, basis, codes, fault], [1, 'payload', ['contradiction'], contradicts(1)]);
    assert.deepEqual(judge(1, { statedMs: HOUR_MS }).codes, []);
    assert.deepEqual(judge(undefined, { statedMs: HOUR_MS }).codes, []);
  });

  it('is not known where the payload contradicts itself', () => {
    const contradictory: RateEvidence[] = [
      { statedMs: 8 * HOUR_MS, settlesAtMs: at(7) },
      { statedMs: HOUR_MS, settlesAtMs: at(8), atMs: at(6) },
      { statedMs: HOUR_MS, previousAtMs: at(0), settlesAtMs: at(8) },
      { previousAtMs: at(0), settlesAtMs: at(7) },
    ];
    for (const evidence of contradictory) {
      const { hours, codes, fault, dropped } = judge(8, evidence);
      assert.deepEqual([hours, codes, fault, dropped], ['contradicted', ['contradiction'], undefined, true]);
    }
  });

  it('is the time since the settlement before it, not the length of the period after it', () => {
    const changing = { previousAtMs: at(0), settlesAtMs: at(8), followingAtMs: at(9), atMs: at(7.5) };
    assert.deepEqual([judge(undefined, changing).hours, judge(undefined, changing).basis], [8, 'schedule']);
    assert.equal(judge(8, changing).hours, 8);
  });

  it('is that of the period after it where the list agrees, or says nothing and it can be', () => {
    const { hours, basis, codes } = judge(8, { settlesAtMs: at(8), followingAtMs: at(16) });
    assert.deepEqual([hours, basis, codes], [8, 'schedule', []]);
    assert.equal(judge(undefined, { settlesAtMs: at(8), followingAtMs: at(16) }).hours, 8);
    assert.equal(judge(undefined, { settlesAtMs: at(8), followingAtMs: at(9), atMs: at(7.5) }).hours, 1);
    const after = { settlesAtMs: at(8), followingAtMs: at(9), atMs: at(2) };
    assert.equal(judge(undefined, after).hours, 8, 'six hours away: no hour, and 8 h is all that fits');
    assert.equal(judge(8, after).hours, 8);
    assert.deepEqual(judge(8, after).codes, []);
    const disputed = judge(8, { settlesAtMs: at(8), followingAtMs: at(9), atMs: at(7.5) });
    assert.deepEqual([disputed.hours, disputed.fault], ['contradicted', contradicts()]);
  });

  it('is not known where neither list nor payload says it, with an issue of its own', () => {
    const { hours, codes, dropped, said } = judge(undefined, { settlesAtMs: at(8) }, false);
    assert.deepEqual([hours, codes.length, dropped, said], ['unknown', 0, true, 'unknown-interval']);
  });
});
