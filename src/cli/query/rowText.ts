import { jsonLine } from '../../core/outsideText.ts';
import { csvText } from '../../surfaces/protocol/tableText.ts';
import { cellOf, type Row, type RowShape } from './rowShape.ts';

/** Returns a number that reads back as the same double; -0 keeps its sign. */
export function numberText(value: number): string {
  return Object.is(value, -0) ? '-0' : String(value);
}

/** Returns the first line of comma-separated values. */
export function csvHead({ columns }: RowShape): string {
  return `${columns.map(({ name }) => name).join(',')}\n`;
}

/** Returns a row as comma-separated values: text that no spreadsheet takes for a formula, an empty cell where there is no value. */
export function csvRow(row: Row, shape: RowShape): string {
  const cells = shape.columns.map((column) => {
    const cell = cellOf(row, column, shape);
    return typeof cell === 'string' ? csvText(cell) : cell === undefined ? '' : numberText(cell);
  });
  return `${cells.join(',')}\n`;
}

/** Returns a row as one line of JSON, null where there is no value. */
export function jsonRow(row: Row, shape: RowShape): string {
  const members = shape.columns.map((column) => {
    const cell = cellOf(row, column, shape);
    const text = typeof cell === 'string' ? jsonLine(cell) : cell === undefined ? 'null' : numberText(cell);
    return `${JSON.stringify(column.name)}:${text}`;
  });
  return `{${members.join(',')}}`;
}
