import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';
import { PerpscopeError } from '../../core/errors.ts';
import { quoted } from '../../core/outsideText.ts';
import { unreadable } from '../unreadable.ts';

/** A row of a CSV file, by the names of its columns. */
export interface CsvRow {
  /** 1 is the line of the names. */
  readonly line: number;
  /** The text of a column; undefined where the file has no such column. */
  text(column: string): string | undefined;
}

/** Returns the error of a place in a file: where, and what was expected. */
export function wrongLine(file: string, line: number, what: string): PerpscopeError {
  return new PerpscopeError('usage', `${file}, line ${line}: ${what}`);
}

/**
 * Reads a CSV file row by row, of whatever length; the first line names the columns. Errors: `usage`, with file, line and
 * what was expected there.
 */
export async function* csvRows(file: string, needed: readonly string[]): AsyncGenerator<CsvRow, void> {
  const stream = createReadStream(file, 'utf8');
  const lines = createInterface({ input: stream, crlfDelay: Infinity });
  let places: ReadonlyMap<string, number> | undefined;
  let line = 0;
  try {
    for await (const text of lines) {
      line += 1;
      if (text.trim() === '') continue;
      const fields = text
        .replace(/^\ufeff/, '')
        .split(',')
        .map((field) => field.trim());
      if (places === undefined) {
        places = placesOf(file, line, fields, needed);
        continue;
      }
      const known = places;
      if (fields.length !== known.size)
        throw wrongLine(
          file,
          line,
          `${known.size} values expected, one for each column, not ${fields.length}`,
        );
      yield { line, text: (column) => fields[known.get(column) ?? -1] };
    }
  } catch (error) {
    if (!isOfSystem(error)) throw error;
    throw unreadable(file, error);
  } finally {
    lines.close();
    stream.destroy();
  }
  if (places === undefined)
    throw wrongLine(file, 1, `names of columns expected (${needed.join(', ')}); the file is empty`);
}

/** Whether the system refused: no such file, a folder, no right to read. */
const isOfSystem = (error: unknown): boolean => typeof (error as NodeJS.ErrnoException).syscall === 'string';

function placesOf(
  file: string,
  line: number,
  names: readonly string[],
  needed: readonly string[],
): ReadonlyMap<string, number> {
  const places = new Map(names.map((name, place) => [name, place]));
  const lacking = needed.find((name) => !places.has(name));
  if (lacking !== undefined)
    throw wrongLine(file, line, `a column ${lacking} expected, there are ${quoted(names.join(', '))}`);
  if (places.size < names.length) throw wrongLine(file, line, 'every column needs a name of its own');
  return places;
}

/** Returns the number of a field; NaN where it is empty or the file has no such column. Errors: `usage`. */
export function numberIn(
  file: string,
  row: CsvRow,
  column: string,
  isPossible: (value: number) => boolean,
  what: string,
): number {
  const text = row.text(column);
  if (text === undefined || text === '') return Number.NaN;
  const value = Number(text);
  if (Number.isFinite(value) && isPossible(value)) return value;
  throw wrongLine(file, row.line, `${column} is ${what}, not ${quoted(text)}`);
}
