import { open } from 'node:fs/promises';
import { isPerpscopeError, PerpscopeError } from '../../core/errors.ts';
import { isInternal, isLoopback } from './addresses.ts';
import { shortText } from './faults.ts';

/** Base addresses of one exchange, without a slash at the end. */
export interface ExchangeEndpoints {
  readonly rest: string;
  readonly ws?: string;
  /** REST and stream addresses of the spot market, where it has hosts of its own. */
  readonly spot?: string;
  readonly spotWs?: string;
  readonly dumps?: string;
}

export type Endpoints = ReadonlyMap<string, ExchangeEndpoints>;

const SCHEMES = { rest: 'http', ws: 'ws', spot: 'http', spotWs: 'ws', dumps: 'http' } as const;
type EndpointName = keyof typeof SCHEMES;
const NAMES = Object.keys(SCHEMES) as EndpointName[];
const REMARKS: ReadonlySet<string> = new Set(['$comment', 'source']);
const MAX_FILE_BYTES = 1_048_576;

/**
 * Returns the addresses in an endpoints object, by exchange. Throws `config`, with what is wrong, where and what to
 * do, for an unknown exchange or name and for an address that may not be used: other than http(s) or ws(s), not
 * encrypted outside this machine, in a private or link-local network, or with credentials in it.
 */
export function parseEndpoints(value: unknown, knownIds: readonly string[], source: string): Endpoints {
  if (!isPlainObject(value))
    throw problem(source, 'not an object of exchanges', 'see the README for an example');
  const endpoints = new Map<string, ExchangeEndpoints>();
  for (const [id, entry] of Object.entries(value)) {
    if (REMARKS.has(id) && typeof entry === 'string') continue;
    if (!knownIds.includes(id))
      throw problem(source, `unknown exchange "${shortText(id)}"`, advice(id, knownIds));
    endpoints.set(id, parseExchange(entry, id, source));
  }
  return endpoints;
}

/** As `parseEndpoints`, for the text of a file. */
export function parseEndpointsText(text: string, knownIds: readonly string[], source: string): Endpoints {
  let value: unknown;
  try {
    value = JSON.parse(text.replace(/^\uFEFF/, ''));
  } catch (error) {
    throw problem(source, 'not JSON', 'correct the file', error);
  }
  return parseEndpoints(value, knownIds, source);
}

/** Reads an endpoints file of at most 1 MiB. Throws `config` as `parseEndpoints` does, and for an unreadable file. */
export async function readEndpoints(file: string, knownIds: readonly string[]): Promise<Endpoints> {
  let text: string;
  try {
    text = await readBounded(file);
  } catch (error) {
    if (isPerpscopeError(error)) throw error;
    const code = (error as { code?: unknown }).code;
    throw problem(
      file,
      `not readable (${typeof code === 'string' ? code : 'unknown error'})`,
      'check the path',
      error,
    );
  }
  return parseEndpointsText(text, knownIds, file);
}

async function readBounded(file: string): Promise<string> {
  const handle = await open(file, 'r');
  try {
    const { size } = await handle.stat();
    if (size > MAX_FILE_BYTES) throw problem(file, 'larger than 1 MiB', 'name an endpoints file');
    return await handle.readFile('utf8');
  } finally {
    await handle.close();
  }
}

function parseExchange(entry: unknown, id: string, source: string): ExchangeEndpoints {
  if (!isPlainObject(entry))
    throw problem(`${source} at ${id}`, 'not an object', 'write { "rest": "https://…", "ws": "wss://…" }');
  const found: Partial<Record<EndpointName, string>> = {};
  for (const [name, address] of Object.entries(entry)) {
    const known = NAMES.find((candidate) => candidate === name);
    if (known === undefined)
      throw problem(`${source} at ${id}`, `unknown name "${shortText(name)}"`, advice(name, NAMES));
    found[known] = parseAddress(address, SCHEMES[known], `${source} at ${id}.${known}`);
  }
  const { rest, ...others } = found;
  if (rest === undefined)
    throw problem(`${source} at ${id}`, 'no "rest" address', 'add one, or remove the exchange from the file');
  return { rest, ...others };
}

function parseAddress(value: unknown, scheme: 'http' | 'ws', where: string): string {
  const url = typeof value === 'string' ? URL.parse(value) : null;
  const [plain, secure] = [`${scheme}:`, `${scheme}s:`];
  if (url === null || (url.protocol !== plain && url.protocol !== secure))
    throw problem(where, `not a ${plain}// or ${secure}// URL`, 'correct the address');
  if (url.username !== '' || url.password !== '')
    throw problem(where, 'credentials in the URL', 'remove them, public data needs none');
  if (url.search !== '' || url.hash !== '')
    throw problem(where, 'a query or fragment in a base address', 'remove it');
  if (isInternal(url.hostname))
    throw problem(
      where,
      `${url.hostname} is in a private or link-local network`,
      'use a public or loopback address',
    );
  if (url.protocol === plain && !isLoopback(url.hostname))
    throw problem(where, `not encrypted outside this machine`, `use ${secure}//`);
  return url.href.replace(/\/+$/, '');
}

function isPlainObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function problem(where: string, what: string, todo: string, cause?: unknown): PerpscopeError {
  return new PerpscopeError('config', `endpoints (${where}): ${what}; ${todo}`, { cause });
}

function advice(given: string, known: readonly string[]): string {
  const scored = known.map((id) => ({ id, distance: editDistance(given.toLowerCase().slice(0, 40), id) }));
  const best = scored.toSorted((a, b) => a.distance - b.distance)[0];
  if (best !== undefined && best.distance <= Math.max(2, best.id.length / 3))
    return `did you mean "${best.id}"?`;
  return `known are ${known.join(', ')}`;
}

/** Insertions, deletions and replacements that turn one text into the other. */
function editDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (const [i, letter] of [...a].entries()) {
    const next = [i + 1];
    for (const [j, other] of [...b].entries())
      next.push(
        Math.min((row[j + 1] ?? 0) + 1, (next[j] ?? 0) + 1, (row[j] ?? 0) + (letter === other ? 0 : 1)),
      );
    row = next;
  }
  return row[b.length] ?? 0;
}
