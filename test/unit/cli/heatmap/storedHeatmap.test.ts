import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'mocha';
import { readArguments } from '../../../../src/cli/arguments.ts';
import { heatmapCommand } from '../../../../src/cli/heatmapCommand.ts';
import { instrumentKey } from '../../../../src/core/ids.ts';
import { silentLogger } from '../../../../src/core/logger.ts';
import type { MarginTiers, Observation } from '../../../../src/core/observation.ts';
import { DAY_MS, HOUR_MS } from '../../../../src/core/units.ts';
import { createEngine } from '../../../../src/engine.ts';
import type { LiquidationModel } from '../../../../src/market/chartData.ts';
import { openSqliteStore } from '../../../../src/store/sqliteStore.ts';
import { formatPrice, formatShare, formatUsd } from '../../../../src/surfaces/protocol/numberFormat.ts';
import { FakeClock } from '../../../support/fakeClock.ts';
import { endingAt, levelHistory } from '../../../support/levelHistory.ts';
import { until } from '../../../support/until.ts';
import { written } from '../../../support/written.ts';
import { knownMarket } from '../../analysis/calibration/markets.ts';

const NOW = Date.UTC(2026, 9, 20, 12, 23);
const LAST_FULL_HOUR = Date.UTC(2026, 9, 20, 11);
const OKX = { exchange: 'okx', venueSymbol: 'BTC-USDT-SWAP', part: 0.7 };
/** An inverse contract, whose levels lie elsewhere than those of a linear one. */
const DERIBIT = { exchange: 'deribit', venueSymbol: 'BTC-PERPETUAL', part: 0.3 };

const table: MarginTiers = {
  ...{ kind: 'margin-tiers', exchange: 'okx', venueSymbol: OKX.venueSymbol, baseAsset: 'BTC', unit: 'usd' },
  ...{ instrument: instrumentKey('okx', OKX.venueSymbol), atMs: NOW - HOUR_MS, receivedAtMs: NOW - HOUR_MS },
  ...{ endpoint: 'GET /tiers', tiers: [{ from: 0, maintenanceMarginRate: 0.01, maxLeverage: 50 }] },
};

interface Stated {
  readonly schema: string;
  readonly source: string;
  readonly asOfMs: number;
  readonly ageMs: number;
  readonly exchanges: readonly string[];
  readonly shown: string;
  readonly quoteAsset: string | null;
  readonly priceQuote: number;
  readonly openInterestBase: number;
  readonly placedShare: { readonly long: number; readonly short: number };
  readonly levels: readonly Record<string, number | string>[];
  readonly score: string;
  readonly verdict: string;
  readonly realised: { readonly longUsd: number; readonly isLowerBound: boolean } | null;
  readonly assumptions: readonly string[];
}

