/** One row of a table, which has a label: the time that it is about. */
export interface DumpRow {
  /** Start of the bar, or the moment, epoch ms. */
  readonly atMs: number;
  /** What its label states, epoch ms. */
  readonly labelMs: number;
  /** The columns beside the label. */
  readonly cells: readonly string[];
}

/** A table as it would be published if nothing went wrong. */
export interface DumpTable {
  readonly header?: string;
  label(labelMs: number): string;
  /** Where the label stands; first unless stated. */
  readonly labelColumn?: number;
  readonly rows: readonly DumpRow[];
}

/** What is wrong with the rows of a file, by the starts of their bars in epoch ms. */
export interface DumpDefects {
  /** Stretches without rows, `toMs` exclusive. */
  readonly missing: readonly { readonly fromMs: number; readonly toMs: number }[];
  /** Rows that stand twice. */
  readonly repeated: readonly number[];
  /** Rows whose label is a second late. */
  readonly jittered: readonly number[];
  /** Cells without a number; `column` counts from 0 beside the label. */
  readonly absent: readonly {
    readonly atMs: number;
    readonly column: number;
    readonly text: '' | 'NaN';
  }[];
  /** Rows of which a later issue states other numbers: `REVISION` times the market's. */
  readonly revised: readonly number[];
}

export const NO_DEFECTS: DumpDefects = { missing: [], repeated: [], jittered: [], absent: [], revised: [] };

/** What a later issue makes of the numbers of a row that it revises. */
export const REVISION = 1.001;

/** Returns the text of a table with these defects. `revisedColumns` are those that a later issue states otherwise. */
export function tableText(table: DumpTable, defects: DumpDefects, revisedColumns: readonly number[]): string {
  const lines: string[] = table.header === undefined ? [] : [table.header];
  const [jittered, repeated, revised] = [defects.jittered, defects.repeated, defects.revised].map(
    (times) => new Set(times),
  );
  const absent = new Map(defects.absent.map((cell) => [cell.atMs, cell]));
  for (const { atMs, labelMs, cells } of table.rows) {
    if (defects.missing.some(({ fromMs, toMs }) => atMs >= fromMs && atMs < toMs)) continue;
    const hole = absent.get(atMs);
    const isRevised = revised?.has(atMs) === true;
    const said = cells.map((cell, column) => {
      if (column === hole?.column) return hole.text;
      return isRevised && revisedColumns.includes(column) ? (Number(cell) * REVISION).toFixed(8) : cell;
    });
    const label = table.label(labelMs + (jittered?.has(atMs) === true ? 1_000 : 0));
    const line = said.toSpliced(table.labelColumn ?? 0, 0, label).join(',');
    lines.push(line);
    if (repeated?.has(atMs) === true) lines.push(line);
  }
  return `${lines.join('\n')}\n`;
}
