import assert from 'node:assert/strict';
import { mkdtempSync, renameSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, it } from 'mocha';
import { FollowedFile } from '../../../src/store/followedFile.ts';
import { FakeClock } from '../../support/fakeClock.ts';
import { until } from '../../support/streamWire.ts';

describe('a file that is followed', () => {
  let folder = '';
  let clock = new FakeClock();
  let following: FollowedFile | undefined;
  const readings: string[] = [];
  const path = (): string => join(folder, 'rules', 'a.json');

  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'perpscope-followed-'));
    await mkdir(join(folder, 'rules'));
    clock = new FakeClock();
    readings.length = 0;
  });
  afterEach(() => {
    following?.dispose();
    rmSync(folder, { recursive: true, force: true });
  });

  const start = async (): Promise<void> => {
    following = new FollowedFile(path(), clock, (reading) => {
      readings.push('text' in reading ? reading.text : reading.error.message);
      return Promise.resolve();
    });
    await following.start();
  };
  /** Lets it look once. */
  const look = async (): Promise<void> => {
    await until('it sleeps', () => clock.pending === 1);
    await clock.advance(500);
    await until('it sleeps again', () => clock.pending === 1);
  };

  it('is read at once, and again once a change has been left alone', async () => {
    writeFileSync(path(), 'one');
    await start();
    assert.deepEqual(readings, ['one']);
    await look();
    await look();
    assert.deepEqual(readings, ['one'], 'what has not changed is not read');
    writeFileSync(path(), 'tw');
    await look();
    writeFileSync(path(), 'two!');
    await look();
    assert.deepEqual(readings, ['one'], 'it is still being written');
    await look();
    assert.deepEqual(readings, ['one', 'two!']);
  });

  it('is read when it appears, is gone, comes back in another’s place, and with its folder', async () => {
    await start();
    writeFileSync(path(), 'new');
    for (let turn = 0; turn < 2; turn += 1) await look();
    rmSync(join(folder, 'rules'), { recursive: true });
    for (let turn = 0; turn < 2; turn += 1) await look();
    await mkdir(join(folder, 'rules'));
    writeFileSync(path(), 'NEW');
    for (let turn = 0; turn < 2; turn += 1) await look();
    const other = join(folder, 'b.json');
    writeFileSync(other, 'two');
    utimesSync(other, new Date(0), new Date(0));
    renameSync(other, path());
    for (let turn = 0; turn < 2; turn += 1) await look();
    assert.deepEqual(readings, ['no file of this name', 'new', 'no file of this name', 'NEW', 'two']);
  });

  it('says why it cannot be read: a folder, too much', async () => {
    await mkdir(path());
    await start();
    rmSync(path(), { recursive: true });
    writeFileSync(path(), ' '.repeat(1_048_577));
    for (let turn = 0; turn < 2; turn += 1) await look();
    assert.deepEqual(readings, ['no file', 'more than 1 MiB']);
  });

  it('is left alone once nobody follows it', async () => {
    writeFileSync(path(), 'one');
    await start();
    await until('it sleeps', () => clock.pending === 1);
    following?.dispose();
    await until('it is over', () => clock.pending === 0);
  });
});
