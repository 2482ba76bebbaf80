import type { MapContext } from '../mapContext.ts';
import { pathOf, type Path } from './place.ts';
import type { Subject } from './subject.ts';

/** Reports that contracts stay contracts because their size is not known: once for each contract of an answer. */
export type SizeReporter = (who: Subject, at: Path, field?: string) => void;

/** Returns what reports unknown sizes of one answer; `field` is that of the row at `at`. */
export function sizeReporter(context: Pick<MapContext, 'report'>): SizeReporter {
  let told: Set<string> | undefined;
  return ({ venueSymbol }, at, field) => {
    told ??= new Set();
    if (told.has(venueSymbol)) return;
    told.add(venueSymbol);
    const message = `the contract size of ${venueSymbol} is not known; contracts were not converted`;
    context.report({ code: 'unknown-instrument', path: pathOf(at, field), message });
  };
}
