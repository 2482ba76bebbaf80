import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { HOUR_MS } from '../../../../src/core/units.ts';
import { marketsTree } from '../../../../src/surfaces/editor/marketsTreeModel.ts';
import type { TreeNode } from '../../../../src/surfaces/editor/treeNode.ts';
import { exchangeWith, observe } from '../../market/builders.ts';
import { EXCHANGES, FAILED_REASON, IDLE, NOW, readyState } from './states.ts';

const GROUPINGS = ['exchange', 'asset'] as const;
const all = (nodes: readonly TreeNode[]): TreeNode[] =>
  nodes.flatMap((node) => [node, ...all(node.children)]);
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
      ['BINANCE', 'OKX', 'BYBIT', 'BITGET', 'GATE'],
    );
    assert.deepEqual(
      byExchange[1]?.children.map((node) => node.label),
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

  it('shows every metric with its unit and its age', () => {
    for (const grouping of GROUPINGS) {
      const rows = exchangeNode(marketsTree(readyState(), grouping, NOW), 'BTC', 'okx').children;
      const text = Object.fromEntries(rows.map((row) => [row.label, row.description]));
      assert.equal(text['Open interest'], '81,234.5 BTC · 10 s');
      assert.equal(text['Open interest in USD'], '$7.69B · 10 s');
      assert.equal(text['Funding per 8 h'], '+0.0120 % · 10 s');
      assert.match(text['Funding annualised'] ?? '', /^\+13\.14 % · 10 s/);
      assert.match(text['Mark price'] ?? '', /^\$94,700\.00 .*10 s/);
      assert.equal(text['Volume 24 h'], '$1.50B · 10 s');
      assert.match(text['Long/short accounts 1 h'] ?? '', /^1\.60 · 1 h/);
      assert.match(text['Taker buy/sell 1 h'] ?? '', /^0\.79 · \d+ (s|min|h)/);
      assert.match(text['Depth ±1 %'] ?? '', /^\$2\.00M bid, \$1\.00M ask · 10 s/);
      for (const row of rows) assert.match(row.description, /· \d+ (s|min|h)/, row.label);
    }
  });

  it('names source, symbol and time of each metric in its tooltip', () => {
    const [row] = exchangeNode(marketsTree(readyState(), 'exchange', NOW), 'BTC', 'okx').children;
    assert.match(row?.tooltip ?? '', /GET \/mark-price, BTCUSDT\n2026-10-20 12:29 UTC/);
  });

  it('says SIMULATED wherever a number is, and nowhere when live', () => {
    for (const grouping of GROUPINGS) {
      for (const node of all(marketsTree(readyState('simulated'), grouping, NOW)))
        if (/\d/.test(node.description)) assert.match(node.description, /SIMULATED/, node.id);
      for (const node of all(marketsTree(readyState('live'), grouping, NOW)))
        assert.doesNotMatch(`${node.label} ${node.description} ${node.tooltip}`, /SIMULATED/i, node.id);
    }
  });

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
    assert.equal(node.description, 'stale, 1 h old');
    assert.equal(node.children[0]?.description, '5.000 BTC · 1 h, stale');
    assert.equal(node.children[0]?.icon, 'history');
  });

  it('shows contracts as contracts where their size is not known', () => {
    const contracts = exchangeWith('okx', [observe('okx', 'open-interest', { openInterestContracts: 77 })]);
    const node = exchangeNode(marketsTree(readyState('live', [contracts]), 'asset', NOW), 'BTC', 'okx');
    assert.match(node.children[0]?.description ?? '', /^77 contracts · /);
  });

  it('sums up with its coverage', () => {
    const [asset] = marketsTree(readyState(), 'asset', NOW);
    assert.match(asset?.description ?? '', /^OI \$30\.8B · funding \+13\.1 % a year · 4 of 5 exchanges$/);
    assert.match(asset?.children[0]?.tooltip ?? '', /GATE is left out: failed/);
  });

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
    assert.match(node.description, /^not in sums · /);
    assert.match(node.tooltip, /Not in sums: its price contradicts the others/);
  });

  it('opens the first level alone, and shows the newest state of each row by its icon', () => {
    for (const grouping of GROUPINGS) {
      const nodes = marketsTree(readyState(), grouping, NOW);
      assert.ok(nodes.every(({ isExpanded }) => isExpanded));
      assert.ok(all(nodes.flatMap(({ children }) => children)).every(({ isExpanded }) => !isExpanded));
    }
    const nodes = marketsTree(readyState(), 'exchange', NOW);
    assert.deepEqual(nodes.map(({ icon }) => icon), ['circle-filled', 'circle-filled', 'circle-filled', 'circle-filled', 'error']);
    assert.deepEqual([nodes[0]?.description, nodes[4]?.description], ['fresh, 10 s old', 'failed']);
    assert.deepEqual([nodes[0]?.tooltip, nodes[4]?.tooltip], ['', FAILED_REASON]);
    assert.equal(marketsTree(readyState(), 'exchange', NOW + HOUR_MS)[0]?.icon, 'history');
  }); // prettier-ignore

  it('takes an exchange’s state from the first asset, and shows as soon as one asset has numbers', () => {
    const state = readyState('live', [EXCHANGES[0]!, EXCHANGES[4]!]);
    const [btc] = state.snapshot!.assets;
    const failed = { ...EXCHANGES[4]!, exchange: 'binance', reason: 'second' };
    const eth = { ...btc!, asset: 'ETH', exchanges: [failed] };
    const both = { ...state, snapshot: { ...state.snapshot!, assets: [btc!, eth] } };
    const [binance] = marketsTree(both, 'exchange', NOW);
    assert.deepEqual([binance?.icon, binance?.tooltip, binance?.children.length], ['circle-filled', '', 2]);
    const none = { ...both, snapshot: { ...both.snapshot, assets: [] } };
    assert.deepEqual(marketsTree(none, 'exchange', NOW), []);
  });

  it('names in the tooltip of an exchange its followed contract, its state and its reason', () => {
    const [perpetual] = EXCHANGES[0]!.instruments;
    const spot = { ...perpetual!, venueSymbol: 'BTC/USDT', kind: 'spot' as const, observations: [] };
    const okx = { ...EXCHANGES[0]!, instruments: [perpetual!, spot], reason: 'one request failed' };
    const node = exchangeNode(marketsTree(readyState('live', [okx]), 'asset', NOW), 'BTC', 'binance');
    assert.equal(node.tooltip, 'BINANCE BTCUSDT: fresh, 10 s old\none request failed');
  });

  it('says first what is open in USD, in coins where nobody prices it, and nothing of what is not there', () => {
    const described = (...rows: Parameters<typeof exchangeWith>[1][number][]): string => {
      const nodes = marketsTree(readyState('live', [exchangeWith('okx', rows)]), 'asset', NOW);
      return exchangeNode(nodes, 'BTC', 'okx').description;
    };
    const coins = observe('okx', 'open-interest', { openInterestBase: 5 });
    const rate = observe('okx', 'funding-rate', { fundingRatePerInterval: 0.0001 });
    assert.equal(described(coins, observe('okx', 'mark-price', { markPriceQuote: 2 }), rate), 'OI $10.00 · +10.95 %/yr');
    assert.equal(described(coins), 'OI 5.000 BTC');
    assert.equal(described(rate), '+10.95 %/yr');
    const [asset] = marketsTree(readyState('live', [exchangeWith('okx', [rate])]), 'asset', NOW);
    assert.equal(asset?.description, '1 of 1 exchanges');
  }); // prettier-ignore
});
