import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'mocha';
import { HELP } from '../../src/cli/help.ts';
import { COMMANDS, COMMON } from '../../src/cli/options.ts';
import { systemClock } from '../../src/core/clock.ts';
import { instrumentKey } from '../../src/core/ids.ts';
import type { Observation } from '../../src/core/observation.ts';
import { HOUR_MS } from '../../src/core/units.ts';
import { SCENARIO_NAMES } from '../../src/sources/simulator/scenarioNames.ts';
import { startSimulator, type Simulator } from '../../src/sources/simulator/server.ts';
import { openSqliteStore } from '../../src/store/sqliteStore.ts';
import { perpscope, startPerpscope, type Run } from '../support/commandLine.ts';

const ROOT = join(import.meta.dirname, '../..');
const FIXTURES = join(ROOT, 'test/fixtures');
const PAGES = ['README.md', 'CONTRIBUTING.md', 'sample/README.md', ...docs()];

function docs(): string[] {
  return readdirSync(join(ROOT, 'docs'))
    .filter((name) => name.endsWith('.md'))
    .map((name) => `docs/${name}`);
}

const textOf = (page: string): string => readFileSync(join(ROOT, page), 'utf8');

/** A call of the command line as it stands in a text. */
interface Call {
  readonly where: string;
  readonly args: readonly string[];
  readonly input?: string;
}

const callOf = (where: string, line: string): Call => {
  const [call = '', input] = line.replace(/\s+#.*$/, '').split(/\s+[<>]\s+/);
  const args = call.trim().split(/\s+/);
  return {
    where,
    args,
    ...(input === undefined || line.includes(' > ') ? {} : { input: input.trim().split(/\s/)[0] ?? '' }),
  };
};

/** Calls in the code of the pages. */
const pageCalls = PAGES.flatMap((page) =>
  [...textOf(page).matchAll(/(?:^|`)node dist\/cli\.js ([^`\n]+)/gm)].map(([, line]) =>
    callOf(page, line ?? ''),
  ),
);

/** Calls in the help: as short as they can be, and with all that may be added. */
const helpCalls = HELP.split('\n')
  .filter(
    (line) => /^ {2}[a-z]+ +\S/.test(line) && Object.hasOwn(COMMANDS, line.trim().split(/\s+/)[0] ?? ''),
  )
  .map((line) =>
    line
      .trim()
      .split(/ {3,}/)
      .filter((part, at) => at === 0 || /^[[-]|^regime/.test(part))
      .join(' '),
  )
  .flatMap((line) => [
    callOf('help', line.replace(/\s*\[[^\]]*\](?:\.\.\.)?/g, '')),
    callOf('help, in full', line.replace(/\[([^\]]*)\]/g, '$1')),
  ]);

const NAMES: Readonly<Record<string, string>> = {
  'FILE.md': 'r.md',
  '/api/v5/...': '/api/v5/public/open-interest',
  MS: '1',
  N: '3',
  S: '15',
  T: '2024-08-05T03:00',
  NAME: 'calm',
  DIR: 'numbers',
  'BTC,ETH': 'BTC,ETH',
};

const READS_HISTORY = new Set(['timeline', 'query', 'export', 'kept']);
const ASKS_NOBODY = new Set(['decode', 'import', 'heatmap', ...READS_HISTORY]);

function fileFor(args: readonly string[], at: number): string {
  if (args[0] === 'backfill') return 'older.sqlite';
  if (args[0] === 'heatmap')
    return { '--tiers': 'tiers.jsonl', '--store': 'history.sqlite' }[args[at - 1] ?? ''] ?? 'btcusdt-1h.csv';
  if (args[0] === 'import') return args[at - 1] === '--csv' ? 'own.csv' : 'own.sqlite';
  if (args[at - 1] === '--features') return 'my-values.json';
  if (READS_HISTORY.has(args[0] ?? ''))
    return (
      { '--csv': 'binance-btcusdt-1h.csv', '--funding': 'funding.csv' }[args[at - 1] ?? ''] ??
      'history.sqlite'
    );
  return args[at - 1] === '--instruments' ? 'instruments.json' : 'answer.json';
}

/** Open interest and the price of an exchange in an hour. */
function hourOf(exchange: string, atMs: number): Observation[] {
  const own = {
    exchange,
    venueSymbol: 'BTCUSDT',
    baseAsset: 'BTC',
    instrument: instrumentKey(exchange, 'BTCUSDT'),
  };
  const row = { ...own, atMs, receivedAtMs: atMs + HOUR_MS + 1_000, endpoint: 'GET /x', barMs: HOUR_MS };
  const price = { openQuote: 60_000, highQuote: 60_100, lowQuote: 59_900, closeQuote: 60_050 };
  return [
    { ...row, kind: 'open-interest', openInterestBase: 100, sides: 'one' },
    { ...row, kind: 'candle', priceType: 'last', ...price },
  ];
}

