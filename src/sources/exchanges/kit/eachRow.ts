import type { Observation } from '../../../core/observation.ts';
import type { MapContext } from '../mapContext.ts';
import type { Place } from './place.ts';
import type { RowReader } from './rowReader.ts';
import type { Subject } from './subject.ts';

/**
 * Reads rows one by one and hands over each that can be used and is about who was asked for. `path` locates the list. Rows
 * and their places hold until the next one only: what is kept of them are numbers and texts.
 */
export function eachRow<T>(
  context: MapContext,
  list: readonly unknown[],
  path: string,
  reader: RowReader<T>,
  take: (row: T, who: Subject, at: Place) => void,
): void {
  for (let index = 0; index < list.length; index += 1) {
    const row = reader.at(list, index, path, context);
    if (row === undefined) continue;
    const who = context.subject(reader.symbol, reader.place);
    if (who !== undefined) take(row, who, reader.place);
  }
}

/** As `eachRow`, for rows that each become observations of the moment, or events. */
export function mapEach<T>(
  context: MapContext,
  list: readonly unknown[],
  path: string,
  reader: RowReader<T>,
  map: (row: T, who: Subject, at: Place) => readonly Observation[],
): Observation[] {
  const found: Observation[] = [];
  // As `eachRow` does it, written out: a push has one row, and one of many thousand pays for each function between.
  for (let index = 0; index < list.length; index += 1) {
    const row = reader.at(list, index, path, context);
    if (row === undefined) continue;
    const who = context.subject(reader.symbol, reader.place);
    if (who === undefined) continue;
    const own = map(row, who, reader.place);
    if (list.length === 1) return own as Observation[];
    for (let place = 0; place < own.length; place += 1) found.push(own[place] as Observation);
  }
  return found;
}
