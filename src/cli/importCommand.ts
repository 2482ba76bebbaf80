import { basename } from 'node:path';
import { PerpscopeError } from '../core/errors.ts';
import type { Asset, ExchangeId } from '../core/ids.ts';
import { jsonLine, plainLine, quoted } from '../core/outsideText.ts';
import type { JournalEntry } from '../store/journal.ts';
import { openSqliteStore } from '../store/sqliteStore.ts';
import type { AppendResult, HistoryStore } from '../store/historyStore.ts';
import { readAssets, type Arguments } from './arguments.ts';
import type { CommandIo } from './commandIo.ts';
import { fileRows, sha256Of } from './import/fileRows.ts';
import { ImportedRows, type ImportPlan } from './import/importedRows.ts';
import type { Layout } from './import/layouts.ts';
import { statedLayout } from './import/statedLayout.ts';
import { summaryText, type ImportSummary } from './import/summaryText.ts';
import { readStorePath } from './storePath.ts';

/** Rows that wait for one write: enough that writing is quick, few enough that memory does not grow with the file. */
const BATCH_ROWS = 16_384;
/** Steps shorter than their interval: a few are late settlements, this share is another interval. */
const MOST_SHORT = 0.1;
const SOURCE = /^[a-z0-9][a-z0-9-]{0,39}$/;

/**
 * `perpscope import`: a file of the user's own becomes a source of its own in a history. The file is read twice, at first
 * without writing: a fault in its last line leaves nothing behind. Returns the exit code.
 */
export async function importCommand(args: Arguments, io: CommandIo): Promise<number> {
  const { csv: file, store: storeOption, source } = args.values;
  if (file === undefined) throw new PerpscopeError('usage', 'import reads a file: add --csv FILE');
  const layout = statedLayout(args.values);
  const asset = assetOf(args.values['asset'], layout);
  const exchange = exchangeOf(source ?? stemOf(file));
  const isDryRun = args.flags.has('dry-run');
  const path = readStorePath(storeOption);
  if (path === undefined && !isDryRun)
    throw new PerpscopeError(
      'usage',
      'import writes into a history: add --store FILE, or --dry-run to look only',
    );
  const nowMs = io.clock.nowMs();
  const name = plainLine(basename(file), 120);
  const sha256 = await sha256Of(file);
  const plan: ImportPlan = { layout, exchange, asset, endpoint: `FILE ${name}`, receivedAtMs: nowMs, nowMs };
  const checked = await readAll(file, plan, io);
  refuseUnlikely(file, checked, asset);
  const summary: ImportSummary = { file: name, sha256, exchange, layout, isDryRun, tally: checked.tally };
  if (path === undefined || isDryRun) {
    say(summary, args, io);
    return 0;
  }
  const store = await openSqliteStore(path, { source: 'live', onNotice: (notice) => io.note(notice) });
  try {
    const entry = await entryOf(store, summary, plan);
    const stored = await write(file, { ...plan, receivedAtMs: entry.atMs }, store, io);
    if ((await sha256Of(file)) !== sha256)
      throw new PerpscopeError('usage', `${file} was changed while it was read; import it again`);
    await store.settle();
    say({ ...summary, stored }, args, io);
    return 0;
  } finally {
    await store.close();
  }
}

async function readAll(
  file: string,
  plan: ImportPlan,
  io: CommandIo,
  onBatch?: (rows: ImportedRows) => Promise<void>,
): Promise<ImportedRows> {
  const rows = new ImportedRows(plan);
  for await (const row of fileRows(file, plan.layout)) {
    rows.take(row);
    if (rows.waiting < BATCH_ROWS) continue;
    if (io.signal.aborted)
      throw new PerpscopeError(
        'aborted',
        'stopped; what was written is whole rows, the same import goes on from there',
      );
    if (onBatch === undefined) rows.discard();
    else await onBatch(rows);
  }
  await onBatch?.(rows);
  return rows;
}

