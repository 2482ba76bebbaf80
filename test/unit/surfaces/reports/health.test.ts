import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { healthRows } from '../../../../src/surfaces/reports/healthRows.ts';
import type { ExchangeHealth, MarketHealth } from '../../../../src/market/health.ts';
import type { StreamStatus } from '../../../../src/sources/collect/streams/streamStatus.ts';
import { switchedOff } from '../../../../src/market/chosenExchanges.ts';
import { healthTree } from '../../../../src/surfaces/editor/healthTreeModel.ts';
import { healthReport } from '../../../../src/surfaces/reports/healthReport.ts';

const NOW = Date.UTC(2026, 10, 22, 12);

const stream = (changes: Partial<StreamStatus> = {}): StreamStatus => ({
  exchange: 'okx',
  stream: 'okx/liquidations',
  socket: 'okx/public',
  part: 0,
  topics: 1,
  state: 'live',
  sinceMs: NOW - 60_000,
  isQuiet: false,
  lastDataAtMs: NOW - 3_000,
  messages: 1_200,
  drops: { issues: {}, duplicates: 2, late: 0, overflow: 0 },
  dropShare: 0,
  isDropShareHigh: false,
  reconnects: 0,
  gaps: 0,
  ...changes,
});

const okx = (changes: Partial<ExchangeHealth> = {}): ExchangeHealth => ({
  exchange: 'okx',
  displayName: 'OKX',
  state: 'fresh',
  latencyMs: 312,
  refreshMs: 5_700,
  askedAtMs: NOW - 20_000,
  answered: 14,
  failed: 0,
  newestAtMs: NOW - 4_000,
  budgets: [{ host: 'rest', usedWeight: 42, weight: 100, windowMs: 2_000 }],
  notListed: [],
  drops: {},
  streams: [],
  sideEvidence: [],
  ...changes,
});

const health = (exchange: ExchangeHealth, source: MarketHealth['source'] = 'live'): MarketHealth => ({
  asOfMs: NOW,
  source,
  exchanges: [exchange],
});
const rowsOf = (exchange: ExchangeHealth) => healthTree(health(exchange), NOW)[0]?.children ?? [];
const rowNamed = (exchange: ExchangeHealth, label: string) =>
  rowsOf(exchange).find((row) => row.spoken?.startsWith(`${label}, `));

