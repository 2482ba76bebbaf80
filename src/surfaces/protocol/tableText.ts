import type { ExportedCell, ExportedTable, TakenAway } from './payloads.ts';

/*
 * A table as text for other programs. Times are ISO 8601 in UTC, numbers keep every digit, units stand in the titles,
 * and a last column says of each row where it comes from, so that a part of the table says it as well.
 */

const SOURCE_TITLE = 'Source';

/** What a spreadsheet would take for a formula. */
const FORMULA = /^[=+\-@\t\r\n]/;

/** Returns the table as comma-separated values (RFC 4180, without a byte order mark). */
export function tableAsCsv(table: ExportedTable): string {
  return textOf(table, ',', '\r\n', quotedField);
}

/** Returns text as a field of comma-separated values that no spreadsheet takes for a formula. Numbers need none of it. */
export function csvText(text: string): string {
  return quotedField(unlikeFormula(text));
}

const unlikeFormula = (text: string): string => (FORMULA.test(text) ? `'${text}` : text);
const quotedField = (text: string): string =>
  /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;

/** Returns the table separated by tabs, as spreadsheets take it from the clipboard. */
export function tableAsTabs(table: ExportedTable): string {
  return textOf(table, '\t', '\n', (text) => text.replace(/[\t\r\n]+/g, ' '));
}

/** Returns a file name that says what a table or picture is of, for example `perpscope-BTC-open-interest-simulated.csv`; of all assets none is named. */
export function takenFileName({ asset, chart, source }: TakenAway, ending: 'csv' | 'png'): string {
  const whose = chart.endsWith('-assets') ? '' : `${asset.replace(/[^A-Za-z0-9]/g, '_')}-`;
  return `perpscope-${whose}${chart}-${source}.${ending}`;
}

/** Returns the source in words: `simulated` and `modelled` go with the numbers wherever they go. */
export function sourceOf({ source, chart }: Pick<TakenAway, 'source' | 'chart'>): string {
  return chart === 'liquidation-heatmap' ? `${source}, modelled` : source;
}

function textOf(
  table: ExportedTable,
  separator: string,
  lineEnd: string,
  quote: (text: string) => string,
): string {
  const { columns, rows } = table;
  const asText = (text: string): string => quote(unlikeFormula(text));
  const cell = (value: ExportedCell, column: number): string => {
    if (value === null) return '';
    if (typeof value === 'string') return asText(value);
    return columns[column]?.type === 'time' ? new Date(value).toISOString() : String(value);
  };
  const source = asText(sourceOf(table));
  const lines = [
    [...columns.map(({ title }) => asText(title)), SOURCE_TITLE],
    ...rows.map((row) => [...row.map(cell), source]),
  ];
  return lines.map((line) => line.join(separator) + lineEnd).join('');
}
