import { commonAsset, instrumentKey } from '../../../core/ids.ts';
import type { Provenance } from '../../../core/observation.ts';
import { countsAsDollar } from '../../../core/units.ts';
import type { MapContext, Subject, SymbolParts } from '../mapContext.ts';
import { pathOf, type Path } from './place.ts';

export type { Subject };

type Asking = Pick<MapContext, 'instrument' | 'market' | 'report'>;

/**
 * Returns the subject of a row, see `MapContext.subject`. `named` is the symbol in the payload, `requested` the one in the
 * request; either may be missing.
 */
export function subjectOf(
  { parseSymbol }: { parseSymbol(venueSymbol: string): SymbolParts | undefined },
  context: Asking,
  named: string | undefined,
  requested: string | undefined,
  path: Path,
): Subject | undefined {
  const at = (): string => pathOf(path);
  if (named !== undefined && requested !== undefined && named.toUpperCase() !== requested.toUpperCase()) {
    const message = `asked for ${requested}, the answer is about ${named}`;
    context.report({ code: 'wrong-instrument', path: at(), message });
    return undefined;
  }
  const venueSymbol = named ?? requested;
  if (venueSymbol === undefined) {
    const message = 'neither the payload nor the request names the instrument';
    context.report({ code: 'unknown-instrument', path: at(), message });
    return undefined;
  }
  const instrument = context.instrument(venueSymbol);
  const parts = instrument ?? parseSymbol(venueSymbol);
  if (parts === undefined) {
    const message = `the symbol ${venueSymbol} cannot be read`;
    context.report({ code: 'unknown-instrument', path: at(), message });
    return undefined;
  }
  const { quoteAsset, margin, kind } = parts;
  const market = context.market ?? (kind === 'perpetual' ? undefined : kind);
  const subject = { venueSymbol, baseAsset: commonAsset(parts.baseAsset), instrument, quoteAsset, margin };
  return market === undefined ? subject : { ...subject, market };
}

/** What all rows about a subject have in common. */
export function namesOf(
  { exchange, receivedAtMs, endpoint }: Pick<MapContext, 'exchange' | 'receivedAtMs' | 'endpoint'>,
  { venueSymbol, baseAsset, instrument, market }: Subject,
): Omit<Provenance, 'atMs' | 'atBasis'> {
  return {
    exchange,
    venueSymbol,
    baseAsset,
    instrument:
      instrument?.key ?? instrumentKey(exchange, venueSymbol, market === 'spot' ? 'spot' : undefined),
    ...(market === undefined ? {} : { market }),
    receivedAtMs,
    endpoint,
  };
}

/** Returns a value in quote currency where that currency counts as a dollar, else undefined. */
export function dollars(value: number | undefined, { quoteAsset }: Subject): number | undefined {
  return quoteAsset !== undefined && countsAsDollar(quoteAsset) ? value : undefined;
}
