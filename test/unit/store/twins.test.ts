import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { after, before, describe, it } from 'mocha';
import type { HistoryStore } from '../../../src/store/historyStore.ts';
import { createMemoryStore } from '../../../src/store/memoryStore.ts';
import { openSqliteStore, type SqliteStore } from '../../../src/store/sqliteStore.ts';
import { T0 } from './rows.ts';
import { command, type Command } from './twinCommands.ts';

/** How many sequences of commands, of 85 on average; docs/reliability.md B2. */
const RUNS = Number(process.env['PERPSCOPE_TWIN_RUNS'] ?? 60);

/** Does or asks one thing; returns what is to be the same. */
async function apply(store: HistoryStore, one: Command, tidy: (slices: number) => void): Promise<unknown> {
  switch (one.do) {
    case 'append':
      return store.append(one.rows);
    case 'note':
      return store.noteNewest(one.rows);
    case 'prune':
      return store.prune(one.before);
    case 'keep':
      return store.appendJournal([{ topic: 'keep', key: one.key, atMs: T0, body: one.note }]);
    case 'tidy':
      return tidy(one.slices);
    case 'columns':
      return store.columns(one.query);
    default:
      return store[one.do](one.query);
  }
}

describe('SQLite and memory are twins', () => {
  let folder: string;
  let count = 0;
  before(() => {
    folder = mkdtempSync(join(tmpdir(), 'perpscope-twins-'));
  });
  after(() => rmSync(folder, { recursive: true, force: true }));

  /** Both do the same; of two openings of the file, the second does each third command. */
  async function run(openings: 1 | 2, commands: readonly Command[]): Promise<void> {
    const file = join(folder, `${(count += 1)}.db`);
    const memory = createMemoryStore('live');
    const files: SqliteStore[] = [];
    for (let count = 0; count < openings; count += 1)
      files.push(await openSqliteStore(file, { source: 'live' }));
    for (const [turn, one] of commands.entries()) {
      const store = files[openings === 2 && turn % 3 === 2 ? 1 : 0];
      assert.ok(store !== undefined);
      const expected = await apply(memory, one, () => undefined);
      const found = await apply(store, one, (slices) => {
        for (let slice = 0; slice < slices && store.tidySlice(); slice += 1);
      });
      assert.deepEqual(found, expected, `command ${turn}: ${JSON.stringify(one)}`);
    }
    for (const kind of ['open-interest', 'candle', 'liquidation'] as const)
      assert.deepEqual(await files[0]?.query({ kind }), await memory.query({ kind }));
    for (const store of files) await store.close();
    rmSync(file);
  }

  // What one opening remembers of the file is forgotten at each write of another: both ways are needed.
  for (const openings of [1, 2] as const)
    it(`answer ${RUNS * 85} random commands alike, ${openings} opening${openings === 1 ? '' : 's'} of the file`, async () => {
      const commands = fc.array(command, { minLength: 60, maxLength: 110, size: 'max' });
      const property = fc.asyncProperty(commands, (list) => run(openings, list));
      const seed = Number(process.env['PERPSCOPE_SEED'] ?? Date.now() % 2 ** 31);
      // A failure is told as it was found: sequences shrink too slowly. What takes too long has failed.
      const bounds = { interruptAfterTimeLimit: Math.max(60_000, 1_000 * RUNS), markInterruptAsFailure: true };
      await fc.assert(property, { seed, numRuns: RUNS, endOnFailure: true, ...bounds });
    }).timeout(600_000); // prettier-ignore
});