async function write(
  file: string,
  plan: ImportPlan,
  store: HistoryStore,
  io: CommandIo,
): Promise<AppendResult> {
  const total = { inserted: 0, unchanged: 0, revised: 0 };
  await readAll(file, plan, io, async (rows) => {
    const { chunks, context } = rows.drain();
    for (const result of [await store.append(chunks), await store.appendContext(context)]) {
      total.inserted += result.inserted;
      total.unchanged += result.unchanged;
      total.revised += result.revised;
    }
  });
  return total;
}

/**
 * Returns the entry of the journal that names the file, its checksum and its layout; rows bear its time as their receipt. The
 * same file again is the same entry, so that nothing of it is written anew and an import that was stopped goes on.
 */
async function entryOf(store: HistoryStore, summary: ImportSummary, plan: ImportPlan): Promise<JournalEntry> {
  const { file, sha256, exchange, layout, tally } = summary;
  const body = { file, sha256, layout, asset: plan.asset ?? null, rows: tally.rows };
  const before = await store.journal({ topic: 'import', key: exchange });
  const newest = before.findLast((one) => (one.body as { file?: unknown } | null)?.file === file);
  if (newest !== undefined && JSON.stringify(newest.body) === JSON.stringify(body)) return newest;
  // Rows that take the place of others have to be received later, also by a clock that was put back.
  const atMs = Math.max(plan.nowMs, (newest?.atMs ?? 0) + 1);
  const entry: JournalEntry = { topic: 'import', key: exchange, atMs, body };
  await store.appendJournal([entry]);
  return entry;
}

function refuseUnlikely(file: string, { tally }: ImportedRows, asset: Asset | undefined): void {
  if (tally.rows === 0) throw new PerpscopeError('usage', `${file}: at least one row expected`);
  if (tally.others === tally.rows)
    throw new PerpscopeError('usage', `${file} has no row about ${asset ?? 'any asset'}`);
  if (tally.kept === 0) throw new PerpscopeError('usage', `${file} has no row with a value that can be kept`);
  if (tally.short > tally.steps * MOST_SHORT)
    throw new PerpscopeError(
      'usage',
      `${file}: ${tally.short} of ${tally.steps} rows follow sooner than the interval or bar that is stated; state the right one`,
    );
}

function assetOf(said: string | undefined, layout: Layout): Asset | undefined {
  const read = said === undefined ? [] : readAssets(said);
  if (read.length > 1)
    throw new PerpscopeError('usage', '--asset names the one asset that the file is about');
  const [asset] = read;
  if (layout.asset === '' && asset !== undefined)
    throw new PerpscopeError('usage', `layout ${layout.name} is about no asset: leave out --asset`);
  if (layout.asset !== undefined && layout.asset !== '' && asset !== undefined && asset !== layout.asset)
    throw new PerpscopeError('usage', `layout ${layout.name} is about ${layout.asset}, not ${asset}`);
  if (layout.asset === undefined && layout.symbol === undefined && asset === undefined)
    throw new PerpscopeError('usage', 'whose numbers are in the file? Add --asset, for example --asset BTC');
  return asset;
}

function exchangeOf(name: string): ExchangeId {
  if (SOURCE.test(name)) return `import:${name}`;
  throw new PerpscopeError(
    'usage',
    `--source takes a name of a-z, 0-9 and -, at most 40 letters, not ${quoted(name)}`,
  );
}

/** The name of a file as that of a source. */
const stemOf = (file: string): string =>
  basename(file)
    .replace(/\.[a-z]+$/i, '')
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .replaceAll(/^-+|-+$/g, '')
    .slice(0, 40);

function say(summary: ImportSummary, args: Arguments, io: CommandIo): void {
  if (!args.flags.has('json')) {
    io.write(summaryText(summary));
    return;
  }
  const { file, sha256, exchange, layout, isDryRun, tally, stored } = summary;
  const { columns, holes, rows, kept, others, running, repeated, firstRepeated, series, short } = tally;
  const counts = { rows, kept, others, running, repeated, firstRepeated, series, short };
  const notRead = layout.notRead ?? [];
  io.write(
    `${jsonLine({ file, sha256, source: exchange, layout: layout.name, isDryRun, ...counts, ...tally.span(), holes, columns, notRead, stored: stored ?? null })}\n`,
  );
}
