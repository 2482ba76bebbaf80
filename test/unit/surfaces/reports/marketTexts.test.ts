import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import type { Evidence } from '../../../../src/analysis/regime/assessment.ts';
import { DAY_MS, HOUR_MS } from '../../../../src/core/units.ts';
import { aggregateAsset } from '../../../../src/market/aggregate.ts';
import type { AssetSnapshot, ExchangeSnapshot } from '../../../../src/market/snapshot.ts';
import { regimeText } from '../../../../src/surfaces/reports/regimeText.ts';
import { snapshotText } from '../../../../src/surfaces/reports/snapshotText.ts';
import { EVIDENCE, NOW, regimeWith } from '../editor/states.ts';
import { exchangeWith, observe } from '../../market/builders.ts';

/** The texts of a terminal, line by line, over two exchanges with numbers (one of them stale) and two almost without. */

const numbers = (id: string) => [
  observe(id, 'open-interest', { openInterestBase: 10 }),
  observe(id, 'mark-price', { markPriceQuote: 100 }),
  observe(id, 'funding-rate', { fundingRatePerInterval: 0.0001 }),
  observe(id, 'volume', { volumeUsd: 5_000 }),
  observe(id, 'long-short-ratio', { longShortRatio: 1.2, atMs: NOW - HOUR_MS }),
];
const EXCHANGES = [
  exchangeWith('okx', numbers('okx')),
  exchangeWith('bybit', numbers('bybit'), { status: 'stale', reason: 'old' }),
  exchangeWith('gate', [observe('gate', 'volume', { volumeUsd: 1 })]),
  exchangeWith('htx', [], { status: 'failed' }),
];
const snapshotWith = (exchanges: readonly ExchangeSnapshot[]): AssetSnapshot => ({
  asset: 'BTC',
  exchanges,
  aggregate: aggregateAsset('BTC', exchanges, NOW),
});
const evidence = (metric: string, bearing: Evidence['bearing'] = 'for'): Evidence => ({
  ...EVIDENCE,
  metric,
  bearing,
});

