import type { ContextMetric, ContextValue } from '../../core/contextValue.ts';
import { DAY_MS } from '../../core/units.ts';
import { readDecimal } from '../exchanges/kit/decimals.ts';
import { contextValue, type ContextMapScope } from './contract.ts';

/** How a file of daily levels is laid out. */
export interface DailyCsvLayout {
  /** Names that the first column may have, lower case. */
  readonly dateColumns: readonly string[];
  /** The metric of each further column, by its name in lower case. */
  readonly columns: Readonly<Record<string, ContextMetric>>;
}

const MAX_LINES = 20_000;

/** Returns midnight UTC of a date written 2026-11-20; undefined for what is none, such as 2026-02-30. */
export function readDay(value: string): number | undefined {
  if (!/^\d{4}-\d\d-\d\d$/.test(value)) return undefined;
  const atMs = Date.parse(`${value}T00:00:00Z`);
  return Number.isFinite(atMs) && new Date(atMs).toISOString().startsWith(value) ? atMs : undefined;
}

/**
 * Reads daily levels: a header, then a date and decimal numbers a line, split by commas. Nothing is evaluated: a cell
 * is a number, empty (or `.`, no value that day), or an issue with its line. A line with a fault is left out whole.
 */
export function readDailyCsv(
  content: string,
  layout: DailyCsvLayout,
  scope: ContextMapScope,
): ContextValue[] {
  const fail = (path: string, message: string): ContextValue[] => {
    scope.report({ code: 'decode', path, message });
    return [];
  };
  const lines = content.replace(/^\uFEFF/, '').split(/\r\n|\n|\r/);
  if (lines.length > MAX_LINES) return fail('', `more than ${MAX_LINES} lines; shorten the file`);
  const isContent = (line: string): boolean => line.trim() !== '' && !line.startsWith('#');
  const first = lines.findIndex(isContent);
  const header = (lines[first] ?? '').split(',').map((cell) => cell.trim().toLowerCase());
  const known = Object.keys(layout.columns);
  if (!layout.dateColumns.includes(header[0] ?? ''))
    return fail(`line ${first + 1}`, `the first column must be called ${layout.dateColumns[0]}`);
  const metrics = header.slice(1).map((name) => layout.columns[name]);
  const odd = header.slice(1).find((name) => !Object.hasOwn(layout.columns, name));
  if (odd !== undefined || metrics.length === 0)
    return fail(`line ${first + 1}`, `columns after the date must be of ${known.join(', ')}`);
  if (new Set(metrics).size < metrics.length) return fail(`line ${first + 1}`, 'a column is there twice');
  const seen = new Map<number, number>();
  return lines.flatMap((line, index): ContextValue[] => {
    if (index <= first || !isContent(line)) return [];
    const path = `line ${index + 1}`;
    const cells = line.split(',').map((cell) => cell.trim());
    const atMs = readDay(cells[0] ?? '');
    if (atMs === undefined) return fail(path, 'the date must be written like 2026-11-20');
    if (cells.length !== header.length)
      return fail(
        path,
        `${cells.length} cells where the header has ${header.length}; write 1234.5, not 1,234.5`,
      );
    const before = seen.get(atMs);
    if (before !== undefined) return fail(path, `the date is there already, in line ${before}`);
    seen.set(atMs, index + 1);
    const values: ContextValue[] = [];
    for (const [at, metric] of metrics.entries()) {
      const cell = cells[at + 1] ?? '';
      if (metric === undefined || cell === '' || cell === '.') continue;
      const value = readDecimal(cell);
      if (value === undefined || value <= 0) return fail(path, 'a level must be a decimal number above zero');
      values.push(contextValue(scope, metric, value, { atMs, barMs: DAY_MS }));
    }
    return values;
  });
}
