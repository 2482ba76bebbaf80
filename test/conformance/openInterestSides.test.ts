import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { fixturePayloads } from '../../scripts/payloads.mjs';
import type { ExchangeAdapter, OpenInterestSides } from '../../src/sources/exchanges/contract.ts';
import { coverageOf } from '../../src/sources/exchanges/coverage.ts';
import { exchangeAdapters } from '../../src/sources/exchanges/registry.ts';

/** Ids of everything of an adapter that gives open interest. */
const sourcesOf = (adapter: ExchangeAdapter): string[] => {
  const polls = adapter.polls.flatMap((one) => [one, ...(one.fallbacks ?? [])]);
  const channels = (adapter.streams ?? []).flatMap((stream) => stream.channels);
  const own = [...polls, ...channels].filter(({ yields }) => yields.includes('open-interest'));
  return [...new Set(own.map(({ id }) => id))].sort();
};

const evidenceFor = ({ openInterestSides = [] }: ExchangeAdapter, source: string): OpenInterestSides[] =>
  openInterestSides.filter(({ sources }) => sources === undefined || sources.includes(source));

describe('the evidence of how open interest counts sides', () => {
  for (const adapter of exchangeAdapters) {
    it(`${adapter.id} has some for every source of it, and names no source that is none`, () => {
      const sources = sourcesOf(adapter);
      for (const source of sources) assert.ok(evidenceFor(adapter, source).length > 0, source);
      const named = (adapter.openInterestSides ?? []).flatMap((one) => one.sources ?? []);
      for (const source of named) assert.ok(sources.includes(source), source);
    });

    it(`${adapter.id} marks its rows as the evidence says`, () => {
      const entries = coverageOf(adapter, fixturePayloads(adapter.id));
      let seen = 0;
      for (const { kind, source, qualities } of entries) {
        if (kind !== 'open-interest') continue;
        // One endpoint may have a field of each kind.
        const said = evidenceFor(adapter, source).map(({ sides }) => sides as string);
        for (const sides of qualities.filter((one) => ['one', 'both', 'unverified'].includes(one))) {
          assert.ok(said.includes(sides), `${source} gives ${sides}, the evidence says ${said.join()}`);
          seen += 1;
        }
      }
      assert.ok(seen > 0, 'payloads prove nothing');
    });

    it(`${adapter.id} claims no more than it can give a reason for`, () => {
      for (const { sides, likely, certainty, reason, fields } of adapter.openInterestSides ?? []) {
        assert.match(reason, /^[A-Z].*\.$/);
        assert.ok(fields.length > 0);
        if (sides === 'unverified') assert.ok(certainty === 'likely' ? likely !== undefined : certainty === 'unknown');
        else assert.notEqual(certainty, 'unknown');
      }
    });
  }
}); // prettier-ignore
