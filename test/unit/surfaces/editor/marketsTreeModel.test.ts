import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import type { ChangeBasis } from '../../../../src/analysis/metrics/changes.ts';
import { HOUR_MS, MINUTE_MS } from '../../../../src/core/units.ts';
import type { ContextSnapshot } from '../../../../src/core/contextValue.ts';
import { contextNodes } from '../../../../src/surfaces/editor/contextNodes.ts';
import { marketsTree, treeHeader } from '../../../../src/surfaces/editor/marketsTreeModel.ts';
import { fits } from '../../../../src/surfaces/editor/rowWidth.ts';
import type { TreeNode } from '../../../../src/surfaces/editor/treeNode.ts';
import { exchangeWith, observe } from '../../market/builders.ts';
import type { RegimeAssessment } from '../../../../src/analysis/regime/assessment.ts';
import { EXCHANGES, FAILED_REASON, IDLE, NOW, readyState, regimeWith } from './states.ts';

const GROUPINGS = ['exchange', 'asset'] as const;
const all = (nodes: readonly TreeNode[]): TreeNode[] =>
  nodes.flatMap((node) => [node, ...all(node.children)]);
const levelled = (nodes: readonly TreeNode[], level = 1): (readonly [TreeNode, number])[] =>
  nodes.flatMap((node) => [[node, level] as const, ...levelled(node.children, level + 1)]);
const exchangeNode = (nodes: readonly TreeNode[], asset: string, exchange: string): TreeNode => {
  const found = all(nodes).find((node) => node.id.endsWith(`${asset}/${exchange}`));
  assert.ok(found !== undefined, `${asset} of ${exchange} is not in the tree`);
  return found;
};