describe('the health of exchanges, shown', () => {
  it('has state, latency, age, weight, drops and requests of each exchange', () => {
    const [node] = healthTree(health(okx({ drops: { decode: 3, timeout: 1 } })), NOW);
    assert.match(node?.description ?? '', /^4 s 312 ms$/);
    assert.match(node?.spoken ?? '', /^OKX, fresh · 4 s old · 312 ms$/);
    const text = node?.children.map((row) => row.spoken?.replace(', ', ': ')).join('\n') ?? '';
    for (const line of [
      /Requests: 14 answered, 0 failed/,
      /Weight used: 42 of 100 per 2 s/,
      /Not used: 3 decode, 1 timeout/,
    ])
      assert.match(text, line);
  });

  it('names what is absent as not reported, never as zero', () => {
    const exchange = okx({ state: 'failed', explanation: 'no answer', answered: 0, failed: 3 });
    const { newestAtMs: _age, ...noAge } = exchange;
    assert.doesNotMatch(rowNamed(noAge, 'Data age')?.description ?? '', /\d/);
  });

  it('counts the wait until the next attempt down, and drops the line when it is over', () => {
    const limited = okx({ state: 'limited', nextAttemptAtMs: NOW + 90_000 });
    assert.match(rowNamed(limited, 'Next attempt')?.description ?? '', /^in 1 min/);
    assert.equal(rowNamed(okx({ nextAttemptAtMs: NOW - 1 }), 'Next attempt'), undefined);
  });

  it('tells every state of a stream, and silence that is true from silence that is a fault', () => {
    const line = (changes: Partial<StreamStatus>) =>
      rowNamed(okx({ streams: [stream(changes)] }), 'Stream liquidations');
    for (const state of ['idle', 'connecting', 'subscribed', 'live', 'stale', 'gap'] as const)
      assert.match(line({ state })?.description ?? '', new RegExp(`^${state}`));
    assert.match(line({ isQuiet: true })?.spoken ?? '', /, live, quiet · data 3 s ago/);
    assert.equal(line({ state: 'stale' })?.icon, 'warning');
    assert.equal(line({ isQuiet: true })?.icon, 'dash');
    assert.match(
      line({ gaps: 2, nextAttemptAtMs: NOW + 4_000 })?.spoken ?? '',
      /2 gaps · next attempt in 4 s/,
    );
    assert.match(
      line({ isDropShareHigh: true, dropShare: 0.04 })?.tooltip ?? '',
      /4\.00 % of the frames.*format/,
    );
  });

  it('warns on an exchange that answers well while a stream is down', () => {
    const [node] = healthTree(health(okx({ streams: [stream(), stream({ state: 'gap' })] })), NOW);
    assert.equal(node?.icon, 'warning');
    assert.match(node.description, /^1\/2 live/);
    assert.match(node.spoken ?? '', /^OKX, fresh · 1\/2 streams live/);
  });

  it('counts streams that are live, and keeps the icon of the state where the exchange is in trouble itself', () => {
    const node = (changes: Partial<ExchangeHealth>) => healthTree(health(okx(changes)), NOW)[0];
    const quiet = [stream(), stream({ state: 'connecting' }), stream({ state: 'idle' })];
    assert.deepEqual([node({ streams: quiet })?.icon, node({ streams: quiet })?.description], ['pass', '1/3 live 4 s']);
    assert.equal(node({ streams: [stream({ state: 'stale' })] })?.icon, 'warning');
    assert.equal(node({ state: 'failed', streams: [stream({ state: 'gap' })] })?.icon, 'error');
    const limited = node({ state: 'limited', explanation: 'It asked to be left alone.' });
    assert.deepEqual([limited?.icon, limited?.tooltip, node({})?.tooltip], ['watch', 'OKX: limited · 4 s old · 312 ms\nIt asked to be left alone.', 'OKX: fresh · 4 s old · 312 ms']);
    const wrong = healthTree({ ...health(okx()), machineClock: { behindMs: 600_000, exchanges: 9 } }, NOW);
    assert.ok([...wrong, ...wrong.flatMap(({ children }) => children)].every(({ isExpanded }) => !isExpanded));
    assert.equal(wrong[0]?.description, "Ages are counted by the exchanges' clocks.");
  }); // prettier-ignore

  it('calls an exchange that is not chosen switched off, with nothing to look at', () => {
    const off = switchedOff('bybit', 'Bybit');
    const [first, second] = healthTree({ ...health(okx()), exchanges: [okx(), off] }, NOW);
    assert.match(first?.spoken ?? '', /^OKX, fresh/);
    assert.deepEqual([second?.description, second?.icon, second?.children], ['off', 'circle-slash', []]);
    assert.match(second?.tooltip ?? '', /perpscope\.exchanges/);
    const report = healthReport({ ...health(okx()), exchanges: [okx(), off] });
    assert.match(report, /1 of 2 exchanges were asked; 1 switched off\./);
    assert.match(
      report,
      /\| Bybit \| switched off \| not reported \| not reported \| not reported \| — \| none \| when it is chosen \|/,
    );
    assert.doesNotMatch(report, /## Bybit/);
  });

  it('is empty before anybody was asked, so that the welcome view shows', () => {
    const waiting = { ...okx(), state: 'waiting' as const };
    assert.deepEqual(healthTree(health(waiting), NOW), []);
    assert.deepEqual(healthTree(undefined, NOW), []);
  });

  it('says SIMULATED in tree and report', () => {
    assert.match(healthTree(health(okx(), 'simulated'), NOW)[0]?.spoken ?? '', /^OKX, SIMULATED/);
    assert.match(
      healthReport(health(okx(), 'simulated')),
      /^# SIMULATED · Exchange health\n\n> \*\*SIMULATED/,
    );
  });

  it('names the contracts of the list that are not followed for want of knowing a value', () => {
    const told = [
      'contractType XYZ, 22 contracts (first ABCUSDT): not known, left out',
      'status NAPPING, 1 contract (DEFUSDT): not known, not followed',
    ];
    const row = healthRows(okx({ notListed: told }), NOW).find(({ id }) => id === 'not-listed');
    assert.equal(row?.label, 'Unsupported');
    assert.match(row.value, /^contractType XYZ, 22 contracts .* and 1 more$/);
    assert.ok(row.detail.includes('status NAPPING, 1 contract') && row.isTrouble);
    assert.ok(healthRows(okx(), NOW).every(({ id }) => id !== 'not-listed'));
  });

  it('escapes what an exchange said', () => {
    const message = '[x](command:evil) | <img src=x>';
    const report = healthReport(health(okx({ lastError: { code: 'decode', message, atMs: NOW } })));
    assert.ok(report.includes('command:evil'));
    assert.doesNotMatch(report, /(?<!\\)[[<]/);
  });

  it('explains a region block in the report', () => {
    const exchange = okx({
      state: 'geo-blocked',
      explanation: 'It does not serve this region (HTTP 451 or 403).',
    });
    assert.match(healthReport(health(exchange)), /\| OKX \| not available here \|/);
    assert.match(healthReport(health(exchange)), /does not serve this region/);
  });

  it('says which window collects, where windows share a history, and nothing where they do not', () => {
    const by = (isHere: boolean, name: string): MarketHealth => ({
      ...health(okx()),
      collecting: { isHere, by: `${name} · 1f2e3d4c · live` },
    });
    const shown = (one: MarketHealth) => healthTree(one, NOW).map(({ label, description }) => [label, description]).at(-1); // prettier-ignore
    assert.deepEqual(shown(by(true, 'window')), ['Collected by', 'This window']);
    assert.deepEqual(shown(by(false, 'window')), ['Collected by', 'Another window']);
    assert.deepEqual(shown(by(false, 'collect')), ['Collected by', 'perpscope collect']);
    assert.match(
      healthReport(by(true, 'window')),
      /\nThis window collects; other windows show what it collects\.\n/,
    );
    assert.match(healthReport(by(false, 'window')), /\nAnother window collects; this one shows what it collects and takes its place when it ends\.\n/); // prettier-ignore
    assert.doesNotMatch(healthReport(health(okx())), /collect/);
    assert.equal(healthTree(health(okx()), NOW).length, 1);
  });

  it('names a machine whose clock is wrong above everything else', () => {
    const wrong = { ...health(okx()), machineClock: { behindMs: 600_000, exchanges: 9 } };
    const [first, second] = healthTree(wrong, NOW);
    assert.deepEqual(
      [first?.label, first?.icon, second?.label],
      ["This machine's clock is 10 min slow by the clocks of 9 exchanges", 'warning', 'OKX'],
    );
    assert.match(
      healthReport(wrong),
      /health\n\n> \*\*This machine's clock is 10 min slow .*exchanges' clocks\.\*\*\n/,
    );
    assert.doesNotMatch(healthReport(health(okx())), /clock/);
  });
});

describe('the rows about an exchange', () => {
  const rowOf = (id: string, changes: Partial<ExchangeHealth> = {}) => {
    const row = healthRows(okx(changes), NOW).find((one) => one.id === id);
    return row === undefined ? undefined : [row.label, row.value, row.detail, row.isTrouble];
  };

  it('count requests, latency and age; only failures and stale numbers are trouble', () => {
    assert.deepEqual(rowOf('requests'), ['Requests', '14 answered, 0 failed', 'Of the last refresh, 20 s ago.', false]);
    assert.equal(rowOf('requests', { failed: 1 })?.[3], true);
    assert.deepEqual(rowOf('latency')?.slice(1, 2), ['312 ms']);
    assert.deepEqual(rowOf('age')?.slice(1, 2), ['4 s']);
    assert.deepEqual([rowOf('age')?.[3], rowOf('age', { state: 'stale' })?.[3]], [false, true]);
    assert.deepEqual(rowOf('drops')?.slice(1, 2), ['nothing']);
    const said = { lastError: { code: 'timeout', message: 'no answer', atMs: NOW - 60_000 } };
    assert.deepEqual(rowOf('error', said), ['Last error', 'timeout, 1 min ago', 'no answer', false]);
    assert.equal(rowOf('error'), undefined);
  }); // prettier-ignore

  it('name the host of a budget that is not the usual one, its share, and until when it is left alone', () => {
    const spot = { host: 'spot', usedWeight: 5.4, weight: 20, windowMs: 60_000, nextAttemptAtMs: NOW + 90_000 } as const;
    const budgets = [...okx().budgets, spot];
    assert.deepEqual(rowOf('budget-0', { budgets }), ['Weight used', '42 of 100 per 2 s', '42.0 % of what the exchange allows this address.', false]);
    assert.deepEqual(rowOf('budget-1', { budgets }), ['Weight used, spot', '5 of 20 per 1 min', 'Left alone until 2026-11-22 12:01 UTC.', true]);
  }); // prettier-ignore

  it('say what is left out of sums, and why', () => {
    const leftOut = [{ asset: 'BTC', reason: 'its price contradicts the others' }];
    assert.deepEqual(rowOf('left-out-BTC', { leftOut }), ['Not in sums', 'BTC', 'BTC: its price contradicts the others.', true]);
    assert.equal(rowOf('left-out-BTC'), undefined);
  }); // prettier-ignore

  it('count the wait down to the moment of the next attempt', () => {
    const text = 'Nothing is sent before 2026-11-22 12:01 UTC.';
    assert.deepEqual(rowOf('next', { nextAttemptAtMs: NOW + 90_000 }), ['Next attempt', 'in 1 min', text, true]);
    assert.equal(rowOf('next', { nextAttemptAtMs: NOW }), undefined);
    assert.equal(rowOf('next'), undefined);
  }); // prettier-ignore

  it('name one value that is not followed without counting more', () => {
    assert.deepEqual(rowOf('not-listed', { notListed: ['status NAPPING, 1 contract'] })?.slice(1, 2), ['status NAPPING, 1 contract']);
    assert.match(String(rowOf('not-listed', { notListed: ['a', 'b', 'c'] })?.[1]), /^a and 2 more$/);
  }); // prettier-ignore

  it('tell of a stream its part, its age, what it dropped and what went wrong last', () => {
    const { lastDataAtMs: _none, ...silent } = stream({
      part: 1,
      topics: 3,
      state: 'gap',
      gaps: 1,
      reconnects: 2,
    });
    const drops = { issues: { decode: 4, 'out-of-range': 1 }, duplicates: 2, late: 3, overflow: 5 };
    const [first, second] = healthRows(
      okx({ streams: [stream(), { ...silent, drops, lastError: 'closed', nextAttemptAtMs: NOW }] }),
      NOW,
    ).filter(({ id }) => id.startsWith('stream-'));
    assert.deepEqual(
      [first?.id, first?.label, first?.value, first?.isTrouble],
      ['stream-okx/liquidations-0-0', 'Stream liquidations', 'live · data 3 s ago', false],
    );
    assert.equal(
      first?.detail,
      'live for 1 min\n1200 messages on 1 topics, 0 reconnects\nNot used: 2 repeated, 0 late, 0 beyond the queue',
    );
    assert.deepEqual(
      [second?.label, second?.value, second?.isTrouble],
      ['Stream liquidations 2', 'gap · 1 gap', true],
    );
    assert.equal(
      second?.detail,
      'gap for 1 min\n1200 messages on 3 topics, 2 reconnects\nNot used: 2 repeated, 3 late, 5 beyond the queue, 4 decode, 1 out-of-range\nLast error: closed',
    );
    const high = healthRows(okx({ streams: [stream({ isDropShareHigh: true })] }), NOW).at(-1);
    assert.equal(high?.isTrouble, true);
    const waits = healthRows(okx({ streams: [stream({ state: 'stale', isQuiet: true })] }), NOW).at(-1);
    assert.deepEqual([waits?.value, waits?.isTrouble], ['stale · data 3 s ago', true]);
  });
});

describe('the report of health', () => {
  it('has one line for each exchange with its streams and its next attempt', () => {
    const streams = [stream({ state: 'gap' }), stream(), stream({ part: 1 })];
    const line = (changes: Partial<ExchangeHealth>) =>
      healthReport(health(okx(changes))).split('\n').find((one) => one.startsWith('| OKX'));
    const told = '| OKX | fresh | 312 ms | 5700 ms | 4 s | 14 answered, 0 failed |';
    assert.equal(line({}), `${told} none | at the next refresh |`);
    assert.equal(line({ streams }), `${told} 2 live, 1 gap | at the next refresh |`);
    const most = [stream({ state: 'gap' }), stream({ state: 'gap' }), stream()];
    assert.equal(line({ streams: most }), `${told} 1 live, 2 gap | at the next refresh |`);
    assert.equal(line({ nextAttemptAtMs: NOW }), `${told} none | at the next refresh |`);
    assert.equal(line({ nextAttemptAtMs: NOW + 90_000 }), `${told} none | 2026-11-22 12:01 UTC |`);
    const report = healthReport(health(okx()));
    assert.ok(report.startsWith('# Exchange health\n\nAs of 2026-11-22 12:00 UTC. 1 of 1 exchange was asked.\n'));
    assert.ok(report.includes('| Requests | 14 answered, 0 failed | Of the last refresh, 20 s ago. |'));
  }); // prettier-ignore
});