describe('the assessment in a terminal, line by line', () => {
  const { ageMs: _age, ...undated } = evidence('h');
  const full = regimeWith({
    evidence: [
      undated,
      evidence('a'),
      evidence('b'),
      evidence('b'),
      evidence('b', 'against'),
      evidence('c', 'expected'),
      evidence('d', 'beside'),
      evidence('e', 'beside'),
      evidence('f', 'beside'),
    ],
    missing: ['m1', 'm2', 'm3', 'm4', 'm5', 'coverage', 'm6'].map((metric) => ({ metric, reason: `why ${metric}` })),
    statements: ['s1', 's2', 's3', 's4', 's5', 's6'],
    remarks: ['r1', 'r2', 'r3', 'r4'],
    hasCascadeRisk: true,
    candidate: 'deleveraging',
  }); // prettier-ignore
  const EVIDENCE_LINES = [
    'Reasons',
    '  for      h: −1.48 sd (−1.5 usual days, at most −1.00 sd)',
    '  for      a: −1.48 sd (−1.5 usual days, at most −1.00 sd, 32 s old)',
    '  for      b: −1.48 sd (−1.5 usual days, at most −1.00 sd, 32 s old)',
    '  against  b: −1.48 sd (−1.5 usual days, at most −1.00 sd, 32 s old)',
    '  not met  c: −1.48 sd (−1.5 usual days, at most −1.00 sd, 32 s old)',
    '  beside   d: −1.48 sd (−1.5 usual days, 32 s old)',
    '  and 2 more in the report',
    'Missing: m1, m2, m3, m4, m5 and 2 more (why coverage)',
  ];
  const HEAD = [
    'BTC: spot-led rally, confidence 79 %, seen in 3 % of shuffled hours; rests on 2 of 5 exchanges',
    '2026-10-20 12:29 UTC, live, 4 of 5 exchanges fresh, rules 1',
  ];
  const RISK = 'Cascade risk: longs and leverage are crowded (estimate).';
  const END = 'For research only. Not investment advice.';

  it('has the strongest evidence once, three statements and one remark beside the market', () => {
    assert.deepEqual(regimeText(full, snapshotWith(EXCHANGES), 'live', NOW).split('\n'), [
      ...HEAD,
      's1',
      's2',
      's3',
      RISK,
      ...EVIDENCE_LINES,
      'Aggregate (2 of 4 exchanges): open interest 10.0 BTC, $1.00K, funding +10.9 % a year, volume 24 h $5.00K',
      '  OKX            OI 10.0 BTC 100 %, funding +0.0100 % per 8 h, L/S 1.20, oldest number 1 h',
      '  BYBIT          OI 10.0 BTC, funding +0.0100 % per 8 h, L/S 1.20, oldest number 1 h, stale: old',
      '  GATE           OI not reported, funding not reported, L/S not reported, oldest number 10 s',
      '  HTX            failed',
      'USDT and USDC count as one US dollar; one perpetual per exchange only.',
      'Note: r1',
      END,
    ]);
  });

  it('has room for more words where no market stands beside it', () => {
    const alone = regimeText(full, undefined, 'live', NOW).split('\n');
    const words = ['s1', 's2', 's3', 's4', 's5', RISK];
    assert.deepEqual(alone, [...HEAD, ...words, ...EVIDENCE_LINES, 'Note: r1', 'Note: r2', 'Note: r3', END]);
  });

  it('says that there is nothing where there is nothing, and never live of a simulated market', () => {
    const empty = regimeWith({ evidence: [], missing: [], asOfMs: NOW });
    const lines = [
      'price rises while open interest falls',
      'Reasons: none; no input that a rule looks at is there.',
      'Aggregate (0 of 0 exchanges): none',
      'USDT and USDC count as one US dollar; one perpetual per exchange only.',
      END,
    ];
    assert.deepEqual(regimeText(empty, snapshotWith([]), 'simulated', NOW).split('\n'), [
      'SIMULATED BTC: spot-led rally, confidence 79 %, seen in 3 % of shuffled hours; rests on 0 of 5 exchanges',
      '2026-10-20 12:30 UTC, SIMULATED market, 4 of 5 exchanges fresh, rules 1',
      ...lines,
    ]);
    const bySource = regimeText({ ...empty, source: 'simulated' }, undefined, 'live', NOW).split('\n');
    assert.match(bySource[1] ?? '', /, SIMULATED market, /);
  });

  it('has no lines that count more where everything is shown', () => {
    const six = regimeWith({
      evidence: ['a', 'b', 'c', 'd', 'e', 'f'].map((metric) => evidence(metric)),
      missing: ['m1', 'm2', 'm3', 'm4', 'm5'].map((metric) => ({ metric, reason: 'why' })),
    });
    const lines = regimeText(six, undefined, 'live', NOW).split('\n');
    assert.ok(!lines.some((line) => line.includes(' more')), lines.join('\n'));
    assert.ok(lines.includes('Missing: m1, m2, m3, m4, m5'));
    const seven = { ...six, evidence: [...six.evidence, evidence('g')] };
    assert.ok(regimeText(seven, undefined, 'live', NOW).includes('\n  and 1 more in the report\n'));
    assert.ok(!lines.some((line) => line.includes('Cascade')));
  });

  it('has totals of an open interest that is known in coins or in USD alone', () => {
    const only = (fields: object) => {
      const text = regimeText(full, snapshotWith([exchangeWith('okx', [observe('okx', 'open-interest', fields)])]), 'live', NOW);
      return text.split('\n').find((line) => line.startsWith('Aggregate'));
    };
    const rest = 'funding not reported a year, volume 24 h not reported';
    assert.equal(only({ openInterestBase: 10 }), `Aggregate (1 of 1 exchange): open interest 10.0 BTC, not reported, ${rest}`);
    assert.equal(only({ openInterestUsd: 700, usdBasis: 'venue' }), `Aggregate (1 of 1 exchange): open interest not reported, $700, ${rest}`);
  }); // prettier-ignore

  it('names the machine whose clock is wrong, and an asset that no exchange lists', () => {
    const unlisted = { ...snapshotWith([]), unlisted: { lists: 2, of: 2, nearest: ['BTC'] } };
    const clock = { behindMs: 600_000, exchanges: 9 };
    const lines = regimeText(regimeWith(), unlisted, 'live', NOW, [], clock).split('\n');
    assert.match(lines[2] ?? '', /^This machine's clock is 10 min slow/);
    assert.equal(lines[3], 'No exchange lists BTC as a perpetual. Did you mean BTC?');
  });
});

describe('a snapshot in a terminal, line by line', () => {
  const textOf = (asset: AssetSnapshot): string[] =>
    snapshotText({ schema: 'perpscope.snapshot/1', asOfMs: NOW, source: 'live', assets: [asset] }).split(
      '\n',
    );
  const ROWS = [
    '    Mark price              $100.00 (10 s old)',
    '    Open interest           10.0 BTC (10 s old)',
    '    Open interest in USD    $1.00K (10 s old)',
    '    Funding per 8 h         +0.0100 % (10 s old)',
    '    Funding annualised      +10.9 % (10 s old)',
    '    Volume 24 h             $5.00K (10 s old)',
    '    Long/short accounts 1 h 1.20 (1 h old)',
  ];

  it('says first that no exchange could be reached, where that is so', () => {
    const failure = { code: 'network', what: 'cannot be reached' } as const;
    const gone = EXCHANGES.map((one) => ({ ...one, status: 'failed' as const, failure }));
    assert.match(textOf(snapshotWith(gone))[0] ?? '', /^No exchange could be reached from this machine/);
  });

  it('has the sums, what they rest on, and each exchange with its state and its numbers', () => {
    assert.deepEqual(textOf(snapshotWith(EXCHANGES)), [
      'Snapshot of 2026-10-20 12:30 UTC',
      '',
      'BTC, 2 of 4 exchanges fresh',
      '  Open interest                     10.0 BTC',
      '  Open interest in USD              $1.00K',
      '  Funding annualised, OI-weighted   +10.9 %',
      '  Volume 24 h                       $5.00K',
      '  Mark price                        $100.00',
      '  Largest share                     OKX 100 %',
      '  Sums cover one perpetual per exchange on BTC; USDT and USDC count as one US dollar.',
      '  Not in the open interest in coins, for want of a current number: GATE.',
      '  The long/short ratio is of 1 of 2 fresh exchanges.',
      '  GATE is not in the weighted funding: funding is not reported.',
      '  BYBIT is left out: stale, old.',
      '  HTX is left out: failed.',
      '',
      '  OKX BTCUSDT: fresh',
      ...ROWS,
      '',
      '  BYBIT BTCUSDT: stale, old',
      ...ROWS,
      '',
      '  GATE BTCUSDT: fresh',
      '    Volume 24 h             $1.00 (10 s old)',
      '',
      '  HTX BTCUSDT: failed',
      '',
    ]);
  });

  it('has what only context makes possible, and what was forced to close', () => {
    const correlation = {
      ...{ metric: 'equity-index', provider: 'fred', pearson: 0.5, spearman: 0.25, count: 20 } as const,
      ...{ fromMs: NOW - 20 * DAY_MS, toMs: NOW - DAY_MS },
    };
    const liquidation = {
      ...{ exchange: 'okx', endpoint: 'WS x', windowMs: DAY_MS, coveredHours: 24, hours: 24, coverage: 'complete' } as const,
      ...{ endMs: NOW, longUsd: 1e6, shortUsd: 2e6, isLowerBound: false },
    };
    const base = snapshotWith([]);
    const sums = { spotVolumeShare: 0.25, basisAnnualised: 0.05, openInterestToMarketCap: 0.0128, largestShare: { exchange: 'okx', share: 0.5 }, notes: [] };
    const lines = textOf({ ...base, aggregate: { ...base.aggregate, ...sums }, correlations: [correlation], liquidations: [liquidation] });
    assert.deepEqual(lines.slice(3), [
      '  Spot share of volume 24 h         25.0 %',
      '  Basis a year, median              +5.00 %',
      '  Open interest / market cap        1.28 %',
      '  Largest share                     okx 50.0 %',
      '  Liquidations 24 h                 longs $1.00M, shorts $2.00M, of OKX alone (0 s old)',
      '  Correlation with equity index: 0.500 (ranks 0.250), n = 20, 2026-09-30 to 2026-10-19',
      '',
    ]);
  }); // prettier-ignore

  it('heads an exchange with its followed contract, and has context below all', () => {
    const one = exchangeWith('okx', []);
    const spot = { ...one.instruments[0]!, venueSymbol: 'BTC/USDT', kind: 'spot' as const };
    const asset = snapshotWith([{ ...one, instruments: [...one.instruments, spot] }]);
    assert.ok(textOf(asset).includes('  OKX BTCUSDT: fresh'));
    const values = [{ kind: 'context', provider: 'index', metric: 'fear-greed', atMs: NOW - HOUR_MS, receivedAtMs: NOW, unit: 'score', value: 26, endpoint: 'GET /x', isStale: false }] as const;
    const context = [{ provider: 'index', displayName: 'Index', docsUrl: '', status: 'fresh', values }] as const;
    const text = snapshotText({ schema: 'perpscope.snapshot/1', asOfMs: NOW, source: 'live', assets: [asset], context });
    assert.deepEqual(text.split('\n').slice(-4), [
      '',
      'Context',
      '  Fear & Greed Index                26 of 100 (2026-10-20 11:30 UTC, 1 h old)',
      '',
    ]);
  }); // prettier-ignore

  it('names an asset that no exchange lists, and the machine whose clock is wrong', () => {
    const unlisted = { ...snapshotWith([]), unlisted: { lists: 1, of: 3, nearest: [] } };
    assert.equal(textOf(unlisted)[3], '  No exchange lists BTC as a perpetual (the lists of 1 of 3 exchanges were read).');
    const machineClock = { behindMs: -600_000, exchanges: 1 };
    const text = snapshotText({ schema: 'perpscope.snapshot/1', asOfMs: NOW, source: 'simulated', assets: [unlisted], machineClock });
    assert.match(text, /^SIMULATED Snapshot of .*\nThis machine's clock is 10 min fast by the clocks of one exchange/);
  }); // prettier-ignore
});