/** 500 hours of bars with liquidations, up and down. */
function liquidatedHours(): string {
  const priceAt = (hour: number): number =>
    60_000 * (1 + 0.03 * Math.sin(hour / 7) + 0.01 * Math.sin(hour * hour));
  const rows = Array.from({ length: 500 }, (_, hour) => {
    const [open, close] = [priceAt(hour), priceAt(hour + 1)];
    const [high, low] = [Math.max(open, close) * 1.002, Math.min(open, close) * 0.998];
    const coins = [
      1_000 + (hour % 5) * 100,
      80_000 + (hour % 11) * 200,
      (open - low) / 50,
      (high - open) / 50,
    ];
    return [Date.UTC(2024, 6, 1, hour), open, high, low, close, ...coins].join(',');
  });
  return ['time_ms,open,high,low,close,volume,oi_close,long_liq,short_liq', ...rows].join('\n');
}

describe('the commands that README, documents and help state', function () {
  this.timeout(180_000);
  let simulator: Simulator;
  let folder: string;

  before(async () => {
    folder = mkdtempSync(join(tmpdir(), 'perpscope-stated-'));
    simulator = await startSimulator({ seed: 4, scenario: 'calm', clock: systemClock });
    const keep = (name: string, text: string): void => writeFileSync(join(folder, name), text);
    keep('endpoints.json', JSON.stringify(simulator.endpoints));
    keep('my-values.json', JSON.stringify({ asset: 'BTC', returnPct: 4, openInterestChangePct: -6 }));
    keep('mine.perpscope-rules.json', textOf('media/mine.perpscope-rules.json'));
    keep('answer.json', readFileSync(join(FIXTURES, 'okx/open-interest.json'), 'utf8'));
    keep('instruments.json', readFileSync(join(FIXTURES, 'okx/instruments-swap.json'), 'utf8'));
    const { response } = JSON.parse(textOf('test/fixtures/okx/open-interest.json')) as { response: unknown };
    keep('body.json', JSON.stringify(response));
    const hours = [2, 3, 4].map((hour) => `${Date.UTC(2024, 7, 5, hour)},${60_000 - hour}`);
    keep('binance-btcusdt-1h.csv', ['time_ms,close', ...hours].join('\n'));
    const bars = [2, 3].map((hour) => `${Date.UTC(2024, 7, 5, hour)},60000,60100,59900,60050,12`);
    keep('btcusdt-1h.csv', liquidatedHours());
    const tiers = [{ from: 0, maintenanceMarginRate: 0.0125, maxLeverage: 40 }];
    const table = { kind: 'margin-tiers', exchange: 'hyperliquid', venueSymbol: 'BTC', unit: 'usd', tiers };
    keep('tiers.jsonl', JSON.stringify({ observations: [{ ...table, atMs: Date.UTC(2024, 6, 1) }] }));
    keep('own.csv', ['time_ms,open,high,low,close,volume', ...bars].join('\n'));
    keep('funding.csv', `time_ms,funding_rate\n${Date.UTC(2024, 7, 5)},0.0001`);
    const store = await openSqliteStore(join(folder, 'history.sqlite'), { source: 'live' });
    const atMs = systemClock.nowMs();
    const note = {
      asset: 'BTC',
      kind: 'candle',
      fromMs: 0,
      toMs: 1,
      metric: 'last-close',
      step: '1h',
      why: 'a study',
    };
    await store.appendJournal([
      { topic: 'assessment', key: 'BTC', atMs, body: { label: 'neutral' } },
      { topic: 'keep', key: 'KEY', atMs, body: note },
    ]);
    // A history that still runs, of two exchanges.
    // Two weeks: liquidation levels need half of the time that they are shown over.
    const hoursAgo = Array.from({ length: 400 }, (_, at) => 400 - at).map(
      (hour) => Math.floor(atMs / HOUR_MS - hour) * HOUR_MS,
    );
    await store.append(
      hoursAgo.flatMap((startMs) => ['binance', 'okx'].flatMap((id) => hourOf(id, startMs))),
    );
    await store.close();
    keep('frames.ndjson', 'pong\n');
    keep('frames', 'pong\n');
  });
  after(async () => {
    await simulator.close();
    rmSync(folder, { recursive: true, force: true });
  });

  it('are found', () => {
    assert.ok(pageCalls.length >= 9, `${pageCalls.length} calls in the pages`);
    const commands = new Set(helpCalls.map(({ args }) => args[0]));
    assert.deepEqual([...commands].sort(), Object.keys(COMMANDS).sort());
  });

  const calls = [
    ...new Map([...helpCalls, ...pageCalls].map((call) => [call.args.join(' '), call])).values(),
  ].map(({ where, args, input }) => ({
    where,
    input,
    args: args
      .map((word) => word.replace(/\.\.\.$/, (dots) => (word.startsWith('/') ? dots : '')))
      .map((word, at, all) => (word === 'FILE' ? fileFor(all, at) : (NAMES[word] ?? word)))
      // A day is fetched as a month is, in seconds.
      .map((word, _at, all) => (all[0] === 'backfill' && word === '30d' ? '1d' : word)),
  }));
  const runs: Promise<Run>[] = [];
  before(() => {
    // Two at a time, in two rows: a call takes seconds and waits for most of them.
    const rows: [Promise<unknown>, Promise<unknown>] = [Promise.resolve(), Promise.resolve()];
    for (const [index, { args, input }] of calls.entries()) {
      const row = index % 2 === 0 ? 0 : 1;
      const run = rows[row].then(() => runOf(args, input));
      run.catch(() => undefined);
      runs.push(run);
      rows[row] = run.catch(() => undefined);
    }
  });
  for (const [index, { where, args }] of calls.entries())
    it(`run: ${args.join(' ')} (${where})`, async () => {
      const { code, stdout, stderr } = await runs[index]!;
      assert.equal(code, 0, `${stderr}${stdout}`.slice(0, 600));
      if (args[0] === 'simulate') assert.ok('binance' in (JSON.parse(stdout.split('\n')[0] ?? '') as object));
      assert.ok(stdout !== '' || args.includes('--out'), 'nothing was printed');
    });

  function runOf(args: readonly string[], input: string | undefined): Promise<Run> {
    const asks = !ASKS_NOBODY.has(args[0] ?? '') && !args.includes('--features');
    // Time enough for a machine that runs other things as well.
    const patient = asks && args[0] !== 'simulate' && !args.includes('--timeout') ? ['--timeout', '120'] : [];
    const own = [
      ...(asks && !args.includes('--simulated') ? ['--endpoints', 'endpoints.json'] : []),
      ...patient,
    ];
    if (args[0] === 'simulate') return startAndStop(args);
    if (args[0] === 'collect') return startAndStop([...args, ...own, '--json']);
    return perpscope([...args, ...own], {
      cwd: folder,
      ...(input === undefined ? {} : { input: readFileSync(join(folder, input), 'utf8') }),
    });
  }

  /** A call that runs until it is stopped. */
  async function startAndStop(args: readonly string[]): Promise<Run> {
    const child = startPerpscope(args, { cwd: folder });
    const closed = new Promise<number | null>((resolve) => child.on('close', resolve));
    let stderr = '';
    child.stderr?.on('data', (text) => (stderr += String(text)));
    const said = new Promise<string>((resolve) =>
      child.stdout?.once('data', (text) => resolve(String(text))),
    );
    // One that ends by itself says why.
    const stdout = await Promise.race([said, closed.then(() => '')]);
    child.kill('SIGTERM');
    return { code: await closed, stdout, stderr };
  }
});

