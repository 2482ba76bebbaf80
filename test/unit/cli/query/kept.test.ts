import assert from 'node:assert/strict';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, it } from 'mocha';
import { isPerpscopeError } from '../../../../src/core/errors.ts';
import { HOUR_MS } from '../../../../src/core/units.ts';
import { allBefore } from '../../../support/allBefore.ts';
import { DAY0, openInterestHours, priceHours, QueryRig } from '../../../support/queryRig.ts';

describe('what an export keeps from being deleted', () => {
  let rig: QueryRig;
  beforeEach(async () => {
    rig = new QueryRig();
    const hours = openInterestHours('binance', [100, 101, 102, 103, 104, 105]);
    await rig.write([...hours, ...priceHours('binance', [[1, 2, 1, 2, 5]])]);
  });
  afterEach(() => rig.remove());

  const KEY = 'BTC_open-interest_1h_2026-01-01T02_2026-01-01T04';
  const asked = (why: string): string => {
    const range = '--since 2026-01-01T02:00Z --until 2026-01-01T04:00Z --exchange binance';
    return `--metrics open-interest ${range} --out ${join(rig.folder, 'out')} --keep ${why}`;
  };
  /** The open interest that stands after everything old is deleted. */
  const left = async (): Promise<number[]> => {
    const store = await rig.open();
    await store.prune(allBefore(DAY0 + 1_000 * HOUR_MS));
    const rows = await store.query({ kind: 'open-interest' });
    const others = await store.query({ kind: 'candle' });
    await store.close();
    assert.deepEqual(others, []);
    return rows.map(({ openInterestBase = Number.NaN }) => openInterestBase);
  };

  it('is what it was read from, with its reason, until the note is removed', async () => {
    const exported = await rig.export(asked('thesis'));
    assert.equal(exported.code, 0);
    assert.match(exported.notes.join('\n'), new RegExp(`kept for as long as the note stands: ${KEY}`));
    const listed = await rig.kept();
    assert.equal(listed.code, 0);
    assert.match(listed.text, new RegExp(`^${KEY}\n  open-interest of BTC by 1h, 2026-01-01 01:00 UTC to 2026-01-01 04:00 UTC; noted .*: thesis\n$`));
    assert.deepEqual(await left(), [101, 102, 103], 'the hour before the first label may hold its reading');
    const removed = await rig.kept(`--remove ${KEY} --json`);
    assert.deepEqual(JSON.parse(removed.text).isRemoved, true);
    assert.match((await rig.kept()).text, /^No note protects anything/);
    assert.deepEqual(await left(), []);
  }); // prettier-ignore

  it('is nothing without the option, or where nothing was exported', async () => {
    await rig.export(asked('x').replace(' --keep x', ''));
    await rig.export(`${asked('x')} --asset ETH`);
    assert.match((await rig.kept()).text, /^No note protects anything/);
    assert.deepEqual(await left(), []);
  });

  it('refuses a key that is none, and a reason that says nothing', async () => {
    const isUsage = (error: unknown): boolean => isPerpscopeError(error, 'usage');
    await assert.rejects(rig.kept('--remove nothing'), isUsage);
    await assert.rejects(rig.export(asked('​')), isUsage);
  });
});
