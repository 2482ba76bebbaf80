import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, it } from 'mocha';
import { BUILT_IN_RULES } from '../../../src/analysis/regime/rules.ts';
import { RulesInForce } from '../../../src/market/rulesInForce.ts';
import { FakeClock } from '../../support/fakeClock.ts';
import { until } from '../../support/streamWire.ts';

const START = Date.UTC(2026, 10, 1, 12, 3);
const own = (version: string, changes: object = {}): string =>
  JSON.stringify({ version, extends: 'built-in', ...changes });

describe('the rules in force', () => {
  let folder = '';
  let clock = new FakeClock(START);
  let rules: RulesInForce;
  let changes = 0;
  const warnings: string[] = [];
  const file = (name = 'a.json') => ({ path: join(folder, name), name });
  const write = (text: string, name?: string): void => writeFileSync(file(name).path, text);
  /** Lets a change be seen, left alone and read. */
  const look = async (): Promise<void> => {
    for (let turn = 0; turn < 3; turn += 1) {
      await until('it sleeps', () => clock.pending === 1);
      await clock.advance(500);
    }
    await until('it sleeps again', () => clock.pending === 1);
  };

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'perpscope-rules-'));
    clock = new FakeClock(START);
    [changes, warnings.length] = [0, 0];
    rules = new RulesInForce({
      clock,
      warn: (line) => void warnings.push(line),
      onDidChange: () => void (changes += 1),
    });
  });
  afterEach(() => {
    rules.dispose();
    rmSync(folder, { recursive: true, force: true });
  });

  it('are the built-in ones until somebody chooses others', async () => {
    await rules.choose({});
    assert.deepEqual([rules.rules, rules.standing, changes], [BUILT_IN_RULES, { version: BUILT_IN_RULES.version }, 0]); // prettier-ignore
  });

  it('let no market wait for a disk that does not answer', async () => {
    rules.choose = () => new Promise(() => undefined);
    const started = rules.start({ file: file() });
    let isOver = false;
    void started.then(() => (isOver = true));
    await clock.advance(1_999);
    assert.equal(isOver, false);
    await clock.advance(1);
    await started;
    assert.equal(clock.pending, 0);
  });

  it('are those of a file, and follow it: changes, errors, its end and its return', async () => {
    write(own('mine/1', { dwellHours: 8 }));
    await rules.choose({ file: file() });
    assert.deepEqual([rules.rules.version, rules.rules.dwellHours, changes], ['mine/1', 8, 1]);
    const { digest, ...first } = rules.standing;
    assert.match(digest ?? '', /^[\da-f]{12}$/);
    assert.deepEqual(first, { version: 'mine/1', file: 'a.json', readAtMs: START });

    await clock.advance(60_000);
    write(own('mine/2', { dwellHours: -1 }));
    await look();
    assert.equal(rules.rules.version, 'mine/1', 'the last good rules stay in force');
    const fault = 'a.json:1:55: dwellHours: expected a number not below 0, found -1 (out-of-range)';
    assert.deepEqual(rules.standing, { ...first, digest, faults: [fault] });
    assert.deepEqual(warnings, [fault]);

    write(own('mine/2', { dwellHours: 9 }));
    await look();
    assert.deepEqual([rules.rules.version, rules.rules.dwellHours], ['mine/2', 9]);
    assert.equal(rules.standing.faults, undefined);
    assert.ok((rules.standing.readAtMs ?? 0) > START);

    rmSync(file().path);
    await look();
    assert.equal(rules.rules.version, 'mine/2');
    assert.match(rules.standing.faults?.[0] ?? '', /^a\.json: .*found no file of this name \(unreadable\)$/);
    write(own('mine/3'));
    await look();
    assert.deepEqual([rules.rules.version, rules.standing.faults], ['mine/3', undefined]);
  });

  it('are the built-in ones where a file is faulty from the start, and say so', async () => {
    write('{');
    await rules.choose({ file: file() });
    assert.deepEqual(rules.rules, BUILT_IN_RULES);
    assert.deepEqual(rules.standing, {
      ...{ version: BUILT_IN_RULES.version, file: 'a.json' },
      faults: ['a.json:1:2: expected a key in double quotes, found the end of the file (syntax)'],
    });
    write(own('mine/1'));
    await look();
    assert.equal(rules.standing.version, 'mine/1');
  });

  it('of one file are never the last good ones of another', async () => {
    write(own('mine/1'));
    write('[]', 'b.json');
    await rules.choose({ file: file() });
    await rules.choose({ file: file('b.json') });
    assert.deepEqual([rules.standing.version, rules.standing.file, rules.standing.readAtMs], [BUILT_IN_RULES.version, 'b.json', undefined]); // prettier-ignore
    write(own('mine/9'));
    await look();
    assert.equal(rules.standing.version, BUILT_IN_RULES.version, 'the first file is followed no more');
    await rules.choose({});
    assert.deepEqual(rules.standing, { version: BUILT_IN_RULES.version });
    await until('nothing is followed', () => clock.pending === 0);
  });

  it('are those that were chosen last, however long a file takes', async () => {
    write(own('mine/1'));
    write(own('other/1'), 'b.json');
    await Promise.all([rules.choose({ file: file() }), rules.choose({ file: file('b.json') }), rules.choose({ level: 0.7 })]); // prettier-ignore
    assert.deepEqual([rules.standing.version, rules.standing.file], ['built-in/3, level 0.7', undefined]);
    await until('nothing is followed', () => clock.pending === 0);
    const late = rules.choose({ file: file() });
    rules.dispose();
    await late;
    await until('nothing is followed', () => clock.pending === 0);
  });

  it('have the level and margin of the settings before their own, and say so in their version', async () => {
    write(own('mine/1', { reject: { level: 0.6, margin: 0.3 } }));
    await rules.choose({ file: file(), level: 0.8, margin: 0.3 });
    assert.deepEqual(rules.rules.reject, { level: 0.8, margin: 0.3, rarity: BUILT_IN_RULES.reject.rarity });
    assert.equal(rules.standing.version, 'mine/1, level 0.8', 'a margin that is the same changes nothing');
    await rules.choose({ file: file(), margin: 0 });
    assert.deepEqual(rules.rules.reject, { level: 0.6, margin: 0, rarity: BUILT_IN_RULES.reject.rarity });
    const before = changes;
    await rules.choose({ file: file(), margin: 0 });
    assert.equal(changes, before, 'what was chosen before is no change');
  });

  it('of one version and other content are told apart, and a comment is no content', async () => {
    const digests: (string | undefined)[] = [];
    for (const text of [own('mine/1'), `// x\n${own('mine/1')}`, own('mine/1', { dwellHours: 7 })]) {
      write(text);
      const anew = new RulesInForce({ clock, warn: () => undefined, onDidChange: () => undefined });
      await anew.choose({ file: file() });
      digests.push(anew.standing.digest);
      anew.dispose();
    }
    assert.equal(digests[0], digests[1]);
    assert.notEqual(digests[0], digests[2]);
  });

  it('name the first ten faults of a file and how many more there are', async () => {
    write(own('mine/1', { names: Array.from({ length: 6 }, () => ({ label: 'x', families: ['y'] })) }));
    await rules.choose({ file: file() });
    assert.equal(rules.standing.faults?.length, 11);
    assert.equal(rules.standing.faults?.at(-1), 'a.json: and 2 more');
  });
});
