import { instrumentKey } from '../../../../src/core/ids.ts';
import type { Instrument } from '../../../../src/core/instrument.ts';
import type { Issue } from '../../../../src/core/issue.ts';
import type { Observation } from '../../../../src/core/observation.ts';
import type { ExchangeAdapter, HttpRequestSpec } from '../../../../src/sources/exchanges/contract.ts';
import { decodeAnswer } from '../../../../src/sources/exchanges/decodeAnswer.ts';
import { readPoll } from '../../../support/readPoll.ts';
import type { Simulator } from '../../../../src/sources/simulator/server.ts';
import type { Listing } from '../../../../src/sources/simulator/wire/shared.ts';

/** A plain client: what the exchanges' real adapters make of what the simulator answers. */

/** Fetches one answer. */
export async function fetchAnswer(
  base: string,
  spec: Pick<HttpRequestSpec, 'path' | 'query'> & Partial<HttpRequestSpec>,
): Promise<{ status: number; body: unknown; headers: Headers }> {
  const url = new URL(`${base}${spec.path}`);
  for (const [key, value] of Object.entries(spec.query)) url.searchParams.set(key, value);
  const isPost = spec.method === 'POST';
  const response = await fetch(url, isPost ? { method: 'POST', body: JSON.stringify(spec.body) } : {});
  return { status: response.status, body: await response.json(), headers: response.headers };
}

/** What a request says as texts: its query and the plain fields of its body. */
function saidBy({ query, body }: HttpRequestSpec): Record<string, string> {
  const fields = typeof body === 'object' && body !== null ? Object.entries(body) : [];
  const plain = fields.filter(([, value]) => typeof value !== 'object');
  return { ...query, ...Object.fromEntries(plain.map(([key, value]) => [key, String(value)])) };
}

/** Fetches the instruments of an exchange, all pages, with their details. */
export async function fetchInstruments(
  simulator: Simulator,
  adapter: ExchangeAdapter,
  nowMs: number,
): Promise<Map<string, Instrument>> {
  const base = simulator.endpoints[adapter.id]?.rest ?? '';
  const table = new Map<string, Instrument>();
  const queue = [...adapter.instruments.requests()];
  for (let spec = queue.shift(); spec !== undefined; spec = queue.shift()) {
    const { body } = await fetchAnswer(base, spec);
    const answer = { ...spec, query: saidBy(spec), body, receivedAtMs: nowMs };
    const decoded = decodeAnswer(adapter, answer, table);
    if (decoded.issues.length > 0) throw new Error(JSON.stringify(decoded.issues));
    for (const instrument of decoded.instruments) table.set(instrument.key, instrument);
    const next = adapter.instruments.next?.(body as never, spec);
    if (next !== undefined) queue.push(next);
  }
  const details = adapter.instrumentDetails;
  if (details === undefined) return table;
  const spec = details.request();
  const { body } = await fetchAnswer(base, spec);
  const { details: rows } = decodeAnswer(adapter, { ...spec, body, receivedAtMs: nowMs }, table);
  for (const [key, instrument] of table) {
    const detail = rows.find((row) => row.venueSymbol === instrument.venueSymbol);
    table.set(key, details.apply(instrument, detail));
  }
  return table;
}

/** The spot pairs of a wire format as the collector would follow them: exchanges are not asked for a list of them. */
export function spotInstruments(listings: readonly Listing[]): Instrument[] {
  return listings
    .filter((listing) => listing.variant === 'spot')
    .map(({ exchange, asset, venueSymbol }) => ({
      key: instrumentKey(exchange, venueSymbol, 'spot'),
      exchange,
      venueSymbol,
      baseAsset: asset,
      quoteAsset: 'USDT',
      settleAsset: 'USDT',
      kind: 'spot',
      margin: 'linear',
      contractSize: { amount: 1, unit: 'base' },
      status: 'trading',
    }));
}

/** Asks every poll of an adapter about an instrument; any issue is an error but those that `isExpected` lets pass. */
export async function fetchObservations(
  simulator: Simulator,
  adapter: ExchangeAdapter,
  instrument: Instrument,
  table: ReadonlyMap<string, Instrument>,
  nowMs: number,
  isExpected: (pollId: string, issue: Issue) => boolean = () => false,
): Promise<{ pollId: string; observations: Observation[] }[]> {
  const base = simulator.endpoints[adapter.id]?.rest ?? '';
  const answers: { pollId: string; observations: Observation[] }[] = [];
  for (const poll of adapter.polls) {
    // Polls about perpetuals are asked about dated futures too; spot pairs have polls of their own.
    if ((poll.about ?? (instrument.kind === 'spot' ? '' : instrument.kind)) !== instrument.kind) continue;
    const spec = poll.request({ instrument, nowMs });
    if (spec === undefined) continue;
    // An answer about all perpetuals is none about a dated future.
    const isShared = !JSON.stringify(spec).includes(instrument.venueSymbol);
    if (isShared && instrument.kind !== (poll.about ?? 'perpetual')) continue;
    const { status, body } = await fetchAnswer(base, spec);
    const answer = { ...spec, query: saidBy(spec), body, receivedAtMs: nowMs };
    const { rows, issues } = readPoll(adapter, poll, answer, table);
    const error = adapter.venueError(body, status);
    const unexpected = issues.filter((issue) => !isExpected(poll.id, issue));
    if (status !== 200 || error !== undefined || unexpected.length > 0) {
      throw new Error(
        `${poll.id} of ${instrument.venueSymbol}: ${status} ${JSON.stringify(error ?? unexpected)}`,
      );
    }
    // The path alone must lead to the same decoder family: `decode` knows no poll.
    const byPath = decodeAnswer(adapter, answer, table);
    if (rows.length > 0 && byPath.observations.length === 0)
      throw new Error(`${poll.id}: nothing decoded by path`);
    // One answer may be about the whole exchange.
    answers.push({ pollId: poll.id, observations: rows.filter((row) => row.instrument === instrument.key) });
  }
  return answers;
}
