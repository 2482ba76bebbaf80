import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'mocha';
import { DAY_MS, HOUR_MS } from '../../src/core/units.ts';
import { storePathFor } from '../../src/store/storePath.ts';
import { AskedPages, startBackfillRig, type BackfillRig } from '../support/killedBackfill.ts';
import { compareHistories } from '../support/compareHistories.ts';

const KILLS = 5;
const FILE_KILLS = 3;
const SEED = Number(process.env['PERPSCOPE_SEED'] ?? Math.floor(Math.random() * 1e9));

describe(`a back-fill of nine exchanges (seed ${SEED})`, function () {
  this.timeout(300_000);
  const folder = mkdtempSync(join(tmpdir(), 'perpscope-backfill-'));
  // A whole hour, so that every run is about the same time.
  const untilMs = Math.floor(Date.now() / HOUR_MS) * HOUR_MS;
  const asked = ['--asset', 'BTC', '--since', String(untilMs - 9 * DAY_MS), '--until', String(untilMs)];
  const storeOf = (name: string): string[] => ['--store', join(folder, `${name}.sqlite`)];
  const fileOf = (name: string): string => storePathFor(join(folder, `${name}.sqlite`), 'simulated');
  let rig: BackfillRig;
  let planned = 0;
  before(async () => {
    rig = await startBackfillRig(folder, SEED % 2 ** 31);
  });
  after(async () => {
    await rig.close();
    rmSync(folder, { recursive: true, force: true });
  });

  it('asks as often as its plan says, and has everything that it planned', async () => {
    const dry = await rig.run([...asked, '--dry-run']);
    assert.equal(dry.code, 0, dry.said);
    const lists = rig.takeRequests().length;
    const { estimate, sources } = dry.lines[0] as {
      estimate: { requests: number };
      sources: { requests: number }[];
    };
    planned = estimate.requests;
    assert.equal(
      sources.reduce((sum, { requests }) => sum + requests, 0),
      planned,
    );
    const whole = await rig.run([...asked, ...storeOf('whole')]);
    assert.equal(whole.code, 0, whole.said);
    assert.equal(rig.takeRequests().length - lists, planned);
    const result = whole.lines.at(-1) as {
      type: string;
      isComplete: boolean;
      sources: { id: string; rows: number; failed: number }[];
    };
    assert.deepEqual([result.type, result.isComplete], ['result', true]);
    assert.deepEqual(
      result.sources.filter(({ rows, failed }) => rows === 0 || failed > 0),
      [],
    );
  });

  it('brings coin-margined perpetuals from their files, and what of them was issued anew since', async () => {
    const own = [...['--asset', 'BTC', '--exchanges', 'binance', '--coin-margined', '--metrics'], 'open-interest,funding,taker,price']; // prettier-ignore
    const about = [...own, '--since', String(untilMs - 75 * DAY_MS), ...storeOf('coin')];
    const dry = await rig.run([...about, '--dry-run']);
    const lists = rig.takeRequests().length;
    const whole = await rig.run(about);
    const result = whole.lines.at(-1) as { sources: { id: string; venueSymbol: string; rows: number }[] };
    assert.equal(whole.code, 0, whole.said);
    const { requests } = (dry.lines[0] as { estimate: { requests: number } }).estimate;
    assert.equal(rig.takeRequests().length - lists, requests);
    const coin = result.sources.filter(({ venueSymbol }) => venueSymbol === 'BTCUSD_PERP');
    assert.deepEqual(
      coin.map(({ id, rows }) => [id, rows > 0]),
      ['metrics', 'fundingRate', 'klines'].map((name) => [`binance/cm-${name}-files`, true]),
    );
    const day = new Date(untilMs - 5 * DAY_MS).toISOString().slice(0, 10);
    const name = `BTCUSD_PERP-metrics-${day}.zip`;
    rig.reissue(`/data/futures/cm/daily/metrics/BTCUSD_PERP/${name}`);
    const again = await rig.run([...about, '--check-files', 'all']);
    const checked = again.lines.at(-1) as { sources: { issuedAnew: string[]; revised: number }[] };
    assert.equal(again.code, 0, again.said);
    assert.deepEqual(
      checked.sources.flatMap(({ issuedAnew }) => issuedAnew),
      [name],
    );
    assert.ok(checked.sources.some(({ issuedAnew, revised }) => issuedAnew.length > 0 && revised > 0));
  });

  it(`killed ${KILLS} times, goes on without asking for more than one page of a source again, and ends with the same`, async () => {
    const pages = new AskedPages();
    for (let kill = 0; kill <= KILLS; kill += 1) {
      // Past the lists, somewhere in what is left: kills come in the middle of writes too.
      const killAfter =
        kill === KILLS ? undefined : 40 + Math.floor(planned / (KILLS + 2)) + ((SEED + kill * 7) % 9);
      const { code, said } = await rig.run([...asked, ...storeOf('killed')], killAfter);
      assert.equal(code, killAfter === undefined ? 0 : null, said);
      for (const repeated of pages.again(rig.takeRequests()))
        assert.ok(repeated.length <= 1, repeated.join('\n'));
    }
    const found = await compareHistories([fileOf('whole'), fileOf('killed')], 'simulated');
    assert.ok(found.rows > 10_000, `${found.rows} rows`);
    assert.deepEqual([found.different, found.hasSameGaps], [[], true]);
    // What keeps its newest rows alone may have forgotten one meanwhile.
    assert.ok(
      found.latestMs <= HOUR_MS,
      `${found.laterSeries} series begin up to ${found.latestMs} ms later`,
    );
  });

  it(`killed ${FILE_KILLS} times among files that are written together, asks again for one of them at most`, async () => {
    const files = ['--asset', 'BTC', '--exchanges', 'binance', '--metrics', 'open-interest,long-short'];
    const range = ['--since', String(untilMs - 130 * DAY_MS), '--until', String(untilMs - 40 * DAY_MS)];
    const pages = new AskedPages();
    rig.takeRequests();
    const asked: string[] = [];
    for (let kill = 0; kill <= FILE_KILLS; kill += 1) {
      // A file and its checksum are two; the list comes before them.
      const killAfter = kill === FILE_KILLS ? undefined : 40 + ((SEED + kill * 7) % 9);
      const { code, said } = await rig.run([...files, ...range, ...storeOf('files')], killAfter);
      assert.equal(code, killAfter === undefined ? 0 : null, said);
      const requests = rig.takeRequests();
      asked.push(...requests.filter((one) => one.endsWith('.zip')));
      for (const repeated of pages.again(requests))
        assert.ok(repeated.length <= 1, `kill ${kill}: ${repeated.join('\n')}`);
    }
    const { size } = new Set(asked);
    assert.ok(size >= 90 && asked.length <= size + FILE_KILLS, `${asked.length} times ${size} files`);
    assert.equal(existsSync(join(folder, 'files.simulated.backfill')), false);
  });
});
