import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { TreeHandles } from '../../../../src/surfaces/editor/treeHandles.ts';
import type { TreeNode } from '../../../../src/surfaces/editor/treeNode.ts';

const node = (id: string, description = '', children: readonly TreeNode[] = []): TreeNode => ({
  ...{ id, label: id, description, tooltip: '', icon: 'dash', isExpanded: false, children },
});

describe('the handles of a tree', () => {
  it('name the rows that are other than before, and stay the same for one id', () => {
    const handles = new TreeHandles();
    assert.equal(handles.show([node('a'), node('b')]), undefined, 'nothing was asked for yet: all');
    const [a, b] = handles.childrenOf(undefined);
    assert.deepEqual(handles.show([node('a'), node('b')]), []);
    assert.deepEqual(handles.show([node('a', 'new'), node('b')]), [a]);
    assert.deepEqual(handles.childrenOf(undefined), [a, b]);
    assert.equal(handles.childrenOf(undefined)[0], a);
  });

  it('tell of all rows until the editor has asked for those of now: what it was told while it asked may be lost', () => {
    const handles = new TreeHandles();
    handles.show([]);
    assert.deepEqual(handles.childrenOf(undefined), []);
    assert.equal(handles.show([node('a')]), undefined);
    assert.equal(handles.show([node('a')]), undefined, 'it still has the empty list');
    handles.childrenOf(undefined);
    assert.deepEqual(handles.show([node('a')]), []);
  });

  it('give no children of a row that is gone', () => {
    const handles = new TreeHandles();
    handles.show([node('a', '', [node('a/1')])]);
    const [a] = handles.childrenOf(undefined);
    assert.deepEqual(handles.childrenOf(a), [{ id: 'a/1' }]);
    handles.show([]);
    assert.deepEqual(handles.childrenOf(a), []);
  });
});
