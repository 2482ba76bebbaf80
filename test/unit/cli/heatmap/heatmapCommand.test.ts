import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'mocha';
import type { ScoredBar } from '../../../../src/analysis/calibration/windows.ts';
import { readArguments } from '../../../../src/cli/arguments.ts';
import { heatmapCommand } from '../../../../src/cli/heatmapCommand.ts';
import { HOUR_MS } from '../../../../src/core/units.ts';
import { written } from '../../../support/written.ts';
import { knownMarket, structurelessMarket, T0 } from '../../analysis/calibration/markets.ts';

const SERIES = join(import.meta.dirname, '../../../../../shared/series');
const seed = Number(process.env['PERPSCOPE_SEED'] ?? Date.now() % 2 ** 31);
const HEAD = 'time_ms,open,high,low,close,volume,oi_close,long_liq,short_liq';
let folder = '';

before(() => {
  folder = mkdtempSync(join(tmpdir(), 'perpscope-heatmap-'));
});
after(() => rmSync(folder, { recursive: true, force: true }));

function fileOf(name: string, text: string): string {
  const file = join(folder, name);
  writeFileSync(file, text);
  return file;
}

function seriesOf(name: string, bars: readonly ScoredBar[], head = HEAD): string {
  const rows = bars.map((bar) => {
    const coins = [bar.longLiquidatedQuote, bar.shortLiquidatedQuote].map((one) => one / bar.closeQuote);
    const prices = [bar.openQuote, bar.highQuote, bar.lowQuote, bar.closeQuote];
    const all = [bar.atMs, ...prices, bar.volumeBase, bar.openInterestBase, ...coins];
    return all.slice(0, head.split(',').length).join(',');
  });
  return fileOf(name, [head, ...rows].join('\n'));
}

async function run(...argv: string[]): Promise<string> {
  const { code, text } = await written((io) => heatmapCommand(readArguments(['heatmap', ...argv]), io), T0);
  assert.equal(code, 0);
  return text;
}

interface SideJson {
  readonly partialRankCorrelation: number | null;
  readonly distanceAlone: number | null;
  readonly placebo: number | null;
  readonly hitLift: number | null;
  readonly sizeLift: number | null;
}
interface CalibrationJson {
  readonly schema: string;
  readonly hours: number;
  readonly long: SideJson;
  readonly short: SideJson;
  readonly mean: SideJson;
  readonly verdict: string;
  readonly weightsFittedOn: { fromMs: number; toMs: number; hours: number };
  readonly scoredOn: { fromMs: number; toMs: number; hours: number };
  readonly weights: { leverage: number; weight: number }[];
  readonly byLeverage: { leverage: number; mean: SideJson }[];
  readonly byHorizon: { windowHours: number; windows: number; mean: SideJson | null }[];
}
const calibrated = async (file: string, ...more: string[]): Promise<CalibrationJson> =>
  JSON.parse(await run('--csv', file, '--calibrate', '--json', ...more)) as CalibrationJson;

