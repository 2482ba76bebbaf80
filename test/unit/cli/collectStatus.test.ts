import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { collectLine, collectStatus } from '../../../src/cli/collectStatus.ts';
import { SECOND_MS } from '../../../src/core/units.ts';
import type { MarketState } from '../../../src/market/snapshot.ts';
import { exchangeWith, NOW } from '../market/builders.ts';

const state = (changes: Partial<MarketState> = {}): MarketState => ({
  phase: 'ready',
  source: 'live',
  isRefreshing: false,
  snapshot: {
    schema: 'perpscope.snapshot/1',
    asOfMs: NOW,
    source: 'live',
    assets: [
      {
        asset: 'BTC',
        exchanges: [
          exchangeWith('okx', []),
          exchangeWith('gate', [], { status: 'failed', reason: 'cannot be reached' }),
        ],
        aggregate: { notes: [], coverage: { fresh: 1, of: 2 } },
      },
    ],
  },
  regimes: new Map([['BTC', { label: 'neutral' } as never]]),
  ...changes,
});
const here = {
  streams: [{ state: 'live' as const }, { state: 'gap' as const }],
  isHere: true,
  nowMs: NOW + 12 * SECOND_MS,
};

describe('what collect says of its work', () => {
  it('is one line for a terminal: coverage, label, streams, age, and the mark of a simulated market', () => {
    assert.equal(collectStatus(state(), here), 'BTC 1 of 2 exchanges fresh, neutral · 1 of 2 streams live · as of 12 s ago'); // prettier-ignore
    assert.match(collectStatus(state({ source: 'simulated', isRefreshing: true }), here), /^SIMULATED BTC .* · asking$/); // prettier-ignore
    const elsewhere = { ...here, streams: [], isHere: false };
    assert.match(collectStatus(state(), elsewhere), /as of 12 s ago · another process collects$/);
  });

  it('says before the first numbers that it asks, and that nobody answers', () => {
    const { snapshot: _none, ...empty } = state({ phase: 'loading' });
    assert.equal(collectStatus(empty, here), 'asking the exchanges');
    assert.equal(collectStatus({ ...empty, phase: 'offline' }, here), 'no exchange answers');
  });

  it('is one JSON object for each round, with every exchange and why it has none', () => {
    assert.deepEqual(JSON.parse(JSON.stringify(collectLine(state(), here))), {
      schema: 'perpscope.collect/1',
      asOfMs: NOW,
      source: 'live',
      isHere: true,
      assets: [
        {
          asset: 'BTC',
          coverage: { fresh: 1, of: 2 },
          label: 'neutral',
          exchanges: [
            { exchange: 'okx', status: 'fresh' },
            { exchange: 'gate', status: 'failed', reason: 'cannot be reached' },
          ],
        },
      ],
      streams: { live: 1, of: 2 },
    });
  });
});
