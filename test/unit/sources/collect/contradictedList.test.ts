import assert from 'node:assert/strict';
import { beforeEach, describe, it } from 'mocha';
import { allRows } from '../../../../src/core/chunk.ts';
import { HOUR_MS, MINUTE_MS } from '../../../../src/core/units.ts';
import type { ExchangeResult, ExchangeSession } from '../../../../src/sources/collect/exchangeSession.ts';
import type { MapContext } from '../../../../src/sources/exchanges/contract.ts';
import { intervalOrIssue } from '../../../../src/sources/exchanges/fundingInterval.ts';
import { ListCorrections } from '../../../../src/sources/exchanges/listCorrections.ts';
import { observe, subjectOf } from '../../../../src/sources/exchanges/mapping.ts';
import { FakeClock } from '../../../support/fakeClock.ts';
import { answerAll, fakeAdapter, fakeHttp, poll, sessionOf, type FakeHttp } from './fakeExchange.ts';

let clock: FakeClock;
let http: FakeHttp;
let session: ExchangeSession;

const refresh = (assets = ['BTC']): Promise<ExchangeResult> => session.refresh(assets);
/** Refreshes and returns what was asked for it, sorted: requests run side by side. */
async function askedBy(assets = ['BTC']): Promise<string[]> {
  const before = http.asked.length;
  await session.refresh(assets);
  return http.asked.slice(before).sort();
}

beforeEach(() => {
  clock = new FakeClock();
  http = fakeHttp(clock);
  answerAll(http);
});

describe('a list that payloads contradict', () => {
  let corrections: ListCorrections;
  /** Answers state the interval in hours; the list says 4 h. */
  const stating = poll('now', {
    map: (payload: { value: number }, context: MapContext) => {
      const who = subjectOf(fakeAdapter('fake'), context, undefined, context.params['symbol'], '');
      if (who === undefined) return [];
      const statedMs = payload.value === 0 ? undefined : payload.value * HOUR_MS;
      const interval = intervalOrIssue(context, who, { statedMs }, 'value');
      if (interval === undefined) return [];
      const rate = { kind: 'funding-rate', phase: 'predicted', fundingRatePerInterval: 0.0001 } as const;
      return [observe(context, who, undefined, { ...rate, ...interval })];
    },
  } as object);
  const hoursOf = ({ observations }: ExchangeResult): number[] =>
    allRows(observations).flatMap((one) => (one.kind === 'funding-rate' ? [one.intervalMs / HOUR_MS] : []));

  beforeEach(async () => {
    corrections = new ListCorrections();
    const adapter = { ...fakeAdapter('fake', { withDetails: true }), polls: [stating] };
    session = sessionOf(adapter, http, clock, { corrections });
    http.on('/now', { value: 4 });
    await refresh();
    await clock.advance(HOUR_MS);
  });

  it('is read again at the next round, with what completes it', async () => {
    http.on('/now', { value: 1 });
    const result = await refresh();
    assert.deepEqual(hoursOf(result), [1]);
    assert.deepEqual(
      result.issues.map(({ code }) => code),
      ['contradiction'],
    );
    http.on('/details', { hours: 1 });
    assert.deepEqual(await askedBy(), ['/details', '/list', '/now BTCUSDT']);
    assert.deepEqual(await askedBy(), ['/now BTCUSDT'], 'once, since it agrees now');
  });

  it('that says the same again is left alone for five minutes, and what was stated holds', async () => {
    http.on('/now', { value: 1 });
    await refresh();
    assert.ok((await askedBy()).includes('/list'));
    // A payload that states nothing is about the interval that an earlier one has stated.
    http.on('/now', { value: 0 });
    const result = await refresh();
    assert.deepEqual([hoursOf(result), result.issues], [[1], []]);
    await clock.advance(5 * MINUTE_MS - 1);
    assert.ok(!(await askedBy()).includes('/list'));
    await clock.advance(1);
    assert.ok((await askedBy()).includes('/list'));
  });

  it('is read again when it is a push that contradicts it', async () => {
    assert.ok(!(await askedBy()).includes('/list'));
    const listed = (await refresh()).tracked[0]?.instrument;
    const issue = { code: 'contradiction', path: '', message: 'x' } as const;
    const fault = { instrument: 'fake:BTCUSDT', field: 'fundingIntervalMs' } as const;
    corrections.note({ ...issue, listed: fault }, () => listed);
    http.on('/now', { value: 0 });
    assert.deepEqual(hoursOf(await refresh()), [4], 'what it says now is its word again');
    assert.equal(http.asked.filter((path) => path === '/list').length, 2);
  });
});