describe(`perpscope heatmap (PERPSCOPE_SEED=${seed})`, function () {
  this.timeout(120_000);

  it('states both sides, what the weights rest on and what they are scored on, apart in time', async () => {
    const found = await calibrated(seriesOf('known.csv', knownMarket(seed, 700, 1, 1).bars));
    assert.equal(found.schema, 'perpscope.heatmap-calibration/1');
    assert.equal(found.verdict, 'above-placebo');
    for (const side of [found.long, found.short])
      for (const value of Object.values(side)) assert.equal(typeof value, 'number');
    const { weightsFittedOn, scoredOn } = found;
    assert.ok(weightsFittedOn.toMs <= scoredOn.fromMs, 'no hour is in both');
    assert.ok(weightsFittedOn.fromMs >= T0 + 168 * HOUR_MS, 'the first week only fills the levels');
    assert.deepEqual([found.hours, scoredOn.toMs], [scoredOn.hours, T0 + 700 * HOUR_MS]);
    assert.ok(Math.abs(found.weights.reduce((sum, { weight }) => sum + weight, 0) - 1) < 1e-9);
    assert.deepEqual(
      found.byLeverage.map(({ leverage }) => leverage),
      [5, 10, 25, 50, 100],
    );
    // 266 hours hold 66 times 4 hours, and too few times 12.
    assert.deepEqual(
      found.byHorizon.map(({ windowHours, mean }) => [windowHours, mean !== null]),
      [
        [4, true],
        [12, false],
      ],
    );
  });

  it('says on its face that a market without structure is not foretold', async () => {
    const file = seriesOf('none.csv', structurelessMarket(1, 900));
    const { verdict, mean } = await calibrated(file);
    assert.equal(verdict, 'not-above-placebo', JSON.stringify(mean));
    for (const args of [[], ['--calibrate']])
      assert.match(
        await run('--csv', file, ...args),
        /^On this history these levels foretold nothing that chance would not: lift \d/m,
      );
  });

  it('names the largest levels with side, distance and price, and what of open interest is placed', async () => {
    const file = seriesOf('levels.csv', knownMarket(seed, 200, 1, 1).bars);
    const text = await run('--csv', file);
    assert.match(text, /^Modelled liquidation levels, not measured, at 2025-01-09 08:00 UTC$/m);
    assert.match(text, /placed of it: longs \d+(\.\d+)? %, shorts \d+(\.\d+)? %/);
    assert.match(text, /^ {2}longs +−\d+\.\d\d to −\d+\.\d\d % +\$[\d,.]+ to \$[\d,.]+ +\$[\d.]+[KMB]?/m);
    assert.match(text, /^ {2}shorts +\+\d+\.\d\d to/m);
    assert.match(
      text,
      /^Not scored: \d+ h with liquidations after those that fill the levels, 200 are needed\.$/m,
    );
    const json = JSON.parse(await run('--csv', file, '--json')) as {
      schema: string;
      verdict: string;
      levels: {
        side: string;
        lowQuote: number;
        highQuote: number;
        leastQuote: number;
        notionalQuote: number;
      }[];
      priceQuote: number;
    };
    assert.deepEqual(
      [json.schema, json.verdict, json.levels.length],
      ['perpscope.heatmap/1', 'not-scored', 10],
    );
    for (const { side, lowQuote, highQuote, leastQuote, notionalQuote } of json.levels) {
      assert.ok(side === 'long' ? highQuote <= json.priceQuote : lowQuote >= json.priceQuote * 0.999_999);
      assert.ok(leastQuote <= notionalQuote * 1.000_01);
    }
  });

  it('reads the margin table of an exchange: what it does not allow has no band', async () => {
    const tiers = [{ from: 0, maintenanceMarginRate: 0.0125, maxLeverage: 40 }];
    const table = {
      kind: 'margin-tiers',
      exchange: 'hyperliquid',
      venueSymbol: 'BTC',
      unit: 'usd',
      atMs: T0,
      tiers,
    };
    const one = JSON.stringify({ observations: [{ kind: 'open-interest' }, table], issues: [] });
    const bars = seriesOf('tiers.csv', knownMarket(seed, 700, 1, 1).bars);
    const found = await calibrated(bars, '--tiers', fileOf('one.jsonl', `${one}\n`));
    assert.deepEqual(
      found.weights.map(({ leverage }) => leverage),
      [5, 10, 25],
    );
    const text = await run('--csv', bars, '--tiers', join(folder, 'one.jsonl'));
    assert.match(text, /Maintenance margin: hyperliquid BTC, 2025-01-01 00:00 UTC\./);
    assert.match(text, /Left out: 50x, 100x, which the margin table does not allow/);
    for (const [name, content, expected] of [
      ['none.jsonl', '{"observations":[]}', /one margin table expected.*there is none/],
      ['two.jsonl', `${one}\n${one}`, /there are 2/],
      ['bad.jsonl', 'x', /line 1: JSON expected/],
      ['unit.jsonl', one.replace('"usd"', '"contracts"'), /contracts of an unknown size/],
    ] as const)
      await assert.rejects(run('--csv', bars, '--tiers', fileOf(name, content)), expected);
  });

  it('says what it needs', async () => {
    const bars = structurelessMarket(seed, 40);
    const short = seriesOf('short.csv', bars);
    await assert.rejects(
      run('--csv', short, '--calibrate'),
      /needs 200 whole hours after the first week, there are \d+/,
    );
    const without = seriesOf('without.csv', bars, HEAD.replace(',long_liq,short_liq', ''));
    await assert.rejects(run('--csv', without, '--calibrate'), /needs the columns long_liq and short_liq/);
    assert.match(await run('--csv', without), /^Not scored: the history has no liquidations/m);
    await assert.rejects(run(), /add --csv FILE/);
    await assert.rejects(run('--csv', join(folder, 'gone.csv')), /cannot be read/);
    assert.throws(() => readArguments(['heatmap', '--csv', 'x', '--store', 'y']), /leave out --store/);
  });

  it('refuses a file that cannot be bars, by line', async () => {
    const row = (hour: number, rest = '100,101,99,100,5,1000,,'): string => `${T0 + hour * HOUR_MS},${rest}`;
    const refused = async (rows: string[], expected: RegExp): Promise<void> => {
      await assert.rejects(run('--csv', fileOf('bad.csv', [HEAD, ...rows].join('\n'))), expected);
    };
    await refused([row(0)], /at least two bars/);
    await refused([row(1), row(0)], /line 3: bars ascend/);
    await refused(
      [row(0), row(1, '100,101,100.5,100,5,1000,,')],
      /line 3: open and close lie from low to high/,
    );
    await refused([row(0), row(1, '100,101,99,-1,5,1000,,')], /line 3: close is a price above 0/);
    await refused([row(0), row(1, '100,101,99,100,5,x,,')], /line 3: oi_close is coins, at least 0/);
    await refused([row(0), `${T0 + 1},100,101,99,100,5,1000,,`], /shortest step between two is 1 ms/);
    await refused([row(0, ',,,,5,1000,,'), row(1, ',,,,5,1000,,')], /no bar has all four prices/);
    const holes = fileOf(
      'holes.csv',
      [HEAD, row(0), row(1, ',,,,5,1000,,'), row(2, '100,101,99,100,5,,,')].join('\n'),
    );
    const said = await run('--csv', holes);
    assert.match(said, /Left out: 1 of 3 bars without prices/);
    assert.match(said, /Open interest is missing in 1 of 2 bars/);
  });
});

describe('the calibration of real series', function () {
  this.timeout(120_000);

  for (const coin of ['btc', 'sol'])
    it(`of ${coin} is out of sample and far above the placebo`, async function () {
      const file = join(SERIES, `binance-${coin}usdt-1h.csv`);
      if (!existsSync(file)) return void this.skip();
      const { mean, verdict } = await calibrated(file);
      assert.equal(verdict, 'above-placebo');
      assert.ok((mean.hitLift ?? 0) >= 1.4, JSON.stringify(mean));
      assert.ok((mean.partialRankCorrelation ?? 0) >= 0.28, JSON.stringify(mean));
      assert.ok(Math.abs(mean.placebo ?? 1) <= 0.06, JSON.stringify(mean));
    });
});
