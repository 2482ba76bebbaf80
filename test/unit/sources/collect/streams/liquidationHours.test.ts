import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import type { Liquidation, LiquidationVolume } from '../../../../../src/core/observation.ts';
import { HOUR_MS, MINUTE_MS } from '../../../../../src/core/units.ts';
import { Lane } from '../../../../../src/sources/collect/streams/lane.ts';
import type { Moment } from '../../../../../src/sources/collect/streams/laneState.ts';
import { LiquidationHours } from '../../../../../src/sources/collect/streams/liquidationHours.ts';
import { tenth } from '../../../../support/tenthExchange.ts';
import { instrumentOf } from '../../../market/builders.ts';

const NOON = Date.UTC(2026, 10, 22, 12);
const btc = instrumentOf('bybit');

const event = (atMs: number, changes: Partial<Liquidation> = {}): Liquidation => ({
  kind: 'liquidation',
  exchange: 'bybit',
  venueSymbol: 'BTCUSDT',
  baseAsset: 'BTC',
  instrument: btc.key,
  atMs,
  receivedAtMs: atMs,
  endpoint: 'WS all-liquidations',
  liquidatedSide: 'long',
  priceQuote: 90_000,
  priceBasis: 'bankruptcy',
  sizeBase: 0.5,
  coverage: 'complete',
  ...changes,
});

const hours = (): LiquidationHours => new LiquidationHours('all-liquidations', 'complete');
/** What is over at a time, where all silence until then is proved. */
const over = (sums: LiquidationHours, nowMs: number): LiquidationVolume[] => sums.drain(nowMs, nowMs, nowMs);

describe('liquidations by the hour', () => {
  it('sums an hour that was live from its beginning to its end, once', () => {
    const sums = hours();
    sums.cover([btc], NOON - 10 * MINUTE_MS);
    sums.add([
      event(NOON - 5 * MINUTE_MS),
      event(NOON + 1),
      event(NOON + HOUR_MS - 1, { liquidatedSide: 'short' }),
    ]);
    assert.deepEqual(over(sums, NOON + HOUR_MS), []);
    const [row, ...others] = over(sums, NOON + HOUR_MS + MINUTE_MS);
    assert.deepEqual(others, []);
    assert.equal(row?.atMs, NOON);
    assert.deepEqual([row.longLiquidatedBase, row.shortLiquidatedBase], [0.5, 0.5]);
    assert.deepEqual([row.longLiquidatedUsd, row.shortLiquidatedUsd], [45_000, 45_000]);
    assert.deepEqual(over(sums, NOON + HOUR_MS + 2 * MINUTE_MS), []);
  });

  it('gives nothing for an hour that began before the stream was live', () => {
    const sums = hours();
    sums.cover([btc], NOON + 1);
    sums.add([event(NOON + 2)]);
    assert.deepEqual(over(sums, NOON + HOUR_MS + MINUTE_MS), []);
    assert.equal(over(sums, NOON + 2 * HOUR_MS + MINUTE_MS)[0]?.longLiquidatedBase, 0);
  });

  it('gives nothing for an hour with a gap, and begins anew with the next whole one', () => {
    const sums = hours();
    sums.cover([btc], NOON);
    sums.add([event(NOON + 1)]);
    sums.uncover();
    sums.cover([btc], NOON + 20 * MINUTE_MS);
    sums.add([event(NOON + HOUR_MS + 1)]);
    const rows = over(sums, NOON + 2 * HOUR_MS + MINUTE_MS);
    assert.deepEqual(
      rows.map((row) => [row.atMs, row.longLiquidatedBase]),
      [[NOON + HOUR_MS, 0.5]],
    );
  });

  it('has no sum in a unit that one event cannot be stated in', () => {
    const sums = hours();
    sums.cover([btc], NOON);
    const { sizeBase: _size, ...contracts } = event(NOON + 2, { sizeContracts: 7 });
    sums.add([event(NOON + 1), contracts]);
    const [row] = over(sums, NOON + HOUR_MS + MINUTE_MS);
    assert.equal(row?.longLiquidatedUsd, undefined);
    assert.equal(row?.shortLiquidatedUsd, 0);
  });

  it('gives nothing for an instrument that was followed only from within the hour', () => {
    const eth = instrumentOf('bybit', { key: 'bybit:ETHUSDT', venueSymbol: 'ETHUSDT' });
    const sums = hours();
    sums.cover([btc], NOON);
    sums.cover([btc, eth], NOON + 30 * MINUTE_MS);
    sums.add([event(NOON + 40 * MINUTE_MS, { instrument: eth.key })]);
    const rows = over(sums, NOON + 2 * HOUR_MS + MINUTE_MS);
    assert.deepEqual(
      rows.map((row) => [row.atMs - NOON, row.instrument]),
      [
        [0, btc.key],
        [HOUR_MS, btc.key],
        [HOUR_MS, eth.key],
      ],
    );
  });

  it('waits for the proof that silence was true', () => {
    const sums = hours();
    sums.cover([btc], NOON);
    assert.deepEqual(sums.drain(NOON + 3 * HOUR_MS, NOON, NOON + HOUR_MS - 1), []);
    assert.equal(sums.drain(NOON + 3 * HOUR_MS, NOON, NOON + HOUR_MS).length, 1);
  });

  it('gives nothing for an hour of which an event came too late to be told from a repetition', () => {
    const sums = hours();
    sums.cover([btc], NOON);
    sums.missed(NOON - 1);
    assert.equal(over(sums, NOON + HOUR_MS + MINUTE_MS).length, 1);
    sums.missed(NOON + HOUR_MS + 1);
    assert.deepEqual(over(sums, NOON + 2 * HOUR_MS + MINUTE_MS), []);
  });

  it('stays bounded: more events than can be kept give no sum instead of a part', () => {
    const sums = hours();
    sums.cover([btc], NOON);
    sums.add(Array.from({ length: 50_001 }, (_, index) => event(NOON + index)));
    assert.deepEqual(over(sums, NOON + HOUR_MS + MINUTE_MS), []);
  });
});

