import { scaledRate } from '../core/scaledRate.ts';
import { YEAR_MS } from '../core/units.ts';
import type { SettledFunding } from './assetSeries.ts';
import type { PointPart } from './points.ts';

/** Returns settlements by instrument, whatever endpoint told of them. */
export function settledFunding(parts: readonly PointPart[]): SettledFunding[] {
  return [...Map.groupBy(parts, ({ instrument }) => instrument)].flatMap(([instrument, own]) => {
    const rows = own.flatMap((part) =>
      Array.from(part.atMs.keys(), (at) => ({ part, at, atMs: part.atMs[at] ?? 0 })),
    );
    rows.sort((a, b) => a.atMs - b.atMs || (a.part.endpoint < b.part.endpoint ? -1 : 1));
    const [first] = own;
    if (first === undefined) return [];
    const column = (read: (part: PointPart, at: number) => number | undefined): Float64Array =>
      Float64Array.from(rows, ({ part, at }) => read(part, at) ?? Number.NaN);
    const rateOf = ({ columns }: PointPart, at: number) => columns['fundingRatePerInterval']?.[at];
    const intervalOf = ({ columns }: PointPart, at: number) => columns['intervalMs']?.[at];
    return [
      {
        ...{ exchange: first.exchange, instrument },
        atMs: column((part, at) => part.atMs[at]),
        ratePerInterval: column(rateOf),
        intervalMs: column(intervalOf),
        perYear: column((part, at) =>
          part.shared['intervalBasis'] === 'venue-default'
            ? undefined
            : scaledRate(rateOf(part, at) ?? Number.NaN, intervalOf(part, at) ?? Number.NaN, YEAR_MS),
        ),
      },
    ];
  });
}
