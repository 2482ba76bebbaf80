import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { after, afterEach, before, describe, it } from 'mocha';
import { systemClock } from '../../src/core/clock.ts';
import { createEngine } from '../../src/engine.ts';
import { SIMULATED_EXCHANGES } from '../../src/sources/simulator/profiles.ts';
import { startSimulator, type Simulator } from '../../src/sources/simulator/server.ts';
import { regimeReport } from '../../src/surfaces/reports/regimeReport.ts';
import { snapshotText } from '../../src/surfaces/reports/snapshotText.ts';
import { perpscope, type Run } from '../support/commandLine.ts';
import { SPELLINGS, tellsOf } from '../support/spelledKeys.ts';

/** What acts on a terminal, reorders text or cannot be seen, besides the ends of lines. */
const UNSEEN = /(?!\n)[\p{C}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]/u;
const HOSTILE = '\u001b]0;OWNED\u0007\u001b[2J\u202e\u009b31m\r\nperpscope: FORGED: line';

const isClean = ({ stdout, stderr }: Run): void => {
  for (const text of [stdout, stderr]) {
    assert.doesNotMatch(text, UNSEEN);
    assert.doesNotMatch(text, /^perpscope: FORGED/m);
  }
};

describe('what the command line prints of others', function () {
  this.timeout(180_000);
  let simulator: Simulator;
  let folder: string;
  const servers: Server[] = [];
  const file = (name: string, content: unknown): string => {
    const path = join(folder, name);
    writeFileSync(path, typeof content === 'string' ? content : JSON.stringify(content));
    return path;
  };
  /** Starts a server; returns its address. */
  const serve = async (
    answer: (path: string) => Promise<{ status: number; body: string }>,
  ): Promise<string> => {
    const server = createServer((request, response) => {
      void answer(request.url ?? '/').then(({ status, body }) =>
        response.writeHead(status, { 'x-perpscope-simulated': '1' }).end(body),
      );
    });
    servers.push(server);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  };

  before(async () => {
    folder = mkdtempSync(join(tmpdir(), 'perpscope-outside-'));
    simulator = await startSimulator({ seed: 2, scenario: 'calm', clock: systemClock });
  });
  afterEach(() => {
    for (const server of servers.splice(0)) server.close();
  });
  after(async () => {
    await simulator.close();
    rmSync(folder, { recursive: true, force: true });
  });

  it('is one line of what can be seen, whatever an exchange calls its contracts', async () => {
    const { bybit, okx } = simulator.endpoints;
    const rest = await serve(async (path) => {
      const answer = await fetch(`${bybit?.rest ?? ''}${path}`);
      const body = (await answer.text()).replaceAll('"BTCUSDT"', JSON.stringify(HOSTILE));
      return { status: answer.status, body };
    });
    const endpoints = file('hostile.json', { bybit: { rest, spot: bybit?.spot }, okx });
    const common = ['--exchanges', 'bybit,okx', '--endpoints', endpoints];
    const runs = await Promise.all([
      perpscope(['snapshot', ...common]),
      perpscope(['snapshot', '--json', ...common]),
      perpscope(['report', 'regime', ...common]),
    ]);
    for (const run of runs) {
      assert.equal(run.code, 3);
      assert.match(run.stderr, /^BTC could not be read on Bybit: /m);
      isClean(run);
    }
  });

  it('is one line of what can be seen, whatever an answer or a file of pauses says', async () => {
    const rest = await serve(() => Promise.resolve({ status: 400, body: HOSTILE }));
    const endpoints = file('refusing.json', { okx: { rest }, gate: { rest: 'http://127.0.0.1:9' } });
    const pause = {
      exchange: 'gate',
      origin: 'http://127.0.0.1:9',
      closedUntilMs: Date.now() + 3_600_000,
      reason: HOSTILE,
      used: [],
    };
    file('h.pauses.json', { version: 1, savedAtMs: Date.now(), hosts: [pause] });
    const store = join(folder, 'h.sqlite');
    const run = await perpscope([
      'snapshot',
      '--exchanges',
      'okx,gate',
      '--endpoints',
      endpoints,
      '--store',
      store,
    ]);
    assert.equal(run.code, 1);
    isClean(run);
  });

  it('is spelled out where it was typed', async () => {
    const calls = [
      [HOSTILE], ['snapshot', HOSTILE], ['snapshot', `--${HOSTILE}`], ['snapshot', '--asset', HOSTILE],
      ['snapshot', '--exchanges', HOSTILE], ['snapshot', '--endpoints', HOSTILE], ['snapshot', '--simulated', '--seed', HOSTILE],
      ['snapshot', '--simulated', '--scenario', HOSTILE], ['report', HOSTILE], ['regime', '--features', HOSTILE],
      ['decode', HOSTILE], ['decode', '--instruments', HOSTILE, 'x'], ['decode', '--exchange', HOSTILE, '--path', '/x'],
      ['decode', '--exchange', 'okx', '--path', HOSTILE], ['snapshot', '--store', `:${HOSTILE}`],
    ]; // prettier-ignore
    for (const run of await Promise.all(calls.map((args) => perpscope(args)))) {
      assert.ok(run.code === 1 || run.code === 2, `${run.code} ${run.stderr}`);
      isClean(run);
      assert.ok(run.stderr.trimEnd().split('\n').length === 1, run.stderr);
    }
  });

  it('names one reason once where no exchange can be reached, with --quiet as well', async () => {
    const nowhere = Object.fromEntries(SIMULATED_EXCHANGES.map((id) => [id, { rest: 'http://127.0.0.1:9' }]));
    const endpoints = file('nowhere.json', nowhere);
    const [loud, quiet] = await Promise.all(
      [[], ['--quiet']].map((more) => perpscope(['report', 'regime', '--endpoints', endpoints, ...more])),
    );
    const first = /^perpscope: NETWORK: No exchange could be reached from this machine.*--simulated/;
    assert.deepEqual([loud?.code, quiet?.code], [1, 1]);
    assert.match(loud?.stderr ?? '', first);
    assert.equal(loud?.stderr.trimEnd().split('\n').length, 2, loud?.stderr);
    assert.match(
      loud?.stderr ?? '',
      /^BTC could not be read on Binance, OKX, .*, HTX: cannot be reached: the connection was refused/m,
    );
    assert.match(quiet?.stderr ?? '', first);
    assert.equal(quiet?.stderr.trimEnd().split('\n').length, 1);
    // The first screen of the report says it, and the reason stands there once.
    const report = quiet?.stdout ?? '';
    assert.match(report.split('\n').slice(0, 4).join('\n'), /No exchange could be reached from this machine/);
    assert.equal(report.match(/the connection was refused/g)?.length, 1);
  });

  it('says once that history cannot be kept, with --quiet as well, exit code 3', async () => {
    const under = join(file('a-file', ''), 'h.sqlite');
    const { okx } = simulator.endpoints;
    const args = [
      'snapshot',
      '--exchanges',
      'okx',
      '--endpoints',
      file('okx.json', { okx }),
      '--store',
      under,
      '--quiet',
    ];
    const run = await perpscope(args);
    assert.deepEqual([run.code, run.stdout !== ''], [3, true]);
    assert.match(run.stderr, /^perpscope: STORE: .*keeps it in memory/);
    assert.equal(run.stderr.trimEnd().split('\n').length, 1, run.stderr);
    const kept = await perpscope([
      'snapshot',
      '--simulated',
      '--exchanges',
      'okx',
      '--store',
      join(folder, 'k.sqlite'),
    ]);
    assert.deepEqual(
      [kept.code, kept.stderr.trimEnd()],
      [0, `SIMULATED market: its history is kept apart, in ${join(folder, 'k.simulated.sqlite')}`],
    );
  });

  it('says its version', async () => {
    const { version } = JSON.parse(readFileSync(join(import.meta.dirname, '../../package.json'), 'utf8')) as {
      version: string;
    };
    assert.deepEqual(await perpscope(['--version']), { code: 0, stdout: `${version}\n`, stderr: '' });
  });

  const KEY = 'CANARYk3yZ9abcDEFtail7777';
  for (const [name, spell] of Object.entries({
    ...SPELLINGS,
    'at the limit': (key: string) => 'x'.repeat(182) + key,
    'beyond the limit but for five characters': (key: string) => 'x'.repeat(194) + key,
  }))
    it(`holds no key that a provider repeats ${name}, nor does its report, snapshot, log or history`, async () => {
      const said = spell(KEY);
      const reason = JSON.stringify({
        code: '40001',
        msg: `no such key ${said}`,
        message: said,
        status: { code: 401, message: said },
      });
      const refusing = await serve(() => Promise.resolve({ status: 400, body: said }));
      const page = await serve(() => Promise.resolve({ status: 200, body: `<html>${said}` }));
      const own = await serve(() => Promise.resolve({ status: 200, body: reason }));
      const index = JSON.stringify({
        data: [
          {
            value: '50',
            value_classification: said.slice(0, 60),
            timestamp: String(Math.floor(Date.now() / 1_000) - 60),
          },
        ],
        metadata: { error: null },
      });
      const words = await serve(() => Promise.resolve({ status: 200, body: index }));
      const logged: string[] = [];
      const log = (line: string): void => void logged.push(line);
      const store = join(folder, `keys-${name.replaceAll(' ', '-')}.sqlite`);
      const engine = await createEngine({
        logger: { debug: log, info: log, warn: log, error: log },
        endpoints: {
          okx: simulator.endpoints['okx'],
          coinglass: { rest: refusing },
          cryptoquant: { rest: own },
          coinalyze: { rest: page },
          'alternative-me': { rest: words },
        },
        environment: {
          PERPSCOPE_COINGLASS_KEY: KEY,
          PERPSCOPE_CRYPTOQUANT_KEY: KEY,
          PERPSCOPE_COINALYZE_KEY: KEY,
        },
        storePath: store,
      });
      try {
        await engine.market.refresh({ assets: ['BTC'], exchanges: ['okx'] });
        const snapshot = await engine.market.refresh({ assets: ['BTC'], exchanges: ['okx'] });
        const { regimes, source } = engine.market.state;
        const [asset, assessment] = [snapshot.assets[0], regimes.get('BTC')];
        assert.ok(asset !== undefined && assessment !== undefined);
        const { context, asOfMs: nowMs } = snapshot;
        assert.equal(context?.filter(({ status }) => status === 'failed').length, 3, JSON.stringify(context));
        const shown = [
          regimeReport({ assessment, snapshot: asset, context, source, nowMs }),
          snapshotText(snapshot),
          JSON.stringify(snapshot),
          ...logged,
        ];
        await engine.dispose();
        for (const text of [...shown, storedText(store.replace('.sqlite', '.simulated.sqlite'))])
          assert.deepEqual([tellsOf(KEY, text), /canar/i.exec(text)?.[0]], [[], undefined]);
      } finally {
        await engine.dispose();
      }
    });
});

/** Everything that a history holds as text. */
function storedText(path: string): string {
  const database = new DatabaseSync(path, { readOnly: true });
  const tables = database.prepare("SELECT name FROM sqlite_master WHERE type = 'table'").all();
  const rows = tables.flatMap(({ name }) => database.prepare(`SELECT * FROM "${String(name)}"`).all());
  database.close();
  return JSON.stringify(rows);
}
