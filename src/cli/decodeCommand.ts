import { readFile } from 'node:fs/promises';
import { isPerpscopeError, PerpscopeError } from '../core/errors.ts';
import type { ContextValue } from '../core/contextValue.ts';
import type { Instrument } from '../core/instrument.ts';
import type { Issue } from '../core/issue.ts';
import type { Observation } from '../core/observation.ts';
import { nearest } from '../core/nearest.ts';
import { jsonLine, plainText, quoted } from '../core/outsideText.ts';
import { decodeContextAnswer } from '../sources/context/decodeContext.ts';
import { contextProviderOf, contextProviders } from '../sources/context/registry.ts';
import { ofAnswer, type Found } from '../market/sideBook.ts';
import { openInterestAnswer } from '../sources/collect/openInterestAnswer.ts';
import type { InstrumentDetail } from '../sources/exchanges/contract.ts';
import { decodeAnswer, type Answer, type Decoded } from '../sources/exchanges/decodeAnswer.ts';
import { decodeFrames } from '../sources/exchanges/decodeFrame.ts';
import { adapterOf, exchangeAdapters } from '../sources/exchanges/registry.ts';
import type { Arguments } from './arguments.ts';
import type { CommandIo } from './commandIo.ts';
import { unreadable } from './unreadable.ts';

interface DecodeLine {
  readonly file: string;
  /** Of a context provider: its values, with `kind: "context"`. */
  readonly observations: readonly (Observation | ContextValue)[];
  readonly instruments?: readonly Instrument[];
  /** Of an answer about many instruments whose lots are known: what they say of how open interest counts sides. */
  readonly sideEvidence?: readonly Found[];
  readonly issues: readonly Issue[];
}

interface Input extends Answer {
  readonly exchange: string;
  readonly transport: string;
}

const issueLine = (file: string, issue: Issue): DecodeLine => ({ file, observations: [], issues: [issue] });

/** A file's name within a sentence. */
const nameOf = (file: string): string => plainText(file);

/** Whether a provider answers with the text of a file instead of JSON. */
const answersWithText = (id: string): boolean =>
  contextProviderOf(id)?.requests.every((request) => request.format === 'text') === true;

function record(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as Record<string, unknown>)
    : {};
}

function textQuery(value: unknown): Record<string, string> {
  const entries = Object.entries(record(value)).filter(([, one]) =>
    ['string', 'number', 'boolean'].includes(typeof one),
  );
  return Object.fromEntries(entries.map(([key, one]) => [key, String(one)]));
}

/** Reads an envelope: exchange, transport, method, path, query, response. Errors: `usage` where it is none. */
function readEnvelope(file: string, content: string, nowMs: number): Input {
  let parsed: unknown;
  try {
    parsed = JSON.parse(content);
  } catch (error) {
    throw new PerpscopeError('decode', `${nameOf(file)} is not JSON; it was left out`, { cause: error });
  }
  const envelope = record(parsed);
  const { exchange, path } = envelope;
  if (typeof exchange !== 'string' || typeof path !== 'string' || !('response' in envelope)) {
    const message = `${nameOf(file)} is no recorded answer (exchange, path and response are needed); for a bare body use --exchange and --path`;
    throw new PerpscopeError('decode', message);
  }
  const method = String(envelope['method'] ?? 'GET').toUpperCase() === 'POST' ? 'POST' : 'GET';
  const received = envelope['received'];
  const isPage = typeof envelope['response'] === 'string' && !answersWithText(exchange);
  if (isPage && (envelope['transport'] ?? 'rest') === 'rest')
    throw new PerpscopeError('decode', `the answer in ${nameOf(file)} is a text or a page, not JSON`);
  return {
    exchange,
    transport: String(envelope['transport'] ?? 'rest'),
    method,
    path,
    query: textQuery(envelope['query']),
    body: envelope['response'],
    receivedAtMs: typeof received === 'number' ? received : nowMs,
  };
}

function decodeInput(file: string, input: Input, instruments: ReadonlyMap<string, Instrument>): DecodeLine {
  const provider = contextProviderOf(input.exchange);
  if (provider !== undefined && input.transport === 'rest' && input.method === 'GET') {
    const { values, issues } = decodeContextAnswer(provider, input);
    return { file, observations: values, issues };
  }
  const adapter = adapterOf(input.exchange);
  if (adapter === undefined) {
    const message = `Perpscope has no adapter for ${quoted(input.exchange)}`;
    return issueLine(file, { code: 'unsupported', path: '', message });
  }
  if (input.transport !== 'rest') return { file, ...decodeFrames(adapter, input, instruments) };
  const decoded: Decoded = decodeAnswer(adapter, input, instruments);
  const known = new Map([...decoded.instruments.map((one) => [one.key, one] as const), ...instruments]);
  const whole = openInterestAnswer(decoded.observations, known);
  const sideEvidence = whole === undefined ? [] : ofAnswer(whole);
  return {
    file,
    observations: decoded.observations,
    ...(decoded.instruments.length === 0 ? {} : { instruments: decoded.instruments }),
    ...(sideEvidence.length === 0 ? {} : { sideEvidence }),
    issues: decoded.issues,
  };
}

