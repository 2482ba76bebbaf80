import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'mocha';
import { systemClock } from '../../src/core/clock.ts';
import { SECOND_MS } from '../../src/core/units.ts';
import { startSimulator, type Simulator } from '../../src/sources/simulator/server.ts';
import type { HistoryStore } from '../../src/store/historyStore.ts';
import {
  historyIn,
  leaseWhere,
  pause,
  startCollector,
  type CollectingProcess,
} from '../support/collectors.ts';

const ROUNDS = 3;

/** Processes on one history, against simulated exchanges of their own. */
interface Group {
  readonly folder: string;
  readonly simulator: Simulator;
  readonly processes: CollectingProcess[];
}

const groups: Group[] = [];

async function start(count: number): Promise<Group> {
  const folder = mkdtempSync(join(tmpdir(), 'perpscope-shared-'));
  const simulator = await startSimulator({ seed: 5, scenario: 'spot-led-rally', clock: systemClock });
  const endpoints = join(folder, 'endpoints.json');
  writeFileSync(endpoints, JSON.stringify(simulator.endpoints));
  const group: Group = { folder, simulator, processes: [] };
  groups.push(group);
  for (let index = 0; index < count; index += 1) group.processes.push(startCollector(folder, endpoints));
  return group;
}

/**
 * Resolves with the requests of a group once it has ended so many rounds: by time alone a machine that runs other things
 * would decide how many there are.
 */
async function requestsIn({ folder, simulator }: Group): Promise<number> {
  const history = await historyIn(folder, 'simulated');
  try {
    while ((await history.journal({ topic: 'round', key: 'okx' })).length < ROUNDS) await pause(250);
    const asked = simulator.requests.length;
    // Who follows shows the round within two seconds.
    await pause(4 * SECOND_MS);
    return asked;
  } finally {
    await history.close();
  }
}

async function stop({ processes }: Group): Promise<(number | null)[]> {
  for (const { child } of processes) {
    child.kill('SIGCONT');
    child.kill('SIGTERM');
  }
  return Promise.all(processes.map(({ ended }) => ended));
}

const labelsOf = ({ lines }: CollectingProcess) =>
  lines.at(-1)?.assets.map(({ asset, label, coverage }) => [asset, label, coverage.fresh]);

describe('processes that share a history', function () {
  this.timeout(300_000);
  let five: Group;
  let lease: HistoryStore;
  let history: HistoryStore;
  let oneAsks = 0;

  before(async () => {
    const [one, two] = await Promise.all([start(1), start(2)]);
    const [asked, askedByTwo] = await Promise.all([requestsIn(one), requestsIn(two)]);
    oneAsks = asked;
    assert.ok(asked > 100, `${asked} requests of one process`);
    assert.ok(askedByTwo <= 1.05 * asked, `two processes sent ${askedByTwo} requests, one ${asked}`);
    assert.deepEqual(two.processes.map(({ lines }) => lines.at(-1)?.isHere).sort(), [false, true]);
    assert.deepEqual(labelsOf(two.processes[0]!), labelsOf(two.processes[1]!));
    assert.deepEqual(await Promise.all([stop(one), stop(two)]), [[0], [0, 0]]);
    for (const { errors } of [...one.processes, ...two.processes])
      assert.doesNotMatch(errors.join(''), /perpscope: [A-Z_]+:/);
    five = await start(5);
    while (five.simulator.requests.length === 0) await pause(50);
    lease = await historyIn(five.folder, 'live');
    history = await historyIn(five.folder, 'simulated');
  });
  after(async () => {
    await Promise.all([lease?.close(), history?.close()]);
    for (const group of groups) {
      for (const { child } of group.processes) child.kill('SIGKILL');
      await group.simulator.close();
      rmSync(group.folder, { recursive: true, force: true });
    }
  });

  const holding = () => five.processes.filter(({ lines }) => lines.at(-1)?.isHere === true);

  it('ask the exchanges as one does, and show one label', async () => {
    const asked = await requestsIn(five);
    assert.ok(asked <= 1.05 * oneAsks, `five processes sent ${asked} requests, one ${oneAsks}`);
    assert.equal(holding().length, 1);
    const [labels, ...others] = five.processes.map(labelsOf);
    assert.match(JSON.stringify(labels), /\["BTC","[a-z-]+",9\]/);
    for (const other of others) assert.deepEqual(other, labels);
  });

  it('go on without one that is stopped, which reads when it wakes', async () => {
    const [sleeper] = holding();
    const before = await lease.lease();
    sleeper?.child.kill('SIGSTOP');
    const { afterMs } = await leaseWhere(
      lease,
      (one) => one?.epoch === (before?.epoch ?? 0) + 1,
      15 * SECOND_MS,
    );
    assert.ok(afterMs <= 15 * SECOND_MS, `taken over after ${afterMs} ms`);
    await pause(4 * SECOND_MS);
    const told = sleeper?.lines.length ?? 0;
    sleeper?.child.kill('SIGCONT');
    await pause(20 * SECOND_MS);
    assert.equal((await lease.lease())?.epoch, (before?.epoch ?? 0) + 1, 'nobody took it back');
    const since = sleeper?.lines.slice(told) ?? [];
    assert.ok(since.length > 0, 'it shows rounds again');
    assert.ok(since.slice(1).every(({ isHere }) => !isHere));
    assert.equal(holding().length, 1);
  });

  it('go on within 15 s without one that is killed, with gaps for the time and nothing twice', async () => {
    const [killed] = holding();
    const before = await lease.lease();
    await pause(6 * SECOND_MS);
    killed?.child.kill('SIGKILL');
    const killedAtMs = Date.now();
    const { afterMs } = await leaseWhere(
      lease,
      (one) => one?.epoch === (before?.epoch ?? 0) + 1,
      15 * SECOND_MS,
    );
    assert.ok(afterMs <= 15 * SECOND_MS, `taken over after ${afterMs} ms`);
    // Its streams begin with its first round, which takes its time on a machine that runs other things.
    const ofTheKilled = async () =>
      (await history.gaps({})).filter(({ cause, toMs }) => cause === 'stopped' && toMs > killedAtMs);
    for (let second = 0; second < 60 && (await ofTheKilled()).length === 0; second += 1)
      await pause(SECOND_MS);
    await pause(2 * SECOND_MS);
    const gaps = await ofTheKilled();
    assert.ok(gaps.length > 0, 'no gap row');
    for (const { fromMs, toMs } of gaps) {
      assert.ok(fromMs <= killedAtMs + SECOND_MS, 'it begins while the killed one still wrote');
      assert.ok(toMs - killedAtMs >= 5 * SECOND_MS && fromMs > killedAtMs - 30 * SECOND_MS);
    }
    const rows = [
      ...(await history.query({ kind: 'liquidation' })),
      ...(await history.query({ kind: 'taker-volume' })),
      ...(await history.query({ kind: 'candle' })),
    ];
    const keys = rows.map((row) => JSON.stringify({ ...row, receivedAtMs: 0 }));
    assert.equal(new Set(keys).size, keys.length);
    assert.equal(holding().filter((one) => one !== killed).length, 1);
  });

  it('end in good order when they are told to', async () => {
    const living = five.processes.filter(({ child }) => child.exitCode === null && child.signalCode === null);
    assert.equal(living.length, 4);
    assert.deepEqual(await stop({ ...five, processes: living }), [0, 0, 0, 0]);
    assert.equal(await lease.lease(), undefined, 'the lease was given up');
  });
});
