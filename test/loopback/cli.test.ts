import assert from 'node:assert/strict';
import type { ChildProcess } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, beforeEach, describe, it } from 'mocha';
import { systemClock } from '../../src/core/clock.ts';
import {
  SIMULATED_EXCHANGES as EXCHANGES,
  SIMULATED_PROVIDERS,
} from '../../src/sources/simulator/profiles.ts';
import { startFaultySimulator, type FaultySimulator } from '../support/faults/faultySimulator.ts';
import { perpscope, startPerpscope, type Run } from '../support/commandLine.ts';

const FIXTURES = join(import.meta.dirname, '../fixtures');

interface Decoded {
  readonly observations: readonly Readonly<Record<string, unknown>>[];
  readonly issues: readonly { readonly code: string }[];
}

function hasOneErrorLine({ stdout, stderr }: Run, line: RegExp): void {
  assert.equal(stdout, '');
  assert.match(stderr, line);
  assert.equal(stderr.trimEnd().split('\n').length, 1, stderr);
}

describe('the command line', function () {
  this.timeout(30_000);
  let simulator: FaultySimulator;
  let folder: string;
  let endpoints: string;
  let running: ChildProcess | undefined;
  const file = (name: string, content: unknown): string => {
    const path = join(folder, name);
    writeFileSync(path, typeof content === 'string' ? content : JSON.stringify(content));
    return path;
  };

  before(async () => {
    folder = mkdtempSync(join(tmpdir(), 'perpscope-cli-'));
    simulator = await startFaultySimulator({ seed: 7, scenario: 'spot-led-rally', clock: systemClock });
    endpoints = file('endpoints.json', simulator.endpoints);
  });
  after(async () => {
    running?.kill('SIGKILL');
    await simulator.close();
    rmSync(folder, { recursive: true, force: true });
  });
  beforeEach(() => {
    for (const exchange of EXCHANGES) simulator.setFault(exchange, undefined);
  });

  it('prints a snapshot as JSON and nothing else, exit code 0', async () => {
    // Time enough for a machine that runs other things as well.
    const call = ['snapshot', '--json', '--endpoints', endpoints, '--timeout', '60'];
    const { code, stdout, stderr } = await perpscope(call);
    assert.equal(code, 0, stderr);
    const snapshot = JSON.parse(stdout) as {
      schema: string;
      source: string;
      assets: { asset: string; exchanges: { exchange: string; status: string }[]; aggregate: object }[];
    };
    assert.deepEqual([snapshot.schema, snapshot.source], ['perpscope.snapshot/1', 'simulated']);
    assert.deepEqual(
      snapshot.assets.map(({ asset, exchanges }) => [asset, exchanges.map((one) => one.status)]),
      [['BTC', EXCHANGES.map(() => 'fresh')]],
    );
    const wanted = ['openInterestBase', 'openInterestUsd', 'fundingAnnualisedOiWeighted', 'coverage'];
    for (const key of wanted) assert.ok(key in (snapshot.assets[0]?.aggregate ?? {}), key);
    assert.equal(stderr, '');
  }).timeout(90_000);

  it('says plainly that no exchange lists an asset, with the name that was meant, exit code 1', async () => {
    const { code, stdout, stderr } = await perpscope([
      'snapshot',
      '--asset',
      'ethusdt',
      '--endpoints',
      endpoints,
    ]);
    assert.equal(code, 1);
    assert.equal(
      stderr,
      'perpscope: NO_NUMBERS: No exchange lists ETHUSDT as a perpetual. Did you mean ETH?\n',
    );
    assert.match(stdout, /^ {2}No exchange lists ETHUSDT as a perpetual\./m);
  });

  it('gives what it has with one exchange in trouble, names it, exit code 3; --quiet says nothing', async () => {
    simulator.setFault('bitget', 'geo-block');
    const args = ['snapshot', '--asset', 'btc', '--exchanges', 'okx,bitget', '--endpoints', endpoints];
    const [loud, quiet] = await Promise.all([perpscope(args), perpscope([...args, '--quiet'])]);
    assert.deepEqual([loud.code, quiet.code], [3, 3]);
    assert.match(loud.stderr, /^BTC could not be read on Bitget: not available from this region/m);
    assert.equal(quiet.stderr, '');
    for (const { stdout } of [loud, quiet]) {
      assert.match(stdout, /^SIMULATED Snapshot of/);
      assert.match(stdout, /SIMULATED BTC, 1 of 2 exchanges fresh/);
      assert.match(stdout, /Bitget .*: failed, not available from this region/);
    }
  });

  it('fails where no exchange can be had, exit code 1, each named with its reason', async () => {
    for (const exchange of EXCHANGES) simulator.setFault(exchange, 'geo-block');
    const { code, stdout, stderr } = await perpscope(['snapshot', '--json', '--endpoints', endpoints]);
    assert.equal(code, 1);
    assert.match(stderr, /^perpscope: NO_NUMBERS: no exchange gave a number$/m);
    for (const name of ['Binance', 'OKX', 'Bybit', 'Bitget', 'Gate'])
      assert.match(stderr, new RegExp(`^BTC could not be read on (?:.+, )?${name}(?:,.+)?: `, 'm'));
    const { assets } = JSON.parse(stdout) as { assets: { aggregate: { coverage: object } }[] };
    assert.deepEqual(assets[0]?.aggregate.coverage, { fresh: 0, of: EXCHANGES.length });
  });

  it('judges stated values without asking anybody', async () => {
    const seen = simulator.requests.length;
    const features = file('article.json', {
      asset: 'BTC',
      returnPct: 11.4,
      takerRatioChangePct: 19,
      netTakerVolumeUsd: 62e6,
      futuresVolumeChangePct: 52,
    });
    const { code, stdout } = await perpscope(['regime', '--features', features, '--json']);
    const { schema, label, source, evidence } = JSON.parse(stdout) as Record<string, unknown>;
    assert.deepEqual(
      [code, schema, label, source],
      [0, 'perpscope.regime/1', 'leverage-led-rally', 'stated'],
    );
    assert.ok(Array.isArray(evidence) && evidence.length > 0);
    assert.equal(simulator.requests.length, seen);
  });

  it('judges the market by the rules of --rules, and asks nobody where they are faulty', async () => {
    const rules = file('mine.json', { version: 'mine/1', extends: 'built-in' });
    const faulty = file('faulty.json', {
      version: 'mine/1',
      extends: 'built-in',
      dwelHours: 6,
      clear: { price: 0 },
    });
    const { code, stdout } = await perpscope([
      'regime',
      '--rules',
      rules,
      '--json',
      '--endpoints',
      endpoints,
    ]);
    const { rulesVersion, source } = JSON.parse(stdout) as Record<string, unknown>;
    assert.deepEqual([code, rulesVersion, source], [0, 'mine/1', 'simulated']);
    const seen = simulator.requests.length;
    const refused = await perpscope(['regime', '--rules', faulty, '--endpoints', endpoints]);
    assert.deepEqual([refused.code, refused.stdout, simulator.requests.length], [2, '', seen]);
    const lines = refused.stderr.trimEnd().split('\n');
    assert.deepEqual(
      lines.map((line) => line.replace(faulty, 'F')),
      [
        'perpscope: USAGE: F:1:42: expected the key "dwellHours", found "dwelHours" (unknown-key)',
        'perpscope: USAGE: F:1:73: clear.price: expected a number above 0, found 0 (out-of-range)',
      ],
    );
  });

  it('refuses wrong usage in one line with advice, exit code 2, nothing on standard output', async () => {
    const slip = file('slip.json', { returnPercent: 11.4 });
    const mistakes: readonly [string[], RegExp][] = [
      [['regime', '--features', slip], /^perpscope: USAGE: .*"returnPercent".*"returnPct"/],
      [['snapshto'], /^perpscope: USAGE: unknown command "snapshto", did you mean "snapshot"/],
      [['snapshot', '--aset', 'BTC'], /^perpscope: USAGE: .*did you mean --asset/],
    ];
    const runs = await Promise.all(mistakes.map(([args]) => perpscope(args)));
    for (const [index, run] of runs.entries()) {
      assert.equal(run.code, 2, run.stderr);
      hasOneErrorLine(run, mistakes[index]![1]);
    }
  });

  it('names what is wrong with an endpoints file, code CONFIG', async () => {
    const wrong = [
      file('unknown.json', { binanse: { rest: 'http://127.0.0.1:1' } }),
      file('cut.json', '{ "okx": '),
    ];
    const runs = await Promise.all(wrong.map((path) => perpscope(['snapshot', '--endpoints', path])));
    const advice = [/did you mean "binance"/, /not JSON/];
    for (const [index, run] of runs.entries()) {
      assert.equal(run.code, 1);
      hasOneErrorLine(run, /^perpscope: CONFIG: /);
      assert.match(run.stderr, advice[index]!);
    }
  });

  it('decodes recorded answers, one line of JSON each; what is none becomes an issue', async () => {
    const recorded = ['binance/open-interest.json', 'bybit/tickers-linear.json'].map((name) =>
      join(FIXTURES, name),
    );
    const garbage = file('garbage.json', '<html>');
    const instruments = join(FIXTURES, 'okx/instruments-swap.json');
    const { code, stdout } = await perpscope(['decode', '--instruments', instruments, ...recorded, garbage]);
    const lines = stdout.trimEnd().split('\n').map((line) => JSON.parse(line) as Line); // prettier-ignore
    // Some inputs are payloads and one is none.
    assert.equal(code, 3);
    assert.deepEqual(
      lines.map((line) => line.file),
      [...recorded, garbage],
    );
    assert.equal(lines[0]?.observations[0]?.kind, 'open-interest');
    assert.equal(lines[0]?.observations[0]?.exchange, 'binance');
    assert.ok((lines[1]?.observations.length ?? 0) > 1);
    assert.deepEqual([lines[2]?.observations, lines[2]?.issues.map((issue) => issue.code)], [[], ['decode']]);
  });

  it('decodes a bare body from standard input; what is not JSON becomes an issue', async () => {
    const { path, query, response } = JSON.parse(
      readFileSync(join(FIXTURES, 'binance/open-interest.json'), 'utf8'),
    ) as { path: string; query: Record<string, string>; response: unknown };
    const args = [
      'decode',
      '--exchange',
      'binance',
      '--path',
      `${path}?${new URLSearchParams(query).toString()}`,
    ];
    const [good, bad] = await Promise.all([
      perpscope(args, { input: JSON.stringify(response) }),
      perpscope(args, { input: 'oops' }),
    ]);
    const [read, refused] = [good, bad].map((run) => JSON.parse(run.stdout) as Line);
    assert.deepEqual([read?.file, read?.observations[0]?.kind, good.code], ['-', 'open-interest', 0]);
    assert.equal(bad.code, 1);
    assert.deepEqual(
      refused?.issues.map((issue) => issue.code),
      ['decode'],
    );
  });

  it('decodes frames of a stream, one a line, by what they say themselves', async () => {
    const frames = [
      '{"topic":"allLiquidation.BTCUSDT","type":"snapshot","ts":1789992000500,"data":[{"T":1789992000123,"s":"BTCUSDT","S":"Buy","v":"0.2","p":"91000.5"}]}',
      '{"success":true,"ret_msg":"","op":"subscribe","conn_id":"x"}',
      'pong',
    ];
    const { code, stdout } = await perpscope(['decode', '--exchange', 'bybit', '--stream'], {
      input: frames.join('\n'),
    });
    assert.equal(code, 0);
    const lines = stdout.trim().split('\n').map((line) => JSON.parse(line) as Decoded); // prettier-ignore
    assert.equal(lines.length, 3);
    // Bybit names the side of the position: a long was liquidated.
    const [event] = lines[0]?.observations ?? [];
    assert.deepEqual(
      [event?.['kind'], event?.['liquidatedSide'], event?.['sizeBase'], event?.['coverage']],
      ['liquidation', 'long', 0.2, 'complete'],
    );
    assert.deepEqual(lines.slice(1).map((line) => [line.observations.length, line.issues[0]?.code]), [
      [0, 'unsupported'],
      [0, 'unsupported'],
    ]); // prettier-ignore
  });

  it('writes a report about the simulated market as Markdown that says so', async () => {
    const out = join(folder, 'report.md');
    const { code, stdout, stderr } = await perpscope([
      'report',
      'regime',
      '--simulated',
      '--seed',
      '3',
      '--exchanges',
      'okx',
      '--out',
      out,
    ]);
    assert.deepEqual([code, stdout], [0, '']);
    assert.match(stderr, /^written: .*report\.md$/m);
    const markdown = readFileSync(out, 'utf8');
    assert.match(markdown, /^# /);
    assert.match(markdown, /SIMULATED/);
    assert.match(markdown, /Not investment advice/);
  });

  it('decodes answers of context providers, and takes keys from the environment without ever printing them', async () => {
    const fixture = join(FIXTURES, 'alternative-me/fear-greed.json');
    const decoded = await perpscope(['decode', fixture]);
    const line = JSON.parse(decoded.stdout) as {
      observations: { kind: string; value: number }[];
      issues: unknown[];
    };
    assert.deepEqual(
      [decoded.code, line.observations.map(({ kind, value }) => [kind, value]), line.issues],
      [0, [['context', 54], ['context', 0], ['context', 71]], []],
    ); // prettier-ignore
    const { response } = JSON.parse(readFileSync(fixture, 'utf8')) as { response: unknown };
    const bare = ['decode', '--exchange', 'alternative-me', '--path', '/fng/'];
    const again = await perpscope(bare, { input: JSON.stringify(response) });
    assert.deepEqual((JSON.parse(again.stdout) as typeof line).observations.length, 3);
    process.env['PERPSCOPE_COINGLASS_KEY'] = 'canary-cli-secret';
    try {
      // The simulator's own address answers 404 in a form that CoinGlass does not have.
      const { binance } = simulator.endpoints;
      const own = file('keyed.json', { ...simulator.endpoints, coinglass: { rest: binance?.rest } });
      const run = await perpscope(['report', 'regime', '--endpoints', own]);
      assert.equal(run.code, 0);
      assert.match(run.stdout, /CoinGlass: failed/);
      assert.ok(!`${run.stdout}${run.stderr}`.includes('canary'));
    } finally {
      delete process.env['PERPSCOPE_COINGLASS_KEY'];
    }
  });

  it('simulates until it is stopped and prints its endpoints file in one line', async () => {
    const child = startPerpscope(['simulate', '--seed', '5', '--quiet']);
    running = child;
    let stdout = '';
    const closed = new Promise<number | null>((resolve) => child.on('close', resolve));
    await new Promise<void>((resolve, reject) => {
      child.on('exit', () => reject(new Error('the simulator ended by itself')));
      child.stdout?.setEncoding('utf8').on('data', (text: string) => {
        stdout += text;
        if (stdout.includes('\n')) resolve();
      });
    });
    child.removeAllListeners('exit');
    const addresses = JSON.parse(stdout) as Record<string, { rest: string }>;
    assert.deepEqual(Object.keys(addresses).sort(), [...EXCHANGES, ...SIMULATED_PROVIDERS].sort());
    const answer = await fetch(`${addresses['binance']?.rest ?? ''}/fapi/v1/openInterest?symbol=BTCUSDT`);
    assert.equal(answer.headers.get('x-perpscope-simulated'), '1');
    await answer.text();
    child.kill('SIGTERM');
    assert.equal(await closed, 0);
    assert.equal(stdout.trimEnd().split('\n').length, 1);
  });
});

interface Line {
  readonly file: string;
  readonly observations: { readonly kind: string; readonly exchange: string }[];
  readonly issues: { readonly code: string }[];
}
