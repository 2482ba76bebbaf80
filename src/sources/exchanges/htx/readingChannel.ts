import type { Observation } from '../../../core/observation.ts';
import { MINUTE_MS } from '../../../core/units.ts';
import type { MapContext } from '../contract.ts';
import { defineChannel } from '../stream.ts';
import { DOCS, reading, requestedCode, type Reading } from './shared.ts';

/** A channel of one reading a frame; without `topic`, which makes what is subscribed for a contract, it is not asked for. */
export const readingChannel = (
  name: string,
  yields: readonly Observation['kind'][],
  map: (payload: Reading, context: MapContext) => Observation[],
  topic?: (code: string) => string,
) =>
  defineChannel({
    id: `htx/${name}`,
    docsUrl: `${DOCS}#websocket-market-data-interface`,
    yields,
    rhythm: 'steady',
    staleAfterMs: 2 * MINUTE_MS,
    ...(topic === undefined
      ? { asked: false as const }
      : { topics: (instruments) => instruments.map(({ venueSymbol }) => topic(venueSymbol)) }),
    asks: requestedCode,
    schema: reading,
    map,
  });
