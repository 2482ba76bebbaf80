import { decimalOf } from './decimals.ts';
import type { MapContext } from '../mapContext.ts';

/** Units of an exchange's names of bars in ms, as it spells them: `{ m: MINUTE_MS, H: HOUR_MS }`; '' is that of bare numbers. */
export type BarUnits = Readonly<Record<string, number>>;

/** Returns the length in ms of a bar by its name (`5m`, `1Hutc`, `60`, `D`); undefined for months and what is not in the table. */
export function namedBar(name: string | undefined, units: BarUnits): number | undefined {
  const match = /^(\d{0,4})(\D*)$/.exec(name ?? '');
  const [all, count, unit] = match ?? [];
  if (!all || unit === undefined || !Object.hasOwn(units, unit)) return undefined;
  const unitMs = units[unit];
  const times = count === '' ? 1 : Number(count);
  return unitMs === undefined || times === 0 ? undefined : times * unitMs;
}

/** Returns the smallest spacing of the times under a key (a position in arrays) in ms: the bars of a list that does not name them. */
export function spacingOf(list: readonly unknown[], key: string | number, unitMs = 1): number | undefined {
  const times = list.flatMap((row) => {
    const read = decimalOf((row as Record<string | number, unknown> | null)?.[key]);
    return Number.isNaN(read) ? [] : [read];
  });
  times.sort((a, b) => a - b);
  let smallest = Infinity;
  for (const [index, time] of times.entries()) {
    const spacing = time - (times[index - 1] ?? time);
    if (spacing > 0 && spacing < smallest) smallest = spacing;
  }
  return smallest === Infinity ? undefined : smallest * unitMs;
}

interface BarsIn {
  /** The bar as the request or the payload names it. */
  readonly named: string | undefined;
  readonly units: BarUnits;
  /** The rows, where their times stand, and what one unit of these is in ms. */
  readonly list: readonly unknown[];
  readonly time: string | number;
  readonly unitMs?: number;
}

/** Returns the bar length in ms: by its name, and only where there is none by the spacing of the rows. */
export function barOf({ named, units, list, time, unitMs }: BarsIn): number | undefined {
  const isNamed = named !== undefined && named !== '';
  return isNamed ? namedBar(named, units) : spacingOf(list, time, unitMs);
}

/** Reports bars whose length is not known: without it they say nothing. */
export function reportUnknownBar(context: Pick<MapContext, 'report'>, path: string): void {
  const message =
    'the bar length is not known: none is named, or it has no fixed length, and fewer than two rows';
  context.report({ code: 'decode', path, message });
}