describe('the options that the help lists', () => {
  const listed = new Set([...HELP.matchAll(/--([a-z][a-z-]*)/g)].map(([, name]) => name ?? ''));
  const known = new Set([
    ...[COMMON, ...Object.values(COMMANDS)].flatMap(({ values, flags, lists = [] }) => [
      ...values,
      ...flags,
      ...lists,
    ]),
    'version',
  ]);

  it('are all there are, and all of them are taken', () => {
    assert.deepEqual([...listed].sort(), [...known].sort());
  });

  it('stand in the pages only where they exist', () => {
    const calls = PAGES.flatMap((page) => [...textOf(page).matchAll(/(?:cli\.js|perpscope) [a-z]+[^`\n]*/g)]);
    const named = calls.flatMap(([call]) =>
      [...call.matchAll(/ --([a-z][a-z-]*)/g)].map(([, name]) => name ?? ''),
    );
    assert.ok(named.length > 5);
    assert.deepEqual(
      named.filter((name) => !known.has(name)),
      [],
    );
  });

  it('name every scenario', () => {
    for (const name of SCENARIO_NAMES) assert.ok(HELP.includes(name), name);
  });
});

describe('the scripts that the pages name', () => {
  it('exist', () => {
    const { scripts } = JSON.parse(textOf('package.json')) as { scripts: Record<string, string> };
    const named = PAGES.flatMap((page) =>
      [...textOf(page).matchAll(/npm (?:run )?(start|test|(?<=run )[a-z:-]+)/g)].map(
        ([, name]) => name ?? '',
      ),
    );
    assert.ok(named.length > 10);
    assert.deepEqual(
      [...new Set(named)].filter((name) => scripts[name] === undefined),
      [],
    );
  });
});
