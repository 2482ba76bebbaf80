import { parseAsset } from '../../core/assetName.ts';
import type { Envelope, PanelEvents, PanelRequests, PanelViewState } from './messages.ts';
import { PANEL_HOURS, type ChartKind, type ExportedTable } from './payloads.ts';
import type { Parsed, RpcGuards } from './rpc.ts';
import {
  also,
  anything,
  either,
  list,
  number,
  object,
  oneOf,
  optional,
  text,
  whole,
  type Check,
} from './shape.ts';

/*
 * The host's checks of everything a panel sends.
 */

const CHART_KINDS = [
  'open-interest',
  'funding-heatmap',
  'liquidation-heatmap',
] as const satisfies readonly ChartKind[];
const chart = oneOf([...CHART_KINDS, 'all']);

/** More than any chart has; what is larger was not made by a panel. */
const MAX_COLUMNS = 60;
const MAX_ROWS = 50_000;
const MAX_TEXT = 200;
/** What a date can hold. */
const MAX_TIME_MS = 8.64e15;
const isTime = (cell: unknown): boolean =>
  cell === null || (typeof cell === 'number' && Math.abs(cell) <= MAX_TIME_MS);
// As `parseAsset` writes it: what is spelled otherwise would be a second name of the same asset.
const asset = also(text(MAX_TEXT), (name: string) => parseAsset(name) === name, 'not the name of an asset');
const nothing: Check = (value) => (value === null ? undefined : { at: '', why: 'not null' });
const finite = number(-Number.MAX_VALUE, Number.MAX_VALUE);
const table = also(
  object({
    asset,
    chart: oneOf(CHART_KINDS),
    source: oneOf(['live', 'simulated']),
    columns: list(
      object({ title: text(MAX_TEXT, 1), type: oneOf(['time', 'number', 'text']) }),
      MAX_COLUMNS,
      1,
    ),
    rows: list(list(either(finite, text(MAX_TEXT), nothing), MAX_COLUMNS), MAX_ROWS),
  }),
  ({ columns, rows }: ExportedTable) =>
    rows.every(
      (row) =>
        row.length === columns.length &&
        row.every((cell, at) => columns[at]?.type !== 'time' || isTime(cell)),
    ),
  'rows of another length, or with times that are none',
);

const id = whole(0, Number.MAX_SAFE_INTEGER);
const method = text(60, 1);
const envelopes: Readonly<Record<Envelope['type'], Check>> = {
  request: object({ type: anything, id, method, params: optional(anything) }),
  cancel: object({ type: anything, id }),
  reply: object({ type: anything, id, result: optional(anything) }),
  failure: object({ type: anything, id, code: text(40), message: text(2_000) }),
  event: object({ type: anything, method, params: optional(anything) }),
};

type Guarded<T> = { readonly [M in keyof T]: Check };

const requests: Guarded<PanelRequests> = {
  ready: object({ asset: optional(asset), chart, hours: whole(PANEL_HOURS.least, PANEL_HOURS.most) }),
  refresh: object({}),
  copyTable: table,
  saveTable: table,
};

const events: Guarded<PanelEvents> = {
  error: object({ message: text(2_000) }),
};

const viewState = {
  asset,
  chart,
  openInterestUnit: optional(oneOf(['base', 'usd'])),
  hiddenLines: optional(list(text(60), 50)),
  heatmapScale: optional(oneOf(['log', 'linear'])),
  openTables: optional(list(oneOf(CHART_KINDS), CHART_KINDS.length)),
  scrollPx: optional(number(0, Number.MAX_VALUE)),
};

function parseWith(checks: Readonly<Record<string, Check>>, name: string, value: unknown): Parsed {
  const check = Object.hasOwn(checks, name) ? checks[name] : undefined;
  if (!check) return { problem: `unknown message ${name.slice(0, 60)}` };
  const found = check(value);
  if (found === undefined) return { value };
  return { problem: `${name}: ${found.at === '' ? 'parameters' : found.at} not accepted (${found.why})` };
}

function isEnvelope(raw: unknown): raw is Envelope {
  if (typeof raw !== 'object' || raw === null || !('type' in raw)) return false;
  const { type } = raw;
  if (typeof type !== 'string' || !Object.hasOwn(envelopes, type)) return false;
  return envelopes[type as Envelope['type']](raw) === undefined;
}

/** Guards for what a panel sends: envelope, request parameters and event parameters. */
export const panelGuards: RpcGuards = {
  envelope: (raw) => (isEnvelope(raw) ? raw : undefined),
  params: (type, name, value) =>
    parseWith((type === 'request' ? requests : events) as Readonly<Record<string, Check>>, name, value),
};

/** Returns the kept state of a panel, or undefined where it is not one (for a serializer that restores panels). */
export function parsePanelViewState(raw: unknown): PanelViewState | undefined {
  if (typeof raw !== 'object' || raw === null) return undefined;
  // A later version may have kept more.
  const known = Object.fromEntries(Object.entries(raw).filter(([name]) => Object.hasOwn(viewState, name)));
  return object(viewState)(known) === undefined ? (known as unknown as PanelViewState) : undefined;
}
