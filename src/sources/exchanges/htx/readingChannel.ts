import type { Observation } from '../../../core/observation.ts';
import { MINUTE_MS } from '../../../core/units.ts';
import type { MapContext } from '../contract.ts';
import { defineChannel } from '../stream.ts';
import { DOCS, reading, type Reading } from './shared.ts';

type Reader = (payload: Reading, context: MapContext) => Observation[];

/** A channel of one reading a frame; `topic` makes what is subscribed for a contract, absent where it is only decoded. */
export const readingChannel = (
  name: string,
  yields: readonly Observation['kind'][],
  map: Reader,
  topic?: (code: string) => string,
) =>
  defineChannel({
    id: `htx/${name}`,
    docsUrl: `${DOCS}#websocket-market-data-interface`,
    yields,
    rhythm: 'steady',
    staleAfterMs: 2 * MINUTE_MS,
    topics: (instruments) =>
      topic === undefined ? [] : instruments.map(({ venueSymbol }) => topic(venueSymbol)),
    schema: reading,
    map,
  });
