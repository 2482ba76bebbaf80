import type { Level } from '../orderBook.ts';
import type { RowReader, Reporting } from './rowReader.ts';

/** Returns one side of an order book, or nothing where a level cannot be read: a side only means something whole. */
export function bookSide<T>(
  list: readonly unknown[],
  path: string,
  reader: RowReader<T>,
  context: Reporting,
  levelOf: (row: T) => Level,
): Level[] {
  const side: Level[] = [];
  reader.each(list, path, context, (row) => void side.push(levelOf(row)));
  return side.length === list.length ? side : [];
}
