import { ByteWriter, ParquetWriter } from 'hyparquet-writer';
import { rangeSeriesOf } from '../../series/range/rangeSeries.ts';
import { HashedFile, type RowFile } from './rowFile.ts';
import { GROUP_ROWS, RowGroup, type ColumnStatistics } from './rowGroup.ts';
import type { RowColumn, RowShape } from './rowShape.ts';

type Element = ConstructorParameters<typeof ParquetWriter>[0]['schema'][number];

/**
 * Begins a Parquet file: sorted by time, times as timestamps in UTC (INT64, milliseconds), numbers as doubles that may be null. Unit
 * and meaning stand with each column and, as JSON, with the file under `perpscope`. `about` is what is said of the whole.
 */
export function parquetFile(folder: string, name: string, shape: RowShape, about: object): RowFile {
  const file = new HashedFile(folder, name);
  // The label stands once: a timestamp is both the time and its milliseconds.
  const columns = shape.columns.filter(({ type }) => type !== 'ms');
  const bytes = new ByteWriter();
  const writer = Object.assign(bytes, {
    flush(): void {
      file.write(new Uint8Array(bytes.buffer, 0, bytes.index));
      bytes.index = 0;
    },
  });
  const described = columns.map(({ name: own, unit, meaning }) => ({ name: own, unit, meaning }));
  const parquet = new ParquetWriter({
    writer,
    schema: [{ name: 'root', num_children: columns.length }, ...columns.map(elementOf)],
    createdBy: 'perpscope',
    kvMetadata: [{ key: 'perpscope', value: JSON.stringify({ ...about, columns: described }) }],
  });
  let rows = 0;
  const statistics: ColumnStatistics[][] = [];
  const writeGroup = (): void => {
    const all = group.take();
    if (all.length === 0) return;
    statistics.push(all.map((one) => one.statistics));
    // The writer's own look at each value takes as long as writing it.
    const columnData = all.map((column) => ({ ...column, statistics: false }));
    // The writer of bytes waits for nothing, so that nothing has to be waited for here.
    void parquet.write({ columnData, rowGroupSize: GROUP_ROWS });
  };
  const group = new RowGroup(columns, shape, writeGroup);
  return {
    add(piece) {
      rows += group.add(piece);
    },
    end() {
      writeGroup();
      for (const [place, written] of parquet.row_groups.entries()) {
        written.sorting_columns = [{ column_idx: 0, descending: false, nulls_first: false }];
        for (const [at, { meta_data: meta }] of written.columns.entries()) {
          if (meta === undefined) continue;
          meta.key_value_metadata = keysOf(columns[at], shape);
          const own = statistics[place]?.[at];
          Object.assign(meta, { statistics: own, encoding_stats: pagesOf(meta.encodings) });
        }
      }
      void parquet.finish();
      writer.flush();
      return file.end(rows);
    },
    discard: () => file.discard(),
  };
}

function elementOf({ name, type }: RowColumn): Element {
  if (type === 'time')
    return {
      ...{ name, type: 'INT64', repetition_type: 'REQUIRED', converted_type: 'TIMESTAMP_MILLIS' },
      logical_type: { type: 'TIMESTAMP', isAdjustedToUTC: true, unit: 'MILLIS' },
    };
  if (type === 'number') return { name, type: 'DOUBLE', repetition_type: 'OPTIONAL' };
  return {
    ...{ name, type: 'BYTE_ARRAY', repetition_type: 'REQUIRED', converted_type: 'UTF8' },
    logical_type: { type: 'STRING' },
  };
}

/** What pages a column has: a group is less than one page of values, with a dictionary before it where it has one. */
function pagesOf(encodings: readonly string[]): object[] {
  const dictionary = { page_type: 'DICTIONARY_PAGE', encoding: 'PLAIN', count: 1 };
  return encodings.includes('RLE_DICTIONARY')
    ? [dictionary, { page_type: 'DATA_PAGE_V2', encoding: 'RLE_DICTIONARY', count: 1 }]
    : [{ page_type: 'DATA_PAGE_V2', encoding: 'PLAIN', count: 1 }];
}

function keysOf(
  column: RowColumn | undefined,
  { id, valueName }: RowShape,
): { key: string; value: string }[] {
  if (column === undefined) return [];
  const { kind, label } = rangeSeriesOf(id);
  const own = [
    { key: 'unit', value: column.unit },
    { key: 'meaning', value: column.meaning },
  ];
  return column.name === valueName
    ? [...own, { key: 'kind', value: kind }, { key: 'label', value: label }]
    : own;
}
