import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import type { Instrument } from '../../../../src/core/instrument.ts';
import type { Observation } from '../../../../src/core/observation.ts';
import { HOUR_MS } from '../../../../src/core/units.ts';
import type { ObservationPoll } from '../../../../src/sources/exchanges/contract.ts';
import { deepPages } from '../../../../src/sources/exchanges/deepRegistry.ts';
import { createSimulatedMarket } from '../../../../src/sources/simulator/market.ts';
import { readPage } from '../../../support/deepPage.ts';
import { readPoll } from '../../../support/readPoll.ts';
import { simulatedSides, type SimulatedSide } from '../../../support/simulatedSide.ts';

const NOW_MS = Date.UTC(2026, 10, 22, 5, 17, 23, 456);
const YEAR_MS = 365 * 24 * HOUR_MS;
const market = createSimulatedMarket({ seed: 11, scenario: 'selling-wave', anchorMs: NOW_MS });
const sides = simulatedSides(market, NOW_MS);

/** SOL settles twice as often as BTC at some exchanges. */
const subjectsOf = ({ table }: SimulatedSide): Instrument[] =>
  [...table.values()].filter(
    ({ kind, baseAsset, margin }) =>
      kind === 'perpetual' && margin === 'linear' && ['BTC', 'SOL'].includes(baseAsset),
  );

/** Settled rates as they are stored, by their time: all but when they were received. */
function settledRates(rows: readonly Observation[], about: Instrument): Map<number, object> {
  const own = rows.filter((row) => row.kind === 'funding-rate' && row.instrument === about.key);
  const settled = own.filter((row) => row.kind === 'funding-rate' && row.phase === 'settled');
  return new Map(settled.map((row) => [row.atMs, { ...row, receivedAtMs: 0 }]));
}

/** Fails unless two answers, the second an hour after the first, agree on every settlement that both state. */
function assertSame(what: string, earlier: Map<number, object>, later: Map<number, object>): number {
  let both = 0;
  for (const [atMs, row] of earlier) {
    const again = later.get(atMs);
    if (again === undefined) continue;
    both += 1;
    assert.deepEqual(again, row, `${what} at ${new Date(atMs).toISOString()}`);
  }
  return both;
}

function askedAt(
  side: SimulatedSide,
  poll: ObservationPoll<never>,
  instrument: Instrument,
  nowMs: number,
): Map<number, object> {
  const spec = poll.request({ instrument, nowMs });
  if (spec === undefined) return new Map();
  const body = JSON.parse(JSON.stringify(side.wire.answer({ ...spec, nowMs }).body)) as unknown;
  return settledRates(
    readPoll(side.adapter, poll, { ...spec, body, receivedAtMs: nowMs }, side.table).rows,
    instrument,
  );
}

describe('settled rates that are asked for again an hour later', () => {
  for (const side of sides)
    it(`are those of ${side.exchange}, with their intervals and what these are known from`, () => {
      let both = 0;
      for (const poll of side.adapter.polls) {
        if (poll.tense !== 'history' || !poll.yields.includes('funding-rate')) continue;
        for (const instrument of subjectsOf(side))
          both += assertSame(
            `${poll.id} ${instrument.venueSymbol}`,
            askedAt(side, poll, instrument, NOW_MS),
            askedAt(side, poll, instrument, NOW_MS + HOUR_MS),
          );
      }
      assert.ok(both > 10, `${both} settlements in both answers`);
    });

  it('are those of every back-fill whose page ends with now', () => {
    for (const deep of deepPages.filter(({ metric }) => metric === 'funding')) {
      const side = sides.find(({ exchange }) => deep.id.startsWith(`${exchange}/`));
      assert.ok(side !== undefined, deep.id);
      for (const instrument of subjectsOf(side)) {
        const [earlier, later] = [0, HOUR_MS].map((laterMs) => {
          const nowMs = NOW_MS + laterMs;
          const spanMs = deep.isWhole === true ? YEAR_MS : deep.rows * deep.stepMs;
          const range = { fromMs: nowMs - spanMs, toMs: nowMs };
          const rows = readPage(side, deep, { instrument, range, nowMs })?.rows.get('funding') ?? [];
          return settledRates(rows, instrument);
        });
        const both = assertSame(`${deep.id} ${instrument.venueSymbol}`, earlier ?? new Map(), later ?? new Map()); // prettier-ignore
        assert.ok(both > 5 || (earlier?.size ?? 0) === 0, `${deep.id} ${instrument.venueSymbol}: ${both}`);
      }
    }
  });
});
