import { allRows } from '../../src/core/chunk.ts';
import type { Instrument } from '../../src/core/instrument.ts';
import type { Issue } from '../../src/core/issue.ts';
import type { Observation } from '../../src/core/observation.ts';
import { DAY_MS } from '../../src/core/units.ts';
import type { BackfillMetric, DeepPages, PageRange } from '../../src/sources/exchanges/deepPages.ts';
import { readPoll } from './readPoll.ts';
import type { SimulatedSide } from './simulatedSide.ts';

/** Pages of a history, asked of a simulated exchange without a network and read as they would be. */

const KINDS: Readonly<Record<BackfillMetric, Observation['kind']>> = {
  'open-interest': 'open-interest',
  funding: 'funding-rate',
  'long-short': 'long-short-ratio',
  taker: 'taker-volume',
  price: 'candle',
  'mark-price': 'candle',
  liquidations: 'liquidation-volume',
  basis: 'basis',
  depth: 'depth',
};

/** What came of a page, before anything is cut off. */
export interface ReadPage {
  readonly isRefused: boolean;
  /** By what the history is asked for. */
  readonly rows: ReadonlyMap<BackfillMetric, readonly Observation[]>;
  readonly issues: readonly Issue[];
  /** Rows of the answer, whether or not they were read. */
  readonly body: unknown;
}

/** Asks for one page; undefined where the history does not apply to the instrument. */
export function readPage(
  side: SimulatedSide,
  deep: DeepPages,
  about: { readonly instrument: Instrument; readonly range: PageRange; readonly nowMs: number },
): ReadPage | undefined {
  const { adapter, wire, table } = side;
  const { instrument, nowMs } = about;
  const spec = deep.request(about);
  if (spec === undefined) return undefined;
  const { status, body: sent } = wire.answer({ ...spec, nowMs });
  const body = JSON.parse(JSON.stringify(sent)) as unknown;
  const none = { rows: new Map<BackfillMetric, Observation[]>(), issues: [], body };
  if (status !== 200 || adapter.venueError(body, status) !== undefined) return { ...none, isRefused: true };
  const answer = { ...spec, body, receivedAtMs: nowMs };
  const { rows, issues } = readPoll(adapter, deep.poll, answer, table);
  const own = allRows(rows).filter((row) => row.instrument === instrument.key);
  const metrics = [deep.metric, ...(deep.also ?? [])];
  return {
    isRefused: false,
    rows: new Map(metrics.map((metric) => [metric, own.filter((row) => row.kind === KINDS[metric])])),
    issues,
    body,
  };
}

/** The first time that a history reaches, by what it states; `launchMs` stands for the first day. */
export function reachFromMs({ reach, stepMs }: DeepPages, nowMs: number, launchMs: number): number {
  if (reach === 'launch') return launchMs;
  if ('days' in reach) return nowMs - reach.days * DAY_MS;
  if ('rows' in reach) return nowMs - reach.rows * stepMs;
  return Date.parse(`${reach.since}T00:00:00Z`);
}

/** The page that holds a time. */
export function pageAt({ rows, stepMs }: DeepPages, atMs: number): PageRange {
  const spanMs = rows * stepMs;
  const fromMs = Math.floor(atMs / spanMs) * spanMs;
  return { fromMs, toMs: fromMs + spanMs };
}
