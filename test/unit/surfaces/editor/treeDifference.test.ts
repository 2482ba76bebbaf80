import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { changedRows } from '../../../../src/surfaces/editor/treeDifference.ts';
import type { TreeNode } from '../../../../src/surfaces/editor/treeNode.ts';
import { marketsTree } from '../../../../src/surfaces/editor/marketsTreeModel.ts';
import { NOW, readyState } from './states.ts';

const node = (id: string, label = id, ...children: TreeNode[]): TreeNode => ({
  ...{ id, label, description: '', tooltip: '', icon: 'dash', isExpanded: false, children },
});
const tree = (leaf: string): TreeNode[] => [
  node('a', 'a', node('a/1', leaf), node('a/2')),
  node('b', 'b', node('b/1')),
];

describe('what of a tree is drawn again', () => {
  it('is nothing where nothing has changed, and the changed row alone where one has', () => {
    assert.deepEqual(changedRows(tree('x'), tree('x')), []);
    assert.deepEqual(changedRows(tree('x'), tree('y')), ['a/1']);
  });

  it('is the row above where rows come or go, and all where the top level does', () => {
    const grown = [node('a', 'a', node('a/1', 'x'), node('a/2'), node('a/3')), node('b', 'b', node('b/1'))];
    assert.deepEqual(changedRows(tree('x'), grown), ['a']);
    assert.equal(changedRows(tree('x'), [...tree('x'), node('c')]), 'all');
    assert.equal(changedRows([], tree('x')), 'all');
  });

  it('sees each part of a row that the editor shows', () => {
    const parts = { label: 'z', description: 'z', tooltip: 'z', icon: 'z', spoken: 'z', copied: 'z' };
    for (const [part, value] of Object.entries(parts))
      assert.deepEqual(changedRows([node('a')], [{ ...node('a'), [part]: value }]), ['a'], part);
  });

  it('of a market as its numbers age: the rows whose words change, never the whole tree', () => {
    const at = (nowMs: number) => marketsTree(readyState(), 'exchange', nowMs);
    const changed = changedRows(at(NOW), at(NOW + 1_000));
    assert.ok(changed !== 'all' && changed.length > 0);
  });
});
