import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import type { DataSource } from '../../../../../src/core/ids.ts';
import type { Observation, OpenInterest } from '../../../../../src/core/observation.ts';
import { SideBook, type SideFinding } from '../../../../../src/market/sideBook.ts';
import { FillWindows } from '../../../../../src/sources/collect/streams/fillWindows.ts';
import { sideRows } from '../../../../../src/surfaces/reports/sideRows.ts';
import { instrument } from '../../../../support/streamExchange.ts';
import { seed } from '../../../analysis/metrics/seed.ts';
import { T0 } from './trades.ts';

const btc = instrument('BTC');
const table = new Map([[btc.key, btc]]);

const provenance = (atMs: number, endpoint: string) => ({
  exchange: 'fake',
  venueSymbol: btc.venueSymbol,
  baseAsset: 'BTC',
  instrument: btc.key,
  atMs: T0 + atMs,
  receivedAtMs: T0 + atMs,
  endpoint,
});
const trade = (atMs: number, sizeBase: number): Observation => ({
  ...provenance(atMs, 'WS trades'),
  ...{ kind: 'trade', takerSide: 'buy', priceQuote: 100, sizeBase, notionalUsd: 100 * sizeBase },
});
const open = (atMs: number, size: number, changes: Partial<OpenInterest> = {}): Observation => ({
  ...provenance(atMs, 'WS open-interest'),
  ...{ kind: 'open-interest', sides: 'unverified', openInterestBase: size, ...changes },
});

/** What is found when these come one by one; `undefined`: something was missed there. */
function windowsOf(rows: readonly (Observation | undefined)[], instruments = table) {
  const fills = new FillWindows();
  for (const row of rows) {
    if (row === undefined) fills.uncover();
    else fills.add([row], instruments);
  }
  return fills.drain().map(({ before, after, fill }) => [before, after, fill]);
}

