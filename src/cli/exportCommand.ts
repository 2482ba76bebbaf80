import { rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { PerpscopeError } from '../core/errors.ts';
import { quoted } from '../core/outsideText.ts';
import { apartBy, rangeSeriesOf } from '../series/range/rangeSeries.ts';
import { readRange } from '../series/range/readRange.ts';
import { makeFolder } from '../store/makeFolder.ts';
import type { JournalEntry } from '../store/journal.ts';
import type { ReadOnlyHistory } from '../store/readOnlyHistory.ts';
import type { Arguments } from './arguments.ts';
import type { CommandIo } from './commandIo.ts';
import { describe } from './query/description.ts';
import { HoleBook } from './query/holes.ts';
import { openAskedStore, readAsked, readChoice, readMetrics, type Asked } from './query/rangeOptions.ts';
import { keepEntry, openForNotes, readWhy } from './query/keptNotes.ts';
import { damageRemark, remarksOn } from './query/remarks.ts';
import { HashedFile, textFile, type RowFile } from './query/rowFile.ts';
import { pieceOf, rowShape, type RowShape } from './query/rowShape.ts';
import { readStorePath } from './storePath.ts';
import { withTurns } from '../store/withTurns.ts';

const FORMATS = ['csv', 'ndjson', 'parquet'] as const;
type Format = (typeof FORMATS)[number];
const MANIFEST = 'manifest.json';

interface Exporting {
  readonly store: ReadOnlyHistory;
  readonly folder: string;
  readonly format: Format;
  readonly io: CommandIo;
  /** Why what is exported has to be kept. */
  readonly why: string | undefined;
  readonly code: number[];
  readonly notes: JournalEntry[];
}

/**
 * `perpscope export`: series of a history as files, with a manifest that is written last: where it stands, the files beside it are
 * whole. Reads and never writes the history, but for the notes of `--keep`. Returns the exit code, as `query` does.
 */
export async function exportCommand(args: Arguments, io: CommandIo, version: string): Promise<number> {
  const format = readChoice('format', args.values['format'] ?? 'csv', FORMATS);
  const asked = readAsked(args, readMetrics('metrics', args.values['metrics']), io.clock.nowMs());
  const out = args.values['out'];
  if (out === undefined || out.trim() === '')
    throw new PerpscopeError('usage', 'export writes files: add --out DIR, the folder for them');
  const why = readWhy(args.values['keep']);
  const store = openAskedStore(args);
  try {
    const folder = openFolder(out);
    const exporting: Exporting = { store, folder, format, io, why, code: [], notes: [] };
    const files: object[] = [];
    for (const one of asked) {
      const file = await exportOne(one, exporting);
      if (file !== undefined) files.push(file);
    }
    const damage = damageRemark(store.damage());
    if (damage !== undefined) io.note(`perpscope: ${damage}`);
    if (files.length === 0) return 1;
    const manifest = {
      ...{ schema: 'perpscope.export/1', perpscope: version, madeAtMs: io.clock.nowMs() },
      ...{ source: store.source, format, files, damage: damage ?? null },
    };
    writeManifest(folder, manifest);
    await keep(exporting.notes, args, io);
    io.write(args.flags.has('json') ? `${JSON.stringify(manifest)}\n` : summary(files, store));
    return damage !== undefined || exporting.code.some((code) => code !== 0) ? 3 : 0;
  } catch (error) {
    throw refusedBySystem(error, out);
  } finally {
    store.close();
  }
}

async function exportOne(asked: Asked, { store, folder, format, io, why, code, notes }: Exporting) {
  const range = await readRange(withTurns(store, io.signal), asked.query, io.signal);
  const found = remarksOn(asked, range);
  for (const remark of found.remarks) io.note(`perpscope: ${remark}`);
  code.push(found.code);
  if (range.extent === undefined) return undefined;
  if (why !== undefined) notes.push(...keepEntry(asked, range, why, io.clock.nowMs()));
  const { asset, id, isSummed } = asked.query;
  const shape = rowShape(id, asset, store.source, isSummed);
  const about = describe(asked, range, shape, store.source);
  const { firstMs, lastMs } = range.extent;
  const holes = new HoleBook(
    await store.gaps({ fromMs: firstMs, toMs: lastMs + range.stepMs }),
    range.stepMs,
    apartBy(rangeSeriesOf(id)),
  );
  const file = await openRows(format, folder, nameOf(asked, store, format), shape, about);
  try {
    for await (const rows of range.rows()) {
      const piece = pieceOf(shape, range, rows);
      file.add(piece);
      holes.note(piece);
    }
    const written = file.end();
    const { holes: gaps, unlisted } = holes.end();
    return { ...written, ...about, gaps, gapsNotListed: unlisted };
  } catch (error) {
    file.discard();
    throw error;
  }
}

/** Notes that what was exported must not be deleted. */
async function keep(notes: readonly JournalEntry[], args: Arguments, io: CommandIo): Promise<void> {
  const path = readStorePath(args.values['store']);
  if (notes.length === 0 || path === undefined) return;
  const store = await openForNotes(path, io);
  try {
    await store.appendJournal(notes);
  } finally {
    await store.close();
  }
  for (const { key } of notes) io.note(`perpscope: kept for as long as the note stands: ${key}`);
}

async function openRows(
  format: Format,
  folder: string,
  name: string,
  shape: RowShape,
  about: object,
): Promise<RowFile> {
  if (format !== 'parquet') return textFile(format, folder, name, shape);
  // Loaded by who asks for it alone.
  const { parquetFile } = await import('./query/parquetFile.ts');
  return parquetFile(folder, name, shape, about);
}

/** For example `BTC-open-interest-1h.csv`; of the simulated market it says so. */
function nameOf({ query: { asset, id }, step }: Asked, { source }: ReadOnlyHistory, format: Format): string {
  const mark = source === 'live' ? '' : '-simulated';
  return `${asset.replace(/[^A-Za-z0-9]/g, '_')}-${id}-${step}${mark}.${format}`;
}

/** Makes the folder where there is none. A manifest of before speaks of files that are about to change: it goes first. */
function openFolder(out: string): string {
  if (statSync(out, { throwIfNoEntry: false })?.isDirectory() === false)
    throw new PerpscopeError('usage', `--out takes a folder; ${quoted(out)} is a file`);
  makeFolder(out);
  rmSync(join(out, MANIFEST), { force: true });
  return out;
}

function writeManifest(folder: string, manifest: object): void {
  const file = new HashedFile(folder, MANIFEST);
  file.write(Buffer.from(`${JSON.stringify(manifest, undefined, 2)}\n`, 'utf8'));
  file.end(0);
}

function summary(files: readonly object[], { source }: ReadOnlyHistory): string {
  const mark = source === 'live' ? '' : '  SIMULATED';
  return (files as { file: string; rows: number; bytes: number }[])
    .map(({ file, rows, bytes }) => `${file}  ${rows} rows  ${bytes} bytes${mark}\n`)
    .join('');
}

function refusedBySystem(error: unknown, out: string): unknown {
  const { syscall, code } = error as NodeJS.ErrnoException;
  if (typeof syscall !== 'string') return error;
  const message = `${quoted(out)} cannot be written (${code}); check that there is room, and that the folder may be written to`;
  return new PerpscopeError('config', message, { cause: error });
}
