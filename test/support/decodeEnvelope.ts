import type { Instrument } from '../../src/core/instrument.ts';
import type { ExchangeAdapter } from '../../src/sources/exchanges/contract.ts';
import { decodeAnswer, type Decoded } from '../../src/sources/exchanges/decodeAnswer.ts';
import { decodeFrames } from '../../src/sources/exchanges/decodeFrame.ts';
import type { Envelope } from './recorded.ts';

/** When answers of tests count as received: far from every recorded time. */
export const TEST_RECEIVED_AT_MS = Date.UTC(2026, 10, 22);

/** Decodes an envelope as the adapter would decode the answer it holds. */
export function decodeEnvelope(
  adapter: ExchangeAdapter,
  envelope: Envelope,
  instruments: ReadonlyMap<string, Instrument> = new Map(),
): Decoded {
  if (envelope.transport === 'ws') {
    const input = { body: envelope.response, receivedAtMs: TEST_RECEIVED_AT_MS, path: envelope.path };
    return { ...decodeFrames(adapter, input, instruments), instruments: [], details: [] };
  }
  const method = envelope.method === 'POST' ? 'POST' : 'GET';
  const query = Object.fromEntries(
    Object.entries(envelope.query).map(([key, value]) => [key, String(value)]),
  );
  const answer = {
    method,
    path: envelope.path,
    query,
    body: envelope.response,
    receivedAtMs: TEST_RECEIVED_AT_MS,
  } as const;
  return decodeAnswer(adapter, answer, instruments);
}

/** Reads every list of instruments among envelopes into one table. */
export function instrumentsAmong(
  adapter: ExchangeAdapter,
  envelopes: readonly Envelope[],
): ReadonlyMap<string, Instrument> {
  const listed = envelopes.flatMap((envelope) => decodeEnvelope(adapter, envelope).instruments);
  return new Map(listed.map((instrument) => [instrument.key, instrument]));
}