/** mulberry32 */
function randomOf(start: number): () => number {
  let state = start;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

interface MarketOptions {
  /** What each contract counts. */
  readonly factor: 1 | 2;
  /** Open interest is counted so much before its time. */
  readonly lagMs?: number;
  /** It moves without regard to the trades. */
  readonly isApart?: boolean;
  readonly sides?: OpenInterest['sides'];
}

/** What health says after an hour of a thin market: a trade each 15 s or so, open interest each second. */
function found({ factor, lagMs = 0, isApart = false, sides = 'unverified' }: MarketOptions): SideFinding[] {
  const random = randomOf(seed);
  const trades: { atMs: number; size: number; change: number }[] = [];
  for (let atMs = 0; atMs < 3_600_000; atMs += Math.ceil(-15_000 * Math.log(1 - random()))) {
    const size = Math.ceil(random() * 500) / 1_000;
    trades.push({ atMs, size, change: (Math.floor(random() * 3) - 1) * size * factor });
  }
  const rows: { atMs: number; row: Observation }[] = trades.map(({ atMs, size }) => ({
    atMs,
    row: trade(atMs, size),
  }));
  for (let atMs = 500, walk = 10_000; atMs < 3_600_000; atMs += 1_000) {
    walk += random() < 0.1 ? Math.round((random() - 0.5) * 1_000) / 1_000 : 0;
    const traded = trades.reduce((sum, one) => (one.atMs <= atMs - lagMs ? sum + one.change : sum), 10_000);
    rows.push({ atMs, row: open(atMs, isApart ? walk : traded, { sides }) });
  }
  const fills = new FillWindows();
  const book = new SideBook();
  for (const { atMs, row } of rows.sort((a, b) => a.atMs - b.atMs)) {
    fills.add([row], table);
    book.recordFills('live', fills.drain(), T0 + atMs);
  }
  return book.of('fake');
}

describe('lone trades between two statements of open interest', () => {
  const calm = [trade(-60_000, 9), open(0, 100), open(5_000, 100), trade(5_000, 3)];

  it('are found where readings ten seconds apart lie around one trade, once a third one has come', () => {
    assert.deepEqual(windowsOf([...calm, open(10_000, 103)]), []);
    assert.deepEqual(windowsOf([...calm, open(10_000, 103), open(20_000, 103)]), [[100, 103, 3]]);
  });

  it('are not, where a second trade lies in or near the window, also one that comes late', () => {
    const rest = [open(10_000, 103), open(20_000, 103)];
    for (const atMs of [-1_000, 4_000, 8_000, 11_000])
      assert.deepEqual(
        windowsOf([...calm, open(10_000, 103), trade(atMs, 1), open(20_000, 103)]),
        [],
        `${atMs}`,
      );
    assert.equal(windowsOf([...calm, trade(12_500, 1), ...rest]).length, 1);
  });

  it('are not, near an edge, after something was missed, before trades are known to come, or over a minute', () => {
    const first = [trade(-60_000, 9), open(0, 100)];
    const rest = [open(10_000, 103), open(20_000, 103)];
    for (const atMs of [1_000, 9_000]) assert.deepEqual(windowsOf([...first, trade(atMs, 3), ...rest]), []);
    assert.deepEqual(windowsOf([...calm, undefined, ...rest]), []);
    assert.deepEqual(windowsOf([open(0, 100), trade(5_000, 3), ...rest, open(30_000, 103)]), []);
    assert.deepEqual(windowsOf([...calm, open(70_000, 103), open(80_000, 103)]), []);
  });

  it('are not, where a first frame repeats a past that may have holes', () => {
    const fills = new FillWindows();
    fills.add([trade(-60_000, 9), trade(5_000, 3)], table);
    for (const row of [open(0, 100), open(10_000, 103), open(20_000, 103)]) fills.add([row], table);
    assert.deepEqual(fills.drain(), []);
  });

  it('are not, where open interest has no time of its own or times run backwards', () => {
    const received = calm.map((row) =>
      row.kind === 'open-interest' ? { ...row, atBasis: 'received' as const } : row,
    );
    assert.deepEqual(windowsOf([...received, open(10_000, 103), open(20_000, 103)]), []);
    assert.deepEqual(windowsOf([...calm, open(-10_000, 103), open(-20_000, 103)]), []);
  });

  it('are counted in dollars where contracts are dollars, and not where those follow a price', () => {
    const inverse = new Map([[btc.key, { ...btc, contractSize: { amount: 1, unit: 'quote' as const } }]]);
    const usd = (usdBasis: 'venue' | 'mark-price') =>
      [trade(-60_000, 9), open(0, 1, { openInterestUsd: 5_000, usdBasis }), trade(5_000, 3),
        open(10_000, 1, { openInterestUsd: 5_300, usdBasis }), open(20_000, 1, { openInterestUsd: 5_300, usdBasis })]; // prettier-ignore
    assert.deepEqual(windowsOf(usd('venue'), inverse), [[5_000, 5_300, 300]]);
    assert.deepEqual(windowsOf(usd('mark-price'), inverse), []);
  });

  it('are bounded: in a busy market old trades make room, and what they covered is no more certain', () => {
    const busy = Array.from({ length: 1_000 }, (_, index) => trade(5_000 + index, 0));
    assert.deepEqual(windowsOf([...calm, ...busy, open(10_000, 103), open(20_000, 103)]), []);
  });
});

describe(`an hour of a thin market (seed ${seed})`, () => {
  const verdicts = (options: MarketOptions): unknown[] =>
    found(options).map(({ evidence }) => evidence.verdict);

  it('proves one side and both', () => {
    assert.deepEqual(verdicts({ factor: 1 }), ['one']);
    assert.deepEqual(verdicts({ factor: 2 }), ['both']);
    assert.match(
      found({ factor: 2 })[0]?.evidence.words ?? '',
      /^Open interest counts both sides: (\d+) of \1 changes/,
    );
  });

  it('is a warning in health where the adapter says otherwise, in either direction', () => {
    const [row] = sideRows(found({ factor: 2, sides: 'one' }));
    assert.match(row?.value ?? '', /twice its size\. Perpscope reads it as one side: sums .* factor of two/);
    assert.equal(row?.isTrouble, true);
    assert.equal(sideRows(found({ factor: 1, sides: 'both' }))[0]?.isTrouble, true);
    assert.equal(sideRows(found({ factor: 1, sides: 'one' }))[0]?.isTrouble, false);
  });

  it('decides nothing where clocks differ, or where open interest does not follow the trades', () => {
    for (const factor of [1, 2] as const)
      for (const lagMs of [7_000, 15_000, 60_000])
        for (const verdict of verdicts({ factor, lagMs })) assert.equal(verdict, 'undecided', `${lagMs} ms`);
    assert.deepEqual(verdicts({ factor: 1, isApart: true }), ['undecided']);
  });

  it('never mixes the simulated market with the live one', () => {
    const book = new SideBook();
    const window = { exchange: 'fake', endpoint: 'WS', sides: 'one' as const, before: 1, after: 2, fill: 1 };
    const record = (source: DataSource, count: number): void =>
      book.recordFills(source, Array<typeof window>(count).fill(window), T0);
    record('live', 9);
    record('simulated', 9);
    assert.deepEqual(book.of('fake'), []);
    record('simulated', 1);
    assert.equal(book.of('fake').length, 1);
  });
});