describe('a stream of liquidations', () => {
  const frame = (atMs: number, id: string) => ({
    body: {
      channel: 'liquidations',
      data: [{ symbol: 'BTC-PERP', side: 'short', price: '90000', size: '2', time: atMs, id }],
    },
    receivedAtMs: atMs,
  });
  const perp = instrumentOf('tenth', { key: 'tenth:BTC-PERP', venueSymbol: 'BTC-PERP' });
  const followed = { instruments: [perp], table: new Map([[perp.key, perp]]), keys: new Set([perp.key]) };
  const hoursOf = (lane: Lane, atMs: number, what = followed) => lane.liquidationHours(what, at(atMs), atMs);
  const at = (wallMs: number): Moment => ({ wallMs, monoMs: wallMs });

  /** A lane that had its first event at a time. */
  const liveFrom = (atMs: number): Lane => {
    const channel = tenth.streams?.[0]?.channels[0] ?? assert.fail();
    const lane = new Lane(tenth, channel, 0, at(atMs));
    lane.topics = ['liquidations'];
    lane.handle({ type: 'connecting', connection: 1 }, at(atMs));
    lane.handle({ type: 'subscribed', connection: 1 }, at(atMs));
    receive(lane, atMs, 'first');
    return lane;
  };
  const receive = (lane: Lane, atMs: number, id: string): void => {
    const { isValid } = lane.read(frame(atMs, id), followed, atMs);
    lane.handle({ type: 'data', connection: 1, isValid }, at(atMs));
    hoursOf(lane, atMs);
  };

  it('gives each whole hour that it was live, with its coverage', () => {
    const lane = liveFrom(NOON - MINUTE_MS);
    receive(lane, NOON + 5 * MINUTE_MS, 'a');
    assert.deepEqual(hoursOf(lane, NOON + HOUR_MS + MINUTE_MS), [], 'silence since then is not proved');
    lane.handle({ type: 'tick' }, at(NOON + HOUR_MS + 10));
    lane.handle({ type: 'witness', connection: 1, verdict: 'quiet' }, at(NOON + HOUR_MS + 20));
    const [row] = hoursOf(lane, NOON + HOUR_MS + MINUTE_MS);
    assert.deepEqual(
      [row?.atMs, row?.shortLiquidatedUsd, row?.longLiquidatedUsd, row?.coverage, row?.instrument],
      [NOON, 180_000, 0, 'complete', perp.key],
    );
  });

  it('gives nothing for an hour in which the connection was lost', () => {
    const lane = liveFrom(NOON - MINUTE_MS);
    receive(lane, NOON + 5 * MINUTE_MS, 'a');
    lane.handle({ type: 'closed', connection: 1, cause: 'closed' }, at(NOON + 10 * MINUTE_MS));
    lane.handle({ type: 'connecting', connection: 2 }, at(NOON + 10 * MINUTE_MS));
    assert.deepEqual(hoursOf(lane, NOON + HOUR_MS + MINUTE_MS), []);
  });

  it('gives nothing for an hour with a frame that could not be read', () => {
    const lane = liveFrom(NOON - MINUTE_MS);
    lane.read(
      { body: { channel: 'liquidations', data: [{ symbol: 'BTC-PERP' }] }, receivedAtMs: NOON + 1 },
      followed,
      1,
    );
    receive(lane, NOON + 5 * MINUTE_MS, 'a');
    assert.deepEqual(hoursOf(lane, NOON + HOUR_MS + MINUTE_MS), []);
  });

  it('counts an event too late to be used against its hour', () => {
    const lane = liveFrom(NOON - MINUTE_MS);
    receive(lane, NOON + 5 * MINUTE_MS, 'a');
    receive(lane, NOON + 20 * MINUTE_MS, 'b');
    lane.read(frame(NOON + 10 * MINUTE_MS, 'late'), followed, NOON + 20 * MINUTE_MS);
    receive(lane, NOON + HOUR_MS + MINUTE_MS, 'c');
    assert.deepEqual(hoursOf(lane, NOON + HOUR_MS + MINUTE_MS), []);
  });

  it('makes no zero of an instrument whose events cannot be read for want of its contract size', () => {
    const other = instrumentOf('tenth', { key: 'tenth:ETH-PERP', venueSymbol: 'ETH-PERP' });
    const both = { ...followed, instruments: [perp, other] };
    const lane = liveFrom(NOON - MINUTE_MS);
    hoursOf(lane, NOON - MINUTE_MS, both);
    receive(lane, NOON + 5 * MINUTE_MS, 'a');
    lane.read(frame(NOON + HOUR_MS + MINUTE_MS, 'b'), followed, NOON + HOUR_MS + MINUTE_MS);
    const rows = hoursOf(lane, NOON + HOUR_MS + MINUTE_MS, both);
    assert.deepEqual(
      rows.map((row) => row.instrument),
      [perp.key],
    );
  });

  it('knows nothing of other topics before a connection that has subscribed them', () => {
    const lane = liveFrom(NOON - MINUTE_MS);
    lane.setTopics(['liquidations', 'more']);
    receive(lane, NOON + 5 * MINUTE_MS, 'a');
    receive(lane, NOON + HOUR_MS + MINUTE_MS, 'b');
    assert.deepEqual(hoursOf(lane, NOON + HOUR_MS + MINUTE_MS), []);
  });

  it('goes by the exchange’s clock, and gives nothing while that is not known', () => {
    const lane = liveFrom(NOON - MINUTE_MS);
    receive(lane, NOON + 30 * MINUTE_MS, 'a');
    lane.handle({ type: 'tick' }, at(NOON + HOUR_MS + 10));
    lane.handle({ type: 'witness', connection: 1, verdict: 'quiet' }, at(NOON + HOUR_MS + 20));
    const ahead = at(NOON + HOUR_MS + MINUTE_MS);
    assert.deepEqual(lane.liquidationHours(followed, ahead, NOON + 31 * MINUTE_MS), []);
    assert.deepEqual(lane.liquidationHours(followed, ahead, undefined), []);
  });
});
