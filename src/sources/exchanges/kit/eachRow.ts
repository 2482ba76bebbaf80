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
  reader.each(list, path, context, (row, at) => {
    const who = context.subject(reader.symbolIn(row), at);
    if (who !== undefined) take(row, who, at);
  });
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
  eachRow(context, list, path, reader, (row, who, at) => {
    for (const one of map(row, who, at)) found.push(one);
  });
  return found;
}
