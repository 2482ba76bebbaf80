import type { Instrument } from '../../../../src/core/instrument.ts';
import type { Issue } from '../../../../src/core/issue.ts';
import type { Observation } from '../../../../src/core/observation.ts';
import type { ExchangeAdapter, HttpRequestSpec } from '../../../../src/sources/exchanges/contract.ts';
import { applyPoll, decodeAnswer } from '../../../../src/sources/exchanges/decodeAnswer.ts';
import type { Simulator } from '../../../../src/sources/simulator/server.ts';

/** A plain client: what the exchanges' real adapters make of what the simulator answers. */

/** Fetches one answer. */
export async function fetchAnswer(
  base: string,
  spec: Pick<HttpRequestSpec, 'path' | 'query'>,
): Promise<{ status: number; body: unknown; headers: Headers }> {
  const url = new URL(`${base}${spec.path}`);
  for (const [key, value] of Object.entries(spec.query)) url.searchParams.set(key, value);
  const response = await fetch(url);
  return { status: response.status, body: await response.json(), headers: response.headers };
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
    const decoded = decodeAnswer(adapter, { ...spec, body, receivedAtMs: nowMs }, table);
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
    // Polls that say nothing of it are about contracts.
    const isMeant = poll.about === undefined ? instrument.kind !== 'spot' : poll.about === instrument.kind;
    const spec = isMeant ? poll.request({ instrument, nowMs }) : undefined;
    if (spec === undefined) continue;
    const { status, body } = await fetchAnswer(base, spec);
    const answer = { ...spec, body, receivedAtMs: nowMs };
    const { rows, issues } = applyPoll<Observation>(adapter, poll, answer, table);
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
    answers.push({ pollId: poll.id, observations: rows });
  }
  return answers;
}