/** Reads lists of instruments, and what completes them, from recorded answers. Errors: `usage`, `decode`. */
async function readInstruments(files: readonly string[], nowMs: number): Promise<Map<string, Instrument>> {
  const listed: Instrument[] = [];
  const details = new Map<string, InstrumentDetail[]>();
  for (const file of files) {
    const input = readEnvelope(file, await readText(file), nowMs);
    const adapter = adapterOf(input.exchange);
    if (adapter === undefined)
      throw new PerpscopeError('usage', `${nameOf(file)}: no adapter for ${quoted(input.exchange)}`);
    const decoded = decodeAnswer(adapter, input, new Map());
    listed.push(...decoded.instruments);
    if (decoded.details.length > 0)
      details.set(input.exchange, [...(details.get(input.exchange) ?? []), ...decoded.details]);
  }
  const complete = listed.map((instrument) => {
    const known = details.get(instrument.exchange);
    const detail = known?.find((one) => one.venueSymbol === instrument.venueSymbol);
    return known === undefined
      ? instrument
      : (adapterOf(instrument.exchange)?.instrumentDetails?.apply(instrument, detail) ?? instrument);
  });
  return new Map(complete.map((instrument) => [instrument.key, instrument]));
}

async function readText(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    throw unreadable(nameOf(file), error);
  }
}

const BASE = 'http://body.invalid';

/** What a bare body on standard input is an answer to; undefined where files are named. Errors: `usage`. */
function bareInput(args: Arguments, nowMs: number): Omit<Input, 'body'> | undefined {
  const isStream = args.flags.has('stream');
  const { exchange } = args.values;
  if (args.positionals.length > 0) {
    const given = ['exchange', 'path', 'method', 'query'].find((name) => args.values[name] !== undefined);
    const idle = given ?? (isStream ? 'stream' : undefined);
    if (idle === undefined) return undefined;
    throw new PerpscopeError(
      'usage',
      `files say themselves what they are: leave out --${idle}, or the files`,
    );
  }
  // Frames say themselves what they are.
  const path = args.values['path'] ?? (isStream ? '' : undefined);
  if (exchange === undefined || path === undefined) {
    throw new PerpscopeError(
      'usage',
      'decode takes files of recorded answers, or --exchange and --path with a body on standard input (--stream needs no --path)',
    );
  }
  if (adapterOf(exchange) === undefined && contextProviderOf(exchange) === undefined) {
    const known = [...exchangeAdapters, ...contextProviders].map(({ id }) => id);
    const hint = nearest(exchange, known);
    throw new PerpscopeError(
      'usage',
      `unknown exchange ${quoted(exchange)}; ${hint === undefined ? `known: ${known.join(', ')}` : `did you mean "${hint}"`}`,
    );
  }
  if (isStream) return { exchange, transport: 'ws', method: 'GET', path, query: {}, receivedAtMs: nowMs };
  const url =
    /^(?:https?:\/\/|\/(?!\/))/i.test(path) && URL.canParse(path, BASE) ? new URL(path, BASE) : undefined;
  if (url === undefined) {
    const advice = 'the path of an endpoint, for example /api/v5/public/open-interest';
    throw new PerpscopeError('usage', `--path takes ${advice}, not ${quoted(path)}`);
  }
  const query = Object.fromEntries([...url.searchParams, ...new URLSearchParams(args.values['query'] ?? '')]);
  const method = (args.values['method'] ?? 'GET').toUpperCase();
  if (method !== 'GET' && method !== 'POST')
    throw new PerpscopeError('usage', `--method takes GET or POST, not ${quoted(method)}`);
  return {
    exchange,
    transport: 'rest',
    method,
    path: url.pathname,
    query,
    receivedAtMs: nowMs,
  };
}

/** A body as the network brings it: JSON, or the text of a file from a provider that answers with those. Errors: `decode`. */
function parseBody(exchange: string, body: string): unknown {
  if (answersWithText(exchange)) return body;
  let parsed: unknown;
  try {
    parsed = JSON.parse(body);
  } catch (error) {
    throw new PerpscopeError('decode', 'standard input is not JSON', { cause: error });
  }
  if (typeof parsed === 'string')
    throw new PerpscopeError('decode', 'standard input is a text, not an answer');
  return parsed;
}

/** A frame as it came: JSON, or a text such as OKX's `pong`. */
function parseFrame(frame: string): unknown {
  try {
    return JSON.parse(frame) as unknown;
  } catch {
    return frame.trim();
  }
}

/**
 * `perpscope decode`: recorded answers or a bare body to observations, one JSON line per input. Returns the exit code: 0 every
 * input was a payload (what its rows lack is in `issues`), 1 none was, 3 some were not. An input that is no payload, a file
 * that is missing or no JSON, still has its line.
 */
export async function decodeCommand(args: Arguments, io: CommandIo): Promise<number> {
  const nowMs = io.clock.nowMs();
  const bare = bareInput(args, nowMs);
  const instruments = await readInstruments(args.lists['instruments'] ?? [], nowMs);
  let failed = 0;
  const read = async (file: string, input: () => Promise<Input> | Input): Promise<void> => {
    let line: DecodeLine;
    try {
      line = decodeInput(file, await input(), instruments);
    } catch (error) {
      if (!isPerpscopeError(error)) throw error;
      failed += 1;
      line = issueLine(file, { code: 'decode', path: '', message: error.message });
    }
    io.write(`${jsonLine(line)}\n`);
  };
  for (const file of args.positionals)
    await read(file, async () => readEnvelope(file, await readText(file), nowMs));
  const bodies = bare === undefined ? [] : bodiesIn(await io.readInput(), bare);
  for (const body of bodies) await read('-', () => body());
  const inputs = args.positionals.length + bodies.length;
  return failed === 0 ? 0 : failed === inputs ? 1 : 3;
}

/** What standard input holds: one body, or frames one a line. */
function bodiesIn(content: string, bare: Omit<Input, 'body'>): (() => Input)[] {
  if (bare.transport === 'ws')
    return content
      .split('\n')
      .filter((line) => line.trim() !== '')
      .map((line) => () => ({ ...bare, body: parseFrame(line) }));
  return [() => ({ ...bare, body: parseBody(bare.exchange, content) })];
}