describe('perpscope heatmap of a history', function () {
  this.timeout(120_000);
  let folder: string;
  let [live, simulated] = ['', ''];
  const bars = endingAt(knownMarket(11, 1_200, 1, 1).bars, LAST_FULL_HOUR);

  async function fileOf(
    name: string,
    source: 'live' | 'simulated',
    rows: readonly Observation[],
  ): Promise<string> {
    const file = join(folder, name);
    const store = await openSqliteStore(file, { source });
    await store.append(rows);
    await store.close();
    return file;
  }
  before(async () => {
    folder = mkdtempSync(join(tmpdir(), 'perpscope-stored-heatmap-'));
    const rows = [table, ...levelHistory(OKX, bars), ...levelHistory(DERIBIT, bars)];
    live = await fileOf('history.sqlite', 'live', rows);
    simulated = await fileOf('history.simulated.sqlite', 'simulated', rows);
  });
  after(() => rmSync(folder, { recursive: true, force: true }));

  const run = (...argv: string[]) =>
    written((io) => heatmapCommand(readArguments(['heatmap', ...argv]), io), NOW);
  async function stated(...argv: string[]): Promise<Stated> {
    const { code, text, notes } = await run('--asset', 'BTC', '--store', live, '--json', ...argv);
    assert.equal(code, 0, notes.join('\n'));
    return JSON.parse(text) as Stated;
  }
  /** What a panel draws of the same file, once it has read the days before those in memory. */
  async function drawn(levelsOf?: string): Promise<LiquidationModel> {
    const clock = new FakeClock(NOW);
    const engine = await createEngine({ logger: silentLogger, clock, storePath: live, environment: {} });
    try {
      const wish = { asset: 'BTC', charts: ['liquidation'] as const, hours: 168 };
      const draw = async (): Promise<LiquidationModel> => {
        const { charts } = await engine.charts({ ...wish, ...(levelsOf === undefined ? {} : { levelsOf }) });
        assert.ok(charts.liquidation !== undefined && 'data' in charts.liquidation);
        return charts.liquidation.data;
      };
      await draw();
      await clock.advance(6_000);
      return await until('older days', draw, ({ filledFromMs }) => filledFromMs < NOW - 31 * DAY_MS);
    } finally {
      await engine.dispose();
    }
  } // prettier-ignore

  for (const levelsOf of [undefined, 'okx', 'deribit'])
    it(`states the numbers that a panel draws of the same file: ${levelsOf ?? 'all exchanges'}`, async () => {
      const model = await drawn(levelsOf);
      const own = await stated(...(levelsOf === undefined ? [] : ['--exchange', levelsOf]));
      const close = (one: number | string | undefined, other: number, what: string): void =>
        assert.ok(Math.abs(Number(one) / other - 1) < 1e-5, `${what}: ${one} and ${other}`);
      assert.equal(model.shown, levelsOf ?? 'aggregate');
      assert.deepEqual([own.shown, own.exchanges], [model.shown, model.exchanges]);
      assert.deepEqual([own.priceQuote, own.asOfMs], [model.priceQuote, model.price.atMs.at(-1)]);
      assert.deepEqual([own.verdict, own.score], [model.score.verdict, model.score.words]);
      assert.deepEqual(own.assumptions, model.assumptions);
      assert.match(own.assumptions.join('\n'), /Filled by the hour from 2026-0[89]-\d\d /, 'older hours too');
      close(own.openInterestBase, model.openInterestBase, 'open interest');
      close(own.placedShare.long, model.placed.long ?? NaN, 'placed longs');
      close(own.placedShare.short, model.placed.short ?? NaN, 'placed shorts');
      assert.equal(own.levels.length, model.largest.length);
      assert.ok(own.levels.length > 2);
      for (const [at, level] of model.largest.entries()) {
        assert.equal(own.levels[at]?.['side'], level.side);
        assert.equal(own.levels[at]?.['nearFraction'], level.nearFraction);
        for (const name of ['lowQuote', 'notionalQuote', 'leastQuote', 'mostQuote'] as const)
          close(own.levels[at]?.[name], level[name], name);
      }
    });

  it('says so in words, with units, source and age', async () => {
    const model = await drawn();
    const { code, text } = await run('--asset', 'BTC', '--store', live);
    assert.equal(code, 0);
    assert.match(text, /^Modelled liquidation levels of BTC, not measured, at 2026-10-20 12:00 UTC\n/);
    assert.match(text, /\nOf OKX and Deribit, added up, as the history keeps them from 2026-08-31 12:00 UTC on\n/);
    assert.ok(text.includes(`Price ${formatPrice(model.priceQuote)} (USD), last price of Deribit, 23 min old`), text);
    assert.ok(text.includes(`longs ${formatShare(model.placed.long)}, shorts ${formatShare(model.placed.short)}`), text);
    const [largest] = model.largest;
    assert.ok(largest !== undefined && text.includes(`${formatUsd(largest.notionalQuote)}  (${formatUsd(largest.leastQuote)} to `), text);
    assert.ok(text.includes(`\n${model.score.words}\n`), text);
    assert.match(text, /\nLiquidated over the last 168 h, measured on OKX and Deribit: longs \$[\d.]+[MB], shorts \$[\d.]+[MB], at least/);
    assert.match(text, /\nNo margin table is kept of Deribit: an assumed one stands for it\.\n/);
    assert.match(text, /linear contracts, inverse ones of Deribit/);
    assert.doesNotMatch(text, /SIMULATED/);
  }); // prettier-ignore

  it('never shows a simulated history as a live one', async () => {
    const { text } = await run('--asset', 'BTC', '--store', simulated);
    assert.match(text, /^Modelled liquidation levels of BTC, not measured, at 2026-10-20 12:00 UTC {2}SIMULATED\n/);
    const json = await run('--asset', 'BTC', '--store', simulated, '--json');
    assert.equal((JSON.parse(json.text) as Stated).source, 'simulated');
  }); // prettier-ignore

  it('counts over the range that is asked for what was liquidated, and moves no level by it', async () => {
    const [week, month] = [await stated(), await stated('--range', '30d')];
    assert.ok((month.realised?.longUsd ?? 0) > (week.realised?.longUsd ?? Infinity));
    assert.deepEqual(month.levels, week.levels);
  });

  it('fails where the history is too short, and says what brings it', async () => {
    const short = await fileOf('short.sqlite', 'live', levelHistory(OKX, bars.slice(-30)));
    const { code, text, notes } = await run('--asset', 'BTC', '--store', short, '--json');
    assert.deepEqual([code, text], [1, '']);
    assert.match(notes.join('\n'), /84 h of open interest .*perpscope backfill --asset BTC --since 30d --store /);
    const other = await run('--asset', 'BTC', '--store', live, '--exchange', 'gate');
    assert.equal(other.code, 1);
    assert.match(other.notes.join('\n'), /Of Gate there is none; there is enough of OKX and Deribit\..*--exchanges gate/);
  }); // prettier-ignore

  it('refuses what it would pass over', async () => {
    const refused = async (message: RegExp, ...argv: string[]): Promise<void> => {
      await assert.rejects(async () => run(...argv), { code: 'usage', message });
    };
    await refused(/add --csv FILE, or --asset BTC --store FILE/, '--asset', 'BTC');
    await refused(/one asset at a time/, '--asset', 'BTC,ETH', '--store', live);
    await refused(/one exchange/, '--asset', 'BTC', '--exchange', 'okx,gate', '--store', live);
    await refused(/--range takes 24h to 30d/, '--asset', 'BTC', '--range', '31d', '--store', live);
    await refused(/--calibrate is of a series file/, '--asset', 'BTC', '--calibrate', '--store', live);
    await refused(/leave out --store/, '--csv', 'x.csv', '--store', live);
  });
});
