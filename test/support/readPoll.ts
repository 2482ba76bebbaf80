import { allRows, type Chunk } from '../../src/core/chunk.ts';
import type { Instrument } from '../../src/core/instrument.ts';
import type { Observation } from '../../src/core/observation.ts';
import type { ExchangeAdapter, ObservationPoll } from '../../src/sources/exchanges/contract.ts';
import { applyPoll, type Answer } from '../../src/sources/exchanges/decodeAnswer.ts';

/** Applies a poll to an answer, as `applyPoll` does, and returns the rows of histories one by one. */
export function readPoll(
  adapter: ExchangeAdapter,
  poll: ObservationPoll<never>,
  answer: Answer,
  instruments: ReadonlyMap<string, Instrument>,
): Omit<ReturnType<typeof applyPoll>, 'rows'> & { rows: Observation[] } {
  const applied = applyPoll<Observation | Chunk>(adapter, poll, answer, instruments);
  return { ...applied, rows: allRows(applied.rows) };
}