describe('the tree of markets', () => {
  it('is empty while there are no numbers, so that a welcome view shows', () => {
    for (const grouping of GROUPINGS) {
      assert.deepEqual(marketsTree(IDLE, grouping, NOW), []);
      const shown = marketsTree({ ...readyState(), phase: 'offline' }, grouping, NOW + 10 * 60_000);
      assert.ok(shown.length > 0, 'old numbers stay in sight while nobody answers');
      assert.ok(JSON.stringify(shown).includes('stale, 10 min'), 'and say how old they are');
    }
  });

  it('goes from exchange to asset to metrics, or from asset to exchange, with the same numbers', () => {
    const byExchange = marketsTree(readyState(), 'exchange', NOW);
    assert.deepEqual(
      byExchange.map((node) => node.label),
      ['All exchanges', 'BINANCE', 'OKX', 'BYBIT', 'BITGET', 'GATE'],
    );
    assert.deepEqual(
      byExchange[2]?.children.map((node) => node.label),
      ['BTC'],
    );
    const byAsset = marketsTree(readyState(), 'asset', NOW);
    assert.deepEqual(
      byAsset.map((node) => node.label),
      ['BTC'],
    );
    assert.deepEqual(
      byAsset[0]?.children.map((node) => node.label),
      ['All exchanges', 'BINANCE', 'OKX', 'BYBIT', 'BITGET', 'GATE'],
    );
    const texts = (nodes: readonly TreeNode[]): string[] =>
      exchangeNode(nodes, 'BTC', 'okx').children.map((node) => `${node.label} ${node.description}`);
    assert.deepEqual(texts(byExchange), texts(byAsset));
  });

  it('begins every row with its number and unit, then its age and name, as far as there is room', () => {
    for (const grouping of GROUPINGS) {
      const rows = exchangeNode(marketsTree(readyState(), grouping, NOW), 'BTC', 'okx').children;
      const shown = new Map(
        rows.map((row) => [row.id.split('/').at(-1), `${row.label} · ${row.description}`]),
      );
      assert.deepEqual(Object.fromEntries(shown), {
        mark: '$94,700 · 10 s mark',
        index: '$94,690 · 10 s idx',
        premium: '+0.0106 % · prem',
        oi: '81.2K BTC · 10 s OI',
        'oi-usd': '$7.69B · 10 s OI',
        'funding-year': '+13.1 %/yr · fund',
        funding: '+0.0120 %/8h · fr',
        'next-funding': 'in 1 h · next funding',
        volume: '$1.50B · 10 s vol',
        'long-short': '1.60 · 1 h L/S 1h',
        taker: '0.790 · 1 h taker',
        depth: '$3.00M · 10 s depth',
      });
    }
  });

  it('says the whole of a row to a screen reader and in the hover, and copies it with the minus of keyboards', () => {
    const falling = observe('okx', 'funding-rate', { fundingRatePerInterval: -0.0001 });
    const state = readyState('simulated', [exchangeWith('okx', [falling])]);
    const row = exchangeNode(marketsTree(state, 'asset', NOW), 'BTC', 'okx').children.find(({ id }) => id.endsWith('funding'));
    assert.equal(row?.spoken, 'SIMULATED Funding per 8 h, −0.0100 %, 10 s old');
    assert.match(row.tooltip, /^SIMULATED Funding per 8 h: −0\.0100 %, 10 s old\nGET \/funding-rate/);
    assert.deepEqual([row.copied, row.asset, row.label], ['SIMULATED -0.0100 %', 'BTC', '−0.0100 %/8h']);
  }); // prettier-ignore

  it('has no row that is cut at 190 px, whatever the sizes', () => {
    const observations = (scale: number) => [
      observe('okx', 'mark-price', { markPriceQuote: scale, indexPriceQuote: scale * 1.001, atMs: NOW - 250_000 }),
      observe('okx', 'open-interest', { openInterestBase: Math.max(0.0123, scale * 7.77), openInterestUsd: scale * 8.88, usdBasis: 'venue' }),
      observe('okx', 'funding-rate', { fundingRatePerInterval: -Math.min(0.05, Math.max(1e-6, scale / 1e4)), settlesAtMs: NOW + 23.9 * HOUR_MS }),
      observe('okx', 'volume', { volumeUsd: scale * 55.5 }),
      observe('okx', 'long-short-ratio', { longShortRatio: 0.5 + scale / 1e9, atMs: NOW - 2 * HOUR_MS }),
    ];
    for (let power = -8; power <= 8; power += 1) {
      const exchanges = [{ ...exchangeWith('okx', observations(4.44 * 10 ** power)), displayName: 'Kraken Futures' }];
      for (const grouping of GROUPINGS)
        for (const [node, level] of levelled(marketsTree(readyState('simulated', exchanges), grouping, NOW))) {
          const shown = `${node.label} ${node.description}`;
          assert.ok(fits(level, node.label, node.description, node.icon !== 'dash'), `${node.id}: ${shown}`);
          assert.doesNotMatch(shown, /NaN|undefined|Infinity|SIMULATED/);
          // What is a number and its age alone tells nobody what it is.
          // A rate per interval that fills the row says by its unit what it is.
          if (level === 3 && !node.id.endsWith('regime') && !(node.description === '' && /\/\d*h$/.test(node.label)))
            assert.match(node.description, /^(\d+ (s|min|h|d) )?[a-z]{2}|L\/S/i, `${node.id}: ${shown}`);
        }
    }
  }); // prettier-ignore

  it('names source, symbol and time of each metric in its tooltip', () => {
    const [row] = exchangeNode(marketsTree(readyState(), 'exchange', NOW), 'BTC', 'okx').children;
    assert.match(
      row?.tooltip ?? '',
      /^Mark price: \$94,700, 10 s old\nGET \/mark-price, BTCUSDT\n2026-10-20 12:29 UTC/,
    );
  });

  it('says SIMULATED once, never in place of a digit, and of every number where it stands alone; nowhere when live', () => {
    for (const grouping of GROUPINGS) {
      const state = readyState('simulated');
      const nodes = marketsTree(state, grouping, NOW);
      for (const { label, description, spoken = '', tooltip, copied } of all(nodes)) {
        assert.doesNotMatch(`${label} ${description}`, /SIMULATED/);
        if (/\d/.test(spoken)) assert.match(spoken, /SIMULATED/);
        if (/\d/.test(tooltip)) assert.match(tooltip, /^SIMULATED /);
        if (copied !== undefined) assert.match(copied, /^SIMULATED /);
      }
      for (const { icon } of nodes.filter(({ icon }) => icon !== 'error' && icon !== 'dash')) assert.equal(icon, 'beaker');
      assert.deepEqual(treeHeader(state), { message: 'SIMULATED market: these numbers come from no exchange.', badge: 'SIMULATED' });
      for (const node of all(marketsTree(readyState('live'), grouping, NOW)))
        assert.doesNotMatch(Object.values(node).join(' '), /SIMULATED|beaker/i, node.id);
      assert.deepEqual(treeHeader(readyState('live')), { message: '', badge: '' });
    }
  }); // prettier-ignore

  it('has a row for each faulty setting, which says all of it in lines that fit, also where nothing could start', () => {
    const line = 'perpscope.exchanges holds "binanse", which is no exchange; no exchange is asked until it is right. Did you mean "binance"?';
    const faults = [{ key: 'exchanges', line }, { key: 'refreshSeconds', line: 'perpscope.refreshSeconds is 1; 60 is used.' }];
    for (const state of [readyState(), { ...IDLE, phase: 'failed' as const }]) {
      const [first, second] = marketsTree(state, 'exchange', NOW, faults);
      assert.deepEqual([first?.label, first?.icon, first?.tooltip, first?.opens], ['exchanges', 'warning', `Setting: ${line}`, 'perpscope.exchanges']);
      assert.equal(first?.children.map(({ label }) => label).join(' '), line.replace('perpscope.exchanges ', ''));
      for (const { label } of first.children) assert.ok(fits(2, label, '', false), label);
      assert.equal(second?.spoken, 'Setting, perpscope.refreshSeconds is 1; 60 is used.');
    }
    const ways = { idle: 'perpscope.refresh', loading: undefined, offline: 'perpscope.showExchangeHealth', failed: 'perpscope.showLog' };
    for (const [phase, runs] of Object.entries(ways)) {
      const rows = marketsTree({ ...IDLE, phase: phase as 'idle', lastError: 'the cause' }, 'exchange', NOW, faults);
      assert.deepEqual(rows.map(({ id }) => id), ['setting/0/exchanges', 'setting/1/refreshSeconds', 'waiting'], phase);
      const way = rows[2]!;
      assert.equal(way.runs, runs, 'the way on stays in sight');
      assert.equal(way.tooltip.includes('the cause'), phase === 'failed');
      assert.ok(fits(1, way.label, '', true), way.label);
    }
  }); // prettier-ignore

  it('breaks names and words of settings that are wider than the view', () => {
    const keys = ['simulator.scenario', 'history.keepMonths', 'someSettingThatNobodyEverHeardOf'];
    const faults = keys.map((key) => ({ key, line: `perpscope.${key} is ["binance","okx","bybit","gate","bitget"].` }));
    const nodes = marketsTree(readyState(), 'exchange', NOW, faults).slice(0, 3);
    assert.deepEqual(nodes.map(({ label }) => label), ['scenario', 'keepMonths', 'setting']);
    for (const { children } of nodes) {
      for (const { label } of children) assert.ok(fits(2, label, '', false), label);
      assert.equal(children.map(({ label }) => label).join('').replaceAll(' ', ''), 'is["binance","okx","bybit","gate","bitget"].');
    }
  }); // prettier-ignore

  it('shows that a number beside the exchanges is stale, and names each also where there is little room', () => {
    const value = { atMs: NOW - 9 * 24 * HOUR_MS, endpoint: 'GET /x' };
    const values = [
      { ...value, metric: 'equity-index', unit: 'points', value: 6574.1, isStale: true },
      { ...value, metric: 'circulating-supply-base', unit: 'base', asset: 'BTC', value: 19.9e6, isStale: false, atMs: NOW - 21_000 },
      { ...value, metric: 'circulating-supply-base', unit: 'base', asset: 'ETH', value: 120.7e6, isStale: true },
    ];
    const context = [{ provider: 'fred', displayName: 'FRED', status: 'fresh', values }] as unknown as ContextSnapshot[];
    const rows = contextNodes(context, '', NOW)[0]?.children ?? [];
    assert.deepEqual(rows.map(({ icon, label, description }) => [icon, label, description]), [
      ['history', '6,574', 'equities'],
      ['dash', '19.9M BTC', 'supply'],
      ['history', '121M', 'supply'],
    ]);
    assert.match(rows[0]?.tooltip ?? '', /^Equity index: 6,574 points, 9 d old, stale; /);
    assert.match(rows[0]?.spoken ?? '', /stale$/);
  }); // prettier-ignore

  it('keeps a failed exchange in its place, with its reason and no numbers', () => {
    for (const grouping of GROUPINGS) {
      const node = exchangeNode(marketsTree(readyState(), grouping, NOW), 'BTC', 'gate');
      assert.equal(node.description, 'failed');
      assert.ok(node.tooltip.includes(FAILED_REASON));
      assert.equal(node.icon, 'error');
      assert.deepEqual(node.children, []);
    }
  });

  it('marks a number that is too old, and leaves it out of the summary', () => {
    const stale = exchangeWith(
      'okx',
      [observe('okx', 'open-interest', { openInterestBase: 5, openInterestUsd: 1e6, usdBasis: 'venue', atMs: NOW - HOUR_MS })],
      { status: 'stale', reason: 'the newest number is older than 5 minutes', newestAtMs: NOW - HOUR_MS },
    ); // prettier-ignore
    const node = exchangeNode(marketsTree(readyState('live', [stale]), 'exchange', NOW), 'BTC', 'okx');
    assert.equal(node.description, 'stale');
    assert.match(node.tooltip, /stale, 1 h old/);
    const [row] = node.children;
    assert.deepEqual([row?.label, row?.description, row?.icon], ['5.00 BTC', 'OI', 'history']);
    assert.match(row?.spoken ?? '', /5\.00 BTC, 1 h old, stale$/);
  });

  it('shows contracts as contracts where their size is not known', () => {
    const contracts = exchangeWith('okx', [observe('okx', 'open-interest', { openInterestContracts: 77 })]);
    const node = exchangeNode(marketsTree(readyState('live', [contracts]), 'asset', NOW), 'BTC', 'okx');
    assert.equal(node.children[0]?.label, '77.0 contracts');
  });

  it('sums up, and says of how many exchanges', () => {
    const [asset] = marketsTree(readyState(), 'asset', NOW);
    assert.equal(asset?.description, '$30.8B OI of 4');
    assert.equal(asset.spoken, 'BTC, open interest $30.8B of 4 exchanges, funding +13.1 %/yr, 4 of 5 exchanges fresh');
    assert.match(asset.children[0]?.tooltip ?? '', /GATE is left out: failed/);
    const [all] = marketsTree(readyState(), 'exchange', NOW);
    assert.deepEqual([all?.children[0]?.label, all?.children[0]?.description], ['BTC', '$30.8B OI of 4']);
    const rows = new Map(all?.children[0]?.children.map((row) => [row.id, row]));
    assert.deepEqual(
      ['regime', 'mark', 'oi', 'oi-usd', 'funding-year'].map((id) => rows.get(`all/BTC/${id}`)?.label),
      ['spot-led rally', '$94,700', '325K BTC', '$30.8B', '+13.1 %/yr'],
    );
    assert.equal(rows.get('all/BTC/oi-usd')?.description, '10 s OI of 4');
    assert.match(rows.get('all/BTC/regime')?.tooltip ?? '', /: spot-led rally, confidence 79 %, seen in 3 % of shuffled hours; rests on 2 of 5 exchanges, since 2026-10-20 11:30 UTC, 1 h ago$/);
  }); // prettier-ignore

  it('says below the name how sure it is, and where it is weak, where both fit', () => {
    const sure = (changes: Partial<RegimeAssessment>) =>
      all(marketsTree(readyState('live', EXCHANGES, regimeWith(changes)), 'exchange', NOW)).find(
        ({ id }) => id === 'all/BTC/confidence',
      );
    const shown = [sure({}), sure({ isWeak: true, confidence: 1 })];
    assert.deepEqual(
      shown.map((row) => [row?.label, row?.description]),
      [
        ['79 %', 'confidence'],
        ['100 %', 'conf., weak'],
      ],
    );
    for (const row of shown) assert.ok(fits(3, row?.label ?? '', row?.description ?? '', false));
    assert.match(
      sure({ isWeak: true })?.spoken ?? '',
      /^Regime, spot-led rally \(weak\), confidence 79 %, seen in/,
    );
    assert.equal(sure({ label: 'unknown' }), undefined);
  });

  it('dates each sum by its oldest part and names whom it is of', () => {
    const [okx, ...rest] = EXCHANGES;
    const price = observe('okx', 'mark-price', { markPriceQuote: 94_700, atMs: NOW - 4 * MINUTE_MS });
    const old = { ...okx!, instruments: okx!.instruments.map((one) => ({ ...one, observations: [...one.observations.filter(({ kind }) => kind !== 'mark-price'), price] })) };
    const row = (id: string, nowMs: number) => all(marketsTree(readyState('live', [old, ...rest]), 'exchange', nowMs)).find((node) => node.id === `all/BTC/${id}`);
    // There is room for one of the two: a number without a name tells nothing, its age is in the hover.
    assert.equal(row('mark', NOW)?.description, 'mark');
    assert.equal(row('oi', NOW)?.description, '10 s OI');
    assert.match(row('mark', NOW)?.tooltip ?? '', /: \$94,700, 4 min old\nmedian over exchanges\nof Binance, OKX, Bybit, Bitget\n/);
    assert.match(row('oi', NOW)?.tooltip ?? '', /\nsum\nof Binance, OKX, Bybit, Bitget\n/);
    assert.deepEqual([row('mark', NOW)?.icon, row('mark', NOW + MINUTE_MS + 1)?.icon, row('oi', NOW + MINUTE_MS + 1)?.icon], ['dash', 'history', 'dash']);
    assert.match(row('long-short', NOW)?.tooltip ?? '', /, 1 h old\n/);
  }); // prettier-ignore

  it('shows changes with their windows, and leaves out what is not known', () => {
    const state = readyState();
    const [asset] = state.snapshot!.assets;
    const of = (value: number, basis: ChangeBasis, ...exchanges: string[]) => ({ value, exchanges, ends: exchanges.map((exchange, at) => ({ exchange, basis, nowAtMs: NOW - at * MINUTE_MS, thenAtMs: NOW - 24 * HOUR_MS + 20 * MINUTE_MS })) });
    const changes = [
      { windowMs: HOUR_MS, price: of(-0.00123, 'mark', 'binance', 'okx'), fundingPerYear: of(0.000156, 'running', 'okx') },
      { windowMs: 24 * HOUR_MS, price: of(0.0345, 'last', 'okx', 'binance'), openInterest: { ...of(-0.057, 'hourly', 'okx'), leftOut: ['gate', 'bybit'] }, fundingPerYear: of(-0.0125, 'settled', 'okx') },
    ];
    const changed = { ...state, snapshot: { ...state.snapshot!, assets: [{ ...asset!, changes }] } };
    const rows = all(marketsTree(changed, 'exchange', NOW)).filter(({ id }) => id.includes('/change-'));
    assert.deepEqual(
      rows.map(({ id, label, description }) => [id.split('/').at(-1), label, description]),
      [
        ['change-price-1h', '−0.123 %', '1h price'],
        ['change-price-24h', '+3.45 %', '24h price'],
        ['change-open-interest-24h', '−5.70 %', '24h OI'],
        // Where its name has no room else, a number has fewer digits; the hover has all of them.
        ['change-funding-1h', '+0.02 pp', '1h fund'],
        ['change-funding-24h', '−1.25 pp', '24h fund'],
      ],
    );
    assert.match(rows[2]?.tooltip ?? '', /, 0 s old\ncoins now \/ coins then - 1, now and 24 h ago\nthen: 23 h 40 min ago; now: 0 s ago\nthe same exchange at both ends: OKX\nhourly history at both ends: OKX\nleft out, without a number of the same kind then: Bybit, Gate$/);
    assert.match(rows[1]?.tooltip ?? '', /, 1 min old\n.*\n.*; now: 0 s to 1 min ago\nthe same 2 exchanges at both ends: Binance, OKX\nlast prices, not mark prices, at both ends: Binance, OKX$/);
    assert.doesNotMatch(rows[0]?.tooltip ?? '', /mark/);
    assert.match(rows[3]?.tooltip ?? '', /^Funding change 1 h: \+0\.0156 pp\/yr, /);
    assert.match(rows[4]?.tooltip ?? '', /\nrunning rate now, rate settled for its interval then: OKX$/);
    assert.match(rows[4]?.spoken ?? '', /^Funding change 24 h, −1\.25 pp\/yr/);
  }); // prettier-ignore

  it('keeps the ids of its rows over refreshes, each once', () => {
    for (const grouping of GROUPINGS) {
      const ids = all(marketsTree(readyState(), grouping, NOW)).map((node) => node.id);
      assert.equal(new Set(ids).size, ids.length);
      const later = all(marketsTree(readyState(), grouping, NOW + HOUR_MS)).map((node) => node.id);
      assert.deepEqual(later, ids);
    }
  });

  it('lists under an exchange the assets that it has', () => {
    const state = readyState('live', [EXCHANGES[0]!]);
    const [btc] = state.snapshot!.assets;
    const eth = { ...btc!, asset: 'ETH', exchanges: [EXCHANGES[0]!, EXCHANGES[1]!] };
    const both = { ...state, snapshot: { ...state.snapshot!, assets: [eth, btc!] } };
    assert.deepEqual(
      marketsTree(both, 'exchange', NOW).map((node) => [node.label, node.children.map((one) => one.label)]),
      [
        ['All exchanges', ['ETH', 'BTC']],
        ['BINANCE', ['ETH', 'BTC']],
        ['OKX', ['ETH']],
      ],
    );
  });

  it('marks an exchange whose numbers contradict the others', () => {
    const odd = exchangeWith('htx', [observe('htx', 'mark-price', { markPriceQuote: 3 })]);
    const node = exchangeNode(
      marketsTree(readyState('live', [...EXCHANGES, odd]), 'asset', NOW),
      'BTC',
      'htx',
    );
    assert.equal(node.description, 'not in sums');
    assert.equal(node.icon, 'warning');
    assert.match(node.tooltip, /Not in sums: its price contradicts the others/);
  });

  it('opens the sums alone, and shows the newest state of each row by its icon', () => {
    const open = (grouping: 'exchange' | 'asset') => all(marketsTree(readyState(), grouping, NOW)).filter(({ isExpanded }) => isExpanded).map(({ id }) => id);
    assert.deepEqual([open('exchange'), open('asset')], [['all'], ['BTC']]);
    const nodes = marketsTree(readyState(), 'exchange', NOW);
    assert.deepEqual(nodes.map(({ icon }) => icon), ['layers', 'circle-filled', 'circle-filled', 'circle-filled', 'circle-filled', 'error']);
    assert.deepEqual([nodes[1]?.description, nodes[5]?.description], ['10 s', 'failed']);
    assert.equal(nodes[1]?.tooltip, 'BINANCE: fresh, 10 s old');
    assert.ok(nodes[5]?.tooltip.includes(FAILED_REASON));
    assert.equal(marketsTree(readyState(), 'exchange', NOW + HOUR_MS)[1]?.icon, 'history');
  }); // prettier-ignore

  it('takes an exchange’s state from the first asset, and shows as soon as one asset has numbers', () => {
    const state = readyState('live', [EXCHANGES[0]!, EXCHANGES[4]!]);
    const [btc] = state.snapshot!.assets;
    const failed = { ...EXCHANGES[4]!, exchange: 'binance', reason: 'second' };
    const eth = { ...btc!, asset: 'ETH', exchanges: [failed] };
    const both = { ...state, snapshot: { ...state.snapshot!, assets: [btc!, eth] } };
    const binance = marketsTree(both, 'exchange', NOW).find(({ id }) => id === 'binance');
    assert.deepEqual(
      [binance?.icon, binance?.tooltip, binance?.children.length],
      ['circle-filled', 'BINANCE: fresh, 10 s old', 2],
    );
    const none = { ...both, snapshot: { ...both.snapshot, assets: [] } };
    assert.deepEqual(marketsTree(none, 'exchange', NOW), []);
  });

  it('names in the tooltip of an exchange its followed contract, its state and its reason', () => {
    const [perpetual] = EXCHANGES[0]!.instruments;
    const spot = { ...perpetual!, venueSymbol: 'BTC/USDT', kind: 'spot' as const, observations: [] };
    const okx = { ...EXCHANGES[0]!, instruments: [perpetual!, spot], reason: 'one request failed' };
    const node = exchangeNode(marketsTree(readyState('live', [okx]), 'asset', NOW), 'BTC', 'binance');
    assert.equal(node.tooltip, 'BINANCE BTCUSDT: fresh, 10 s old\n$7.69B OI\n+13.1 %/yr\none request failed');
  });

  it('says first what is open in USD, in coins where nobody prices it, and nothing of what is not there', () => {
    const described = (...rows: Parameters<typeof exchangeWith>[1][number][]): string => {
      const nodes = marketsTree(readyState('live', [exchangeWith('okx', rows)]), 'asset', NOW);
      return exchangeNode(nodes, 'BTC', 'okx').description;
    };
    const coins = observe('okx', 'open-interest', { openInterestBase: 5 });
    const rate = observe('okx', 'funding-rate', { fundingRatePerInterval: 0.0001 });
    assert.equal(described(coins, observe('okx', 'mark-price', { markPriceQuote: 2 }), rate), '$10.0 OI');
    assert.equal(described(coins), '5.00 BTC OI');
    assert.equal(described(rate), '+10.9 %/yr');
    const [asset] = marketsTree(readyState('live', [exchangeWith('okx', [rate])]), 'asset', NOW);
    assert.equal(asset?.description, '1 of 1');
  }); // prettier-ignore
});
