import assert from 'node:assert/strict';
import { beforeEach, describe, it } from 'mocha';
import type { Instrument } from '../../../../src/core/instrument.ts';
import type { ListedFault } from '../../../../src/core/issue.ts';
import { HOUR_MS } from '../../../../src/core/units.ts';
import { ListCorrections } from '../../../../src/sources/exchanges/listCorrections.ts';

const listed: Instrument = {
  key: 'demo:LAUSDT', exchange: 'demo', venueSymbol: 'LAUSDT', baseAsset: 'LA', quoteAsset: 'USDT', settleAsset: 'USDT',
  kind: 'perpetual', margin: 'linear', contractSize: { amount: 10, unit: 'base' }, fundingIntervalMs: 8 * HOUR_MS,
  fundingCap: 0.02, fundingFloor: -0.02, status: 'trading',
}; // prettier-ignore
const changed = { ...listed, fundingIntervalMs: 4 * HOUR_MS };

let corrections: ListCorrections;
const note = (field: ListedFault['field'], value?: number, instrument = listed): void =>
  corrections.note(
    {
      code: 'contradiction',
      path: '',
      message: 'x',
      listed: { instrument: instrument.key, field, ...(value === undefined ? {} : { value }) },
    },
    (key) => (key === instrument.key ? instrument : undefined),
  );
const readAgain = (instrument: Instrument): void =>
  corrections.listWasRead('demo', new Map([[instrument.key, instrument]]));
const hours = (instrument = listed): number | undefined => {
  const intervalMs = corrections.of(instrument)?.fundingIntervalMs;
  return intervalMs === undefined ? undefined : intervalMs / HOUR_MS;
};

describe('what payloads have proved against the list of instruments', () => {
  beforeEach(() => void (corrections = new ListCorrections()));

  it('changes nothing while nothing was said', () => {
    assert.equal(corrections.of(listed), listed);
    assert.equal(corrections.of(undefined), undefined);
    assert.equal(corrections.isListInDoubt('demo'), false);
    corrections.note({ code: 'decode', path: '', message: 'x' }, () => listed);
    assert.equal(corrections.of(listed), listed);
  });

  it('stands in place of what the list said, of this instrument alone', () => {
    note('fundingIntervalMs', HOUR_MS);
    assert.equal(hours(), 1);
    assert.equal(hours({ ...listed, key: 'demo:OTHER' }), 8);
    assert.deepEqual([corrections.isListInDoubt('demo'), corrections.isListInDoubt('other')], [true, false]);
  });

  it('leaves nothing known where it only proves the list wrong', () => {
    note('fundingIntervalMs');
    assert.equal(hours(), undefined);
    assert.equal(corrections.of(listed)?.fundingCap, 0.02);
    note('fundingBounds');
    const now = corrections.of(listed);
    assert.deepEqual([now?.fundingCap, now?.fundingFloor], [undefined, undefined]);
    assert.ok(now !== undefined && !('fundingCap' in now));
  });

  it('gives another contract size, or none: without one nothing is converted', () => {
    note('contractSize', 1_000);
    assert.deepEqual(corrections.of(listed)?.contractSize, { amount: 1_000, unit: 'base' });
    note('contractSize');
    assert.equal(corrections.of(listed), undefined);
  });

  it('ends where the list says something else than it did', () => {
    note('fundingIntervalMs', HOUR_MS);
    assert.equal(hours(changed), 4);
    readAgain(changed);
    assert.equal(corrections.isListInDoubt('demo'), false);
    assert.equal(hours(), 8, 'and does not come back with a list that is as it was');
  });

  it('outlasts a list that repeats itself, unless nothing but the fault was known', () => {
    note('fundingIntervalMs', HOUR_MS);
    note('contractSize');
    readAgain(listed);
    assert.equal(hours(), 1);
    assert.deepEqual(corrections.of(listed)?.contractSize, listed.contractSize);
    assert.ok(corrections.isListInDoubt('demo'), 'still to be asked for');
  });

  it('ends where a later payload agrees with the list', () => {
    note('fundingIntervalMs', HOUR_MS);
    note('fundingIntervalMs', 8 * HOUR_MS);
    assert.deepEqual([hours(), corrections.isListInDoubt('demo')], [8, false]);
  });

  it('ends with a contract that the list no longer holds', () => {
    note('fundingIntervalMs', HOUR_MS);
    corrections.listWasRead('demo', new Map());
    assert.equal(corrections.isListInDoubt('demo'), false);
  });

  it('asks for the list where a contract is halted, and changes nothing of it', () => {
    note('status');
    assert.ok(corrections.isListInDoubt('demo'));
    assert.equal(corrections.of(listed), listed);
    readAgain(listed);
    assert.equal(corrections.isListInDoubt('demo'), false);
  });
});
