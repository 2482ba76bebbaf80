import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { decodeContextAnswer, type DecodedContext } from '../../src/sources/context/decodeContext.ts';
import { contextProviderOf } from '../../src/sources/context/registry.ts';
import { TEST_RECEIVED_AT_MS } from './decodeEnvelope.ts';
import type { Envelope } from './recorded.ts';

const FOLDER = join(import.meta.dirname, '../fixtures');

/** Returns one of a provider's fixtures. */
export function contextFixture(provider: string, name: string): Envelope {
  return JSON.parse(readFileSync(join(FOLDER, provider, `${name}.json`), 'utf8')) as Envelope;
}

/** Returns all fixtures of a provider. */
export function contextFixtures(provider: string): Envelope[] {
  const names = readdirSync(join(FOLDER, provider)).sort();
  return names.map((name) => contextFixture(provider, name.replace(/\.json$/, '')));
}

/** Decodes an envelope of a context provider, with changes to what its answer holds. */
export function decodeContextEnvelope(
  envelope: Envelope,
  changes: {
    readonly response?: unknown;
    readonly query?: Record<string, string>;
    receivedAtMs?: number;
  } = {},
): DecodedContext {
  const provider = contextProviderOf(envelope.exchange);
  if (provider === undefined) throw new Error(`no provider ${envelope.exchange}`);
  return decodeContextAnswer(provider, {
    path: envelope.path,
    query: changes.query ?? envelope.query,
    body: 'response' in changes ? changes.response : envelope.response,
    receivedAtMs: changes.receivedAtMs ?? TEST_RECEIVED_AT_MS,
  });
}
