import { PerpscopeError } from '../core/errors.ts';
import { jsonLine, quoted } from '../core/outsideText.ts';
import { formatUtc } from '../surfaces/reports/format.ts';
import type { Arguments } from './arguments.ts';
import type { CommandIo } from './commandIo.ts';
import { keptNotes, openForNotes, type KeptNote } from './query/keptNotes.ts';
import { readStorePath } from './storePath.ts';

/**
 * `perpscope kept`: the notes that keep rows of a history from being deleted; with `--remove` it takes one back. Returns the exit
 * code.
 */
export async function keptCommand(args: Arguments, io: CommandIo): Promise<number> {
  const path = readStorePath(args.values['store']);
  if (path === undefined)
    throw new PerpscopeError('usage', 'kept lists the notes of a history: add --store FILE');
  const key = args.values['remove'];
  const store = await openForNotes(path, io);
  try {
    const notes = await keptNotes(store);
    if (key !== undefined) {
      if (!notes.some((note) => note.key === key))
        throw new PerpscopeError('usage', `there is no note ${quoted(key)}; perpscope kept lists them`);
      await store.appendJournal([{ topic: 'keep', key, atMs: io.clock.nowMs(), body: null }]);
    }
    const isJson = args.flags.has('json');
    const told = key === undefined ? notes : notes.filter((note) => note.key === key);
    for (const note of told)
      io.write(isJson ? `${jsonLine({ ...note, isRemoved: key !== undefined })}\n` : textOf(note, key));
    if (told.length === 0 && !isJson) io.write('No note protects anything: rows go as the settings say.\n');
    return 0;
  } finally {
    await store.close();
  }
}

function textOf(
  { key, asset, metric, step, fromMs, toMs, why, notedAtMs }: KeptNote,
  removed: string | undefined,
): string {
  const what = `${metric} of ${asset} by ${step}, ${formatUtc(fromMs)} to ${formatUtc(toMs)}`;
  return `${removed === undefined ? key : `removed: ${key}`}\n  ${what}; noted ${formatUtc(notedAtMs)}: ${why}\n`;
}
