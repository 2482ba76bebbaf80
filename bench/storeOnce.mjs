// Run in a process of its own by store.mjs: both stores take the same pages in turn, then answer the same questions.
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openSqliteStore } from '../src/store/sqliteStore.ts';
import { median } from './measure.mjs';
import { FIELDS, pages, SERIES, START_MS } from './storeRows.mjs';

const DAY_MS = 86_400_000;
const HOUR_MS = 3_600_000;
const [, , most = '2000000'] = process.argv;
const Database = createRequire(new URL('./storePeer/package.json', import.meta.url))('better-sqlite3');
const folder = mkdtempSync(join(tmpdir(), 'perpscope-bench-store-'));
const [ownFile, peerFile] = ['own.db', 'peer.db'].map((name) => join(folder, name));

function openPeer() {
  const db = new Database(peerFile);
  db.pragma('journal_mode = WAL');
  db.pragma('synchronous = NORMAL');
  db.pragma('cache_size = -65536');
  return db;
}

/** Time of this process on a processor, ms: what the machine's other work does not lengthen. */
const processorMs = () => {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1_000;
};

/** @param {() => unknown} work */
async function timed(work) {
  const startMs = performance.now();
  await work();
  return performance.now() - startMs;
}

/** @param {number} times @param {() => unknown} work */
async function medianOf(times, work) {
  const samples = [];
  for (let time = 0; time < times; time += 1) samples.push(await timed(work));
  return median(samples);
}

try {
  let store = await openSqliteStore(ownFile, { source: 'live' });
  let peer = openPeer();
  peer.exec(
    `CREATE TABLE bar (series INTEGER, at_ms INTEGER, ${FIELDS.map((name) => `${name} REAL`).join(', ')}, PRIMARY KEY (series, at_ms)) WITHOUT ROWID`,
  );
  const insert = peer.prepare(`INSERT INTO bar VALUES (?, ?, ${FIELDS.map(() => '?').join(', ')})`);
  const insertPage = peer.transaction((series, atMs, columns) => {
    for (let row = 0; row < atMs.length; row += 1)
      insert.run(
        series,
        atMs[row],
        columns[0][row],
        columns[1][row],
        columns[2][row],
        columns[3][row],
        columns[4][row],
        columns[5][row],
        columns[6][row],
        columns[7][row],
        columns[8][row],
        columns[9][row],
        columns[10][row],
        columns[11][row],
      );
  });
  let [rows, ownMs, peerMs, turn, longestMs] = [0, 0, 0, 0, 0];
  const processor = { own: 0, peer: 0 };
  for (const { series, atMs, columns } of pages()) {
    const shared = {
      kind: 'mark-price',
      exchange: series.exchange,
      venueSymbol: series.asset,
      baseAsset: series.asset,
      instrument: `${series.exchange}:${series.asset}`,
      receivedAtMs: START_MS + 500 * DAY_MS,
      endpoint: 'GET /history',
    };
    const chunk = {
      shared,
      atMs,
      columns: Object.fromEntries(FIELDS.map((name, field) => [name, columns[field]])),
    };
    const own = async () => {
      const startMs = processorMs();
      const ms = await timed(() => store.append([chunk]));
      processor.own += processorMs() - startMs;
      longestMs = Math.max(longestMs, ms);
      ownMs += ms;
    };
    const other = async () => {
      const startMs = processorMs();
      peerMs += await timed(() => insertPage(series.index, atMs, columns));
      processor.peer += processorMs() - startMs;
    };
    for (const one of (turn += 1) % 2 === 0 ? [own, other] : [other, own]) await one();
    rows += atMs.length;
    if (rows >= Number(most)) break;
  }
  const beforeTidyMs = processorMs();
  const tidyMs = await timed(() => store.settle());
  processor.own += processorMs() - beforeTidyMs;
  await store.close();
  peer.close();
  const bytes = [ownFile, peerFile].map((file) => statSync(file).size);
  const openMs = await timed(async () => (store = await openSqliteStore(ownFile, { source: 'live' })));
  peer = openPeer();
  const kind = 'mark-price';
  const firstLatestMs = await timed(() => store.latest({ kind }));
  const firstExtremesMs = await timed(() => store.extremes({ kind }));
  const statements = {
    latest: peer.prepare('SELECT * FROM bar WHERE series = ? ORDER BY at_ms DESC LIMIT 1').raw(),
    days: peer.prepare('SELECT at_ms, value4 FROM bar WHERE series = ? AND at_ms >= ? AND at_ms < ?').raw(),
    hours: peer
      .prepare(`SELECT series, at_ms / ${HOUR_MS}, avg(value4) FROM bar WHERE series < 10 GROUP BY 1, 2`)
      .raw(),
    high: peer.prepare('SELECT series, max(value4) FROM bar GROUP BY series').raw(),
  };
  const toMs = START_MS + 300 * DAY_MS;
  const questions = {
    latest: [41, () => store.latest({ kind }), () => SERIES.map(({ index }) => statements.latest.get(index))],
    days: [
      41,
      () =>
        store.columns({
          kind,
          instrument: 'exchange3:BTC',
          fields: ['value4'],
          fromMs: toMs - 30 * DAY_MS,
          toMs,
        }),
      () => statements.days.all(3, toMs - 30 * DAY_MS, toMs),
    ],
    hours: [
      9,
      () => store.columns({ kind, baseAsset: 'BTC', fields: ['value4'], stepMs: HOUR_MS }),
      () => statements.hours.all(),
    ],
    high: [9, () => store.extremes({ kind }), () => statements.high.all()],
  };
  const answers = {};
  for (const [name, [times, own, other]] of Object.entries(questions)) {
    await own();
    await other();
    answers[name] = { own: await medianOf(times, own), peer: await medianOf(times, other) };
  }
  const [days] = await store.columns({
    kind,
    instrument: 'exchange3:BTC',
    fields: ['value4'],
    fromMs: toMs - 30 * DAY_MS,
    toMs,
  });
  const expected = statements.days.all(3, toMs - 30 * DAY_MS, toMs);
  const differing = expected.filter(
    ([at, value], row) => days?.atMs[row] !== at || !Object.is(days.columns['value4']?.[row], value),
  ).length;
  await store.close();
  peer.close();
  process.stdout.write(
    JSON.stringify({
      rows,
      ownMs,
      peerMs,
      tidyMs,
      processor,
      longestMs,
      bytes,
      openMs,
      firstLatestMs,
      firstExtremesMs,
      answers,
      differing,
    }),
  );
} finally {
  rmSync(folder, { recursive: true, force: true });
}
