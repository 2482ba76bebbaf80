// Run as a child process: appends batches of three rows for ever and prints the number of each acknowledged batch.
import { writeSync } from 'node:fs';
import { openSqliteStore } from '../../../src/store/sqliteStore.ts';
import { T0, openInterest } from './rows.ts';

const [, , file = '', start = '0'] = process.argv;
const store = await openSqliteStore(file, { source: 'live' });
for (let number = Number(start); ; number += 1) {
  const batch = [0, 1, 2].map((part) =>
    openInterest({ atMs: T0 + number, endpoint: `part ${part}`, openInterestBase: number }),
  );
  await store.append(batch);
  writeSync(1, `${number}\n`);
}
