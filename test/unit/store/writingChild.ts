// Run as a child process: appends batches for ever and prints the number of each acknowledged batch. A batch is three single
// rows and a page of 50; days pass, so that rows are folded into blocks in between.
import { writeSync } from 'node:fs';
import { openSqliteStore } from '../../../src/store/sqliteStore.ts';
import { batchOf } from './killedBatches.ts';

const [, , file = '', start = '0'] = process.argv;
const store = await openSqliteStore(file, { source: 'live' });
for (let number = Number(start); ; number += 1) {
  await store.append(batchOf(number));
  writeSync(1, `${number}\n`);
  store.tidySlice();
}
