import { PerpscopeError } from '../core/errors.ts';
import { apartBy, rangeSeriesOf } from '../series/range/rangeSeries.ts';
import { readRange, type Range } from '../series/range/readRange.ts';
import type { ReadOnlyHistory } from '../store/readOnlyHistory.ts';
import type { Arguments } from './arguments.ts';
import type { CommandIo } from './commandIo.ts';
import { describe } from './query/description.ts';
import { HoleBook } from './query/holes.ts';
import { tableHead, tableLines } from './query/queryText.ts';
import {
  openAskedStore,
  readAsked,
  readChoice,
  readMetrics,
  readOneAsset,
  type Asked,
} from './query/rangeOptions.ts';
import { damageRemark, remarksOn } from './query/remarks.ts';
import { pieceOf, rowShape, rowsIn, type Row, type RowPiece, type RowShape } from './query/rowShape.ts';
import { csvHead, csvRow, jsonRow } from './query/rowText.ts';
import { withTurns } from '../store/withTurns.ts';

const FORMATS = ['table', 'csv', 'ndjson', 'json'] as const;
type Format = (typeof FORMATS)[number];
/** So many rows are written at once. */
const ROWS_AT_ONCE = 4_096;

/**
 * `perpscope query`: one series of an asset from a history, by exchange and summed up. Reads and never writes the history. Returns
 * the exit code: 1 where there is no value at all, 3 where something that was asked for is lacking.
 */
export async function queryCommand(args: Arguments, io: CommandIo): Promise<number> {
  const format = formatOf(args);
  const metrics = readMetrics('metric', args.values['metric']);
  if (metrics.length > 1)
    throw new PerpscopeError('usage', 'query takes one metric; perpscope export takes several');
  readOneAsset(args);
  const [asked] = readAsked(args, metrics, io.clock.nowMs());
  if (asked === undefined) return 1;
  const store = openAskedStore(args);
  try {
    const range = await readRange(withTurns(store, io.signal), asked.query, io.signal);
    const { asset, id, isSummed } = asked.query;
    const shape = rowShape(id, asset, store.source, isSummed);
    if (range.extent !== undefined || format === 'json')
      await write({ asked, range, shape, store }, format, io);
    const { code, remarks } = remarksOn(asked, range);
    const damage = damageRemark(store.damage());
    for (const remark of [...remarks, ...(damage === undefined ? [] : [damage])])
      io.note(`perpscope: ${remark}`);
    return code === 0 && damage !== undefined ? 3 : code;
  } finally {
    store.close();
  }
}

interface Found {
  readonly asked: Asked;
  readonly range: Range;
  readonly shape: RowShape;
  readonly store: ReadOnlyHistory;
}

async function write(found: Found, format: Format, io: CommandIo): Promise<void> {
  const { range, shape } = found;
  switch (format) {
    case 'table':
      io.write(tableHead(shape, range));
      for await (const rows of range.rows()) io.write(tableLines(shape, range, rows));
      return;
    case 'csv':
      io.write(csvHead(shape));
      return writeRows(found, io, (row) => csvRow(row, shape));
    case 'ndjson':
      return writeRows(found, io, (row) => `${jsonRow(row, shape)}\n`);
    case 'json':
      return writeJson(found, io);
  }
}

async function writeRows(
  { range, shape }: Found,
  io: CommandIo,
  textOf: (row: Row) => string,
  onPiece?: (piece: RowPiece) => void,
): Promise<void> {
  let [text, rows] = ['', 0];
  for await (const one of range.rows()) {
    const piece = pieceOf(shape, range, one);
    onPiece?.(piece);
    for (const row of rowsIn(piece)) {
      text += textOf(row);
      rows += 1;
      if (rows % ROWS_AT_ONCE !== 0) continue;
      io.write(text);
      text = '';
    }
  }
  if (text !== '') io.write(text);
}

/** One object: what was asked, the rows, and last what is missing among them. */
async function writeJson(found: Found, io: CommandIo): Promise<void> {
  const { asked, range, shape, store } = found;
  const { extent, stepMs } = range;
  const gaps = extent === undefined ? [] : await store.gaps({ fromMs: extent.firstMs, toMs: extent.lastMs + stepMs }); // prettier-ignore
  const holes = new HoleBook(gaps, stepMs, apartBy(rangeSeriesOf(shape.id)));
  const head = { schema: 'perpscope.query/1', ...describe(asked, range, shape, store.source) };
  io.write(`${JSON.stringify(head).slice(0, -1)},"rows":[`);
  let separator = '';
  const textOf = (row: Row): string => {
    const text = `${separator}${jsonRow(row, shape)}`;
    separator = ',';
    return text;
  };
  await writeRows(found, io, textOf, (piece) => holes.note(piece));
  const { holes: listed, unlisted } = holes.end();
  io.write(`],"gaps":${JSON.stringify(listed)},"gapsNotListed":${unlisted}}\n`);
}

function formatOf(args: Arguments): Format {
  const said = args.values['format'];
  const isJson = args.flags.has('json');
  const format = readChoice('format', said ?? (isJson ? 'json' : 'table'), FORMATS);
  if (isJson && format !== 'json' && format !== 'ndjson')
    throw new PerpscopeError('usage', `--json and --format ${format} exclude each other: leave one out`);
  return format;
}
