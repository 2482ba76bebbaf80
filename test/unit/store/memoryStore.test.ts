import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { createMemoryStore } from '../../../src/store/memoryStore.ts';
import { describeFloor } from './floorSuite.ts';
import { describeGaps } from './gapSuite.ts';
import { describeLevels } from './levelSuite.ts';
import { describeRetention } from './retentionSuite.ts';
import { describeHistoryStore } from './historyStoreSuite.ts';

describeHistoryStore('memory', async () => createMemoryStore('live'));
describeGaps('memory', async () => createMemoryStore('live'));
describeFloor('memory', async () => createMemoryStore('live'));
describeRetention('memory', async () => createMemoryStore('live'));
describeLevels(
  'memory',
  async () => createMemoryStore('live'),
  () => undefined,
);

describe('memory store', () => {
  it('knows its data source', () => {
    assert.equal(createMemoryStore('simulated').source, 'simulated');
  });
});
