import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { readFile, stat } from 'node:fs/promises';
import { isPerpscopeError, PerpscopeError } from '../../core/errors.ts';
import { csvRows } from '../timeline/csvLines.ts';
import type { Layout } from './layouts.ts';
import { unreadable } from '../unreadable.ts';

/** JSON has no lines to read one by one: more than this is refused. */
const MOST_JSON_BYTES = 64 * 1024 * 1024;

/** A row of a file, whatever its form. */
export interface FileRow {
  /** Where it stands, for errors. */
  readonly where: string;
  /** The text of a column; undefined where the row has none. */
  text(column: string): string | undefined;
}

/** Reads the rows of a file: CSV row by row, of whatever length. Errors: `usage`, with file, place and what was expected. */
export async function* fileRows(file: string, layout: Layout): AsyncGenerator<FileRow, void> {
  if (layout.form !== 'csv') {
    yield* jsonRows(file, layout);
    return;
  }
  for await (const row of csvRows(file, columnsOf(layout)))
    yield { where: `${file}, line ${row.line}`, text: (column) => row.text(column) };
}

/** Returns the SHA-256 of a file's bytes. Errors: `usage`. */
export async function sha256Of(file: string): Promise<string> {
  const hash = createHash('sha256');
  try {
    for await (const bytes of createReadStream(file)) hash.update(bytes as Buffer);
  } catch (cause) {
    throw unreadable(file, cause);
  }
  return hash.digest('hex');
}

function columnsOf({ time, symbol, venue, interval, columns }: Layout): string[] {
  const stated = interval !== undefined && 'column' in interval ? [interval.column] : [];
  return [
    time,
    ...(symbol === undefined ? [] : [symbol]),
    ...(venue === undefined ? [] : [venue]),
    ...stated,
    ...columns.map(({ column }) => column),
  ];
}

async function* jsonRows(file: string, layout: Layout): AsyncGenerator<FileRow, void> {
  const all = await parsed(file);
  if (!Array.isArray(all)) throw new PerpscopeError('usage', `${file}: a list of rows expected`);
  for (const [place, one] of (all as unknown[]).entries()) {
    const where = `${file}, entry ${place + 1}`;
    if (typeof one !== 'object' || one === null || Array.isArray(one) !== (layout.form === 'lists'))
      throw new PerpscopeError(
        'usage',
        `${where}: ${layout.form === 'lists' ? 'a list of values' : 'an object'} expected`,
      );
    const row = one as Readonly<Record<string, unknown>>;
    if (!Object.hasOwn(row, layout.time))
      throw new PerpscopeError('usage', `${where}: a member ${layout.time} expected`);
    yield {
      where,
      text: (column) => {
        const value = Object.hasOwn(row, column) ? row[column] : undefined;
        return typeof value === 'number' || typeof value === 'string' ? String(value).trim() : undefined;
      },
    };
  }
}

async function parsed(file: string): Promise<unknown> {
  let text: string;
  try {
    if ((await stat(file)).size > MOST_JSON_BYTES)
      throw new PerpscopeError('usage', `${file} is JSON of more than 64 MB; write it as CSV`);
    text = await readFile(file, 'utf8');
  } catch (error) {
    if (isPerpscopeError(error)) throw error;
    throw unreadable(file, error);
  }
  try {
    return JSON.parse(text) as unknown;
  } catch (error) {
    throw new PerpscopeError('usage', `${file} is no JSON: ${(error as Error).message}`, { cause: error });
  }
}
