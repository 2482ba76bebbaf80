import * as z from 'zod';
import { parseAsset } from '../../core/assetName.ts';
import type { Envelope, PanelEvents, PanelRequests, PanelViewState } from './messages.ts';
import type { ChartKind } from './payloads.ts';
import type { Parsed, RpcGuards } from './rpc.ts';

/*
 * The host's checks of everything a panel sends. Only the host imports this file: the webview does not carry zod.
 */

const CHART_KINDS = [
  'open-interest',
  'funding-heatmap',
  'liquidation-heatmap',
] as const satisfies readonly ChartKind[];
const chart = z.enum([...CHART_KINDS, 'all']);

/** More than any chart has; what is larger was not made by a panel. */
const MAX_COLUMNS = 60;
const MAX_ROWS = 50_000;
const MAX_TEXT = 200;
/** What a date can hold. */
const MAX_TIME_MS = 8.64e15;
const isTime = (cell: unknown): boolean =>
  cell === null || (typeof cell === 'number' && Math.abs(cell) <= MAX_TIME_MS);
// As `parseAsset` writes it: what is spelled otherwise would be a second name of the same asset.
const asset = z.string().refine((name) => parseAsset(name) === name);
const table = z
  .strictObject({
    asset,
    chart: z.enum(CHART_KINDS),
    source: z.enum(['live', 'simulated']),
    columns: z
      .array(
        z.strictObject({ title: z.string().min(1).max(MAX_TEXT), type: z.enum(['time', 'number', 'text']) }),
      )
      .min(1)
      .max(MAX_COLUMNS),
    rows: z
      .array(z.array(z.union([z.number(), z.string().max(MAX_TEXT), z.null()])).max(MAX_COLUMNS))
      .max(MAX_ROWS),
  })
  .refine(
    ({ columns, rows }) =>
      rows.every(
        (row) =>
          row.length === columns.length &&
          row.every((cell, at) => columns[at]?.type !== 'time' || isTime(cell)),
      ),
    'rows of another length, or with times that are none',
  );

const id = z.int().nonnegative();
const method = z.string().min(1).max(60);
const envelope = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('request'), id, method, params: z.unknown() }),
  z.strictObject({ type: z.literal('cancel'), id }),
  z.strictObject({ type: z.literal('reply'), id, result: z.unknown() }),
  z.strictObject({
    type: z.literal('failure'),
    id,
    code: z.string().max(40),
    message: z.string().max(2_000),
  }),
  z.strictObject({ type: z.literal('event'), method, params: z.unknown() }),
]);

type Guarded<T> = { readonly [M in keyof T]: z.ZodType };

const requests: Guarded<PanelRequests> = {
  ready: z.strictObject({ chart }),
  refresh: z.strictObject({}),
  copyTable: table,
  saveTable: table,
};

const events: Guarded<PanelEvents> = {
  error: z.strictObject({ message: z.string().max(2_000) }),
};

const viewState = z.object({
  asset,
  chart,
  openInterestUnit: z.enum(['base', 'usd']).optional(),
  hiddenLines: z.array(z.string().max(60)).max(50).optional(),
  heatmapScale: z.enum(['log', 'linear']).optional(),
  openTables: z.array(z.enum(CHART_KINDS)).max(CHART_KINDS.length).optional(),
  scrollPx: z.number().nonnegative().optional(),
});

function parseWith(table: Readonly<Record<string, z.ZodType>>, name: string, value: unknown): Parsed {
  const guard = Object.hasOwn(table, name) ? table[name] : undefined;
  if (!guard) return { problem: `unknown message ${name.slice(0, 60)}` };
  const result = guard.safeParse(value);
  if (result.success) return { value: result.data };
  const first = result.error.issues[0];
  const at = first?.path.join('.') ?? '';
  return {
    problem: `${name}: ${at === '' ? 'parameters' : at} not accepted (${first?.message ?? 'invalid'})`,
  };
}

/** Guards for what a panel sends: envelope, request parameters and event parameters. */
export const panelGuards: RpcGuards = {
  envelope: (raw) => {
    const result = envelope.safeParse(raw);
    return result.success ? (result.data as Envelope) : undefined;
  },
  params: (type, name, value) =>
    parseWith((type === 'request' ? requests : events) as Readonly<Record<string, z.ZodType>>, name, value),
};

/** Returns the kept state of a panel, or undefined where it is not one (for a serializer that restores panels). */
export function parsePanelViewState(raw: unknown): PanelViewState | undefined {
  const result = viewState.safeParse(raw);
  return result.success ? (result.data as PanelViewState) : undefined;
}
