import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { noticeText } from '../../../../src/core/outsideText.ts';
import type { MarketState } from '../../../../src/market/snapshot.ts';
import { marketsTree } from '../../../../src/surfaces/editor/marketsTreeModel.ts';
import { statusView } from '../../../../src/surfaces/editor/statusModel.ts';
import type { TreeNode } from '../../../../src/surfaces/editor/treeNode.ts';
import { regimeReport, regimeText } from '../../../../src/surfaces/reports/regimeReport.ts';
import { snapshotText } from '../../../../src/surfaces/reports/snapshotText.ts';
import { NOW, readyState, regimeWith } from './states.ts';

const UNSEEN = /(?!\n)[\p{C}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]/u;
const HOSTILE = '\u001b[2J\u202eBTC\r\nForged row \u200b[x](command:y)';

/** A state in which every contract, reason and statement is hostile. */
function hostileState(): MarketState {
  const state = readyState();
  const [asset] = state.snapshot?.assets ?? [];
  assert.ok(asset !== undefined && state.snapshot !== undefined);
  const exchanges = asset.exchanges.map((one) => ({
    ...one,
    reason: HOSTILE,
    instruments: one.instruments.map((instrument) => ({
      ...instrument,
      venueSymbol: HOSTILE,
      observations: instrument.observations.map((row) => ({
        ...row,
        venueSymbol: HOSTILE,
        endpoint: HOSTILE,
      })),
    })),
  }));
  const aggregate = { ...asset.aggregate, notes: [HOSTILE] };
  const regime = regimeWith({
    statements: [HOSTILE],
    remarks: [HOSTILE],
    missing: [{ metric: 'depth-z', reason: HOSTILE }],
  });
  return {
    ...state,
    snapshot: { ...state.snapshot, assets: [{ ...asset, exchanges, aggregate }] },
    regimes: new Map([['BTC', regime]]),
  };
}

const textsOf = (nodes: readonly TreeNode[]): string[] =>
  nodes.flatMap(({ label, description, tooltip, children }) => [
    label,
    description,
    tooltip,
    ...textsOf(children),
  ]);

describe('names and reasons of others', () => {
  const state = hostileState();
  const [asset] = state.snapshot?.assets ?? [];
  const assessment = state.regimes.get('BTC');

  for (const grouping of ['exchange', 'asset'] as const)
    it(`cannot act or forge a row in the tree, grouped by ${grouping}`, () => {
      for (const text of textsOf(marketsTree(state, grouping, NOW))) {
        assert.doesNotMatch(text, UNSEEN);
        assert.doesNotMatch(text, /^Forged row/m);
      }
    });

  it('cannot act or forge a line in texts, reports and the hover', () => {
    assert.ok(asset !== undefined && assessment !== undefined && state.snapshot !== undefined);
    const texts = [
      regimeText(assessment, asset, 'live', NOW),
      snapshotText(state.snapshot),
      regimeReport({ assessment, snapshot: asset, source: 'live', nowMs: NOW }),
      statusView(state, 'BTC', NOW).tooltip,
    ];
    for (const text of texts) {
      assert.ok(text.includes('Forged row'), 'the text is there');
      assert.doesNotMatch(text, UNSEEN);
      assert.doesNotMatch(text, /^Forged row/m);
    }
    for (const markdown of texts.slice(2)) assert.doesNotMatch(markdown, /(?<!\\)\[x\]\(/);
  });

  it('make no link in a pop-up', () => {
    assert.equal(noticeText(HOSTILE), '[2JBTC Forged row [x] (command:y)');
  });
});
