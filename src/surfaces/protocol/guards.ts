import * as z from 'zod/mini';
import { parseAsset } from '../../core/assetName.ts';
import { CARD_IDS, CARD_STEPS_MS } from './cards.ts';
import { CHOICE_IDS, HEATMAP_IDS } from './heatmaps.ts';
import type { Envelope, PanelEvents, PanelRequests, PanelViewState } from './messages.ts';
import { PANEL_HOURS, type ChartKind } from './payloads.ts';
import type { Parsed, RpcGuards } from './rpc.ts';

/*
 * The host's checks of everything a panel sends. Only the host imports this file: the page does not carry zod. Its small
 * form is a fifth of the whole one, and these messages are few.
 */

const CHART_KINDS = [
  'open-interest',
  'funding-heatmap',
  'liquidation-heatmap',
  'regime-timeline',
] as const satisfies readonly ChartKind[];
const chart = z.enum([...CHART_KINDS, 'all']);
const item = z.enum([...CHART_KINDS, ...CHOICE_IDS]);
const cards = z.array(z.enum(CHOICE_IDS)).check(z.maxLength(CHOICE_IDS.length));

/** More than any chart has; what is larger was not made by a panel. */
const MAX_COLUMNS = 60;
const MAX_ROWS = 50_000;
const MAX_TEXT = 200;
/** What a date can hold. */
const MAX_TIME_MS = 8.64e15;
const isTime = (cell: unknown): boolean =>
  cell === null || (typeof cell === 'number' && Math.abs(cell) <= MAX_TIME_MS);
const text = (most: number, least = 0) => z.string().check(z.minLength(least), z.maxLength(most));
// As `parseAsset` writes it: what is spelled otherwise would be a second name of the same asset.
const asset = text(MAX_TEXT).check(
  z.refine((name: string) => parseAsset(name) === name, 'not the name of an asset'),
);
const exchange = text(60, 1);
const step = z.int().check(z.refine((ms: number) => CARD_STEPS_MS.some((one) => one === ms), 'not a step'));
const time = z.int().check(z.gte(0), z.lte(MAX_TIME_MS));
const milliseconds = z.number().check(z.gte(0), z.lte(MAX_TIME_MS));
const timeWindow = z.strictObject({ spanMs: z.optional(milliseconds), endMs: z.optional(milliseconds) });
const between = { fromMs: time, toMs: time };
const isStretch = z.refine<{ fromMs: number; toMs: number }>(
  ({ fromMs, toMs }) => fromMs < toMs,
  'no time between its ends',
);
const wish = (ids: readonly string[]) =>
  z.strictObject({ ...between, card: z.enum(ids), asset, stepMs: step }).check(isStretch);
const column = z.strictObject({ title: text(MAX_TEXT, 1), type: z.enum(['time', 'number', 'text']) });
const cells = z.array(z.union([z.number(), text(MAX_TEXT), z.null()])).check(z.maxLength(MAX_COLUMNS));
const takenAway = { asset, chart: item, source: z.enum(['live', 'simulated']) };
const table = z
  .strictObject({
    ...takenAway,
    columns: z.array(column).check(z.minLength(1), z.maxLength(MAX_COLUMNS)),
    rows: z.array(cells).check(z.maxLength(MAX_ROWS)),
  })
  .check(
    z.refine(
      ({ columns, rows }) =>
        rows.every(
          (row) =>
            row.length === columns.length &&
            row.every((cell, at) => columns[at]?.type !== 'time' || isTime(cell)),
        ),
      'rows of another length, or with times that are none',
    ),
  );

const MAX_PICTURE_BYTES = 8_000_000;
const PNG_SIGNATURE = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a];
const isPng = (bytes: unknown): boolean =>
  bytes instanceof Uint8Array &&
  bytes.length <= MAX_PICTURE_BYTES &&
  PNG_SIGNATURE.every((byte, at) => bytes[at] === byte);
const picture = z.strictObject({
  ...takenAway,
  png: z.unknown().check(z.refine(isPng, 'not a PNG of at most 8 MB')),
});

const id = z.int().check(z.nonnegative());
const method = text(60, 1);
const envelope = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('request'), id, method, params: z.optional(z.unknown()) }),
  z.strictObject({ type: z.literal('cancel'), id }),
  z.strictObject({ type: z.literal('reply'), id, result: z.optional(z.unknown()) }),
  z.strictObject({ type: z.literal('failure'), id, code: text(40), message: text(2_000) }),
  z.strictObject({ type: z.literal('event'), method, params: z.optional(z.unknown()) }),
]);

type Guarded<T> = { readonly [M in keyof T]: z.ZodMiniType };

const requests: Guarded<PanelRequests> = {
  ready: z.strictObject({
    asset: z.optional(asset),
    chart,
    hours: z.int().check(z.gte(PANEL_HOURS.least), z.lte(PANEL_HOURS.most)),
    levelsOf: z.optional(exchange),
  }),
  refresh: z.strictObject({}),
  card: wish(CARD_IDS),
  heatmap: wish(HEATMAP_IDS),
  events: z.strictObject(between).check(isStretch),
  link: timeWindow,
  copyTable: table,
  saveTable: table,
  savePicture: picture,
};

const events: Guarded<PanelEvents> = {
  error: z.strictObject({ message: text(2_000) }),
  range: timeWindow,
  unlink: z.strictObject({}),
  follow: z.strictObject({ isOn: z.boolean() }),
};

// A later version may have kept more: what is not known is left out.
const viewState = z.object({
  asset,
  chart,
  openInterestUnit: z.optional(z.enum(['base', 'usd'])),
  hiddenLines: z.optional(z.array(text(60)).check(z.maxLength(200))),
  heatmapScale: z.optional(z.enum(['log', 'linear'])),
  levelsOf: z.optional(text(60)),
  openTables: z.optional(z.array(item).check(z.maxLength(CHART_KINDS.length + CHOICE_IDS.length))),
  cards: z.optional(cards),
  summedUp: z.optional(cards),
  scrollPx: z.optional(z.number().check(z.nonnegative())),
});

function parseWith(guards: Readonly<Record<string, z.ZodMiniType>>, name: string, value: unknown): Parsed {
  const guard = Object.hasOwn(guards, name) ? guards[name] : undefined;
  if (!guard) return { problem: `unknown message ${name.slice(0, 60)}` };
  const result = guard.safeParse(value);
  if (result.success) return { value: result.data };
  const [first] = result.error.issues;
  const at = first?.path.join('.') ?? '';
  return { problem: `${name}: ${at === '' ? 'parameters' : at} not accepted (${wordsOf(first)})` };
}

/** The small form of zod comes without words of its own. */
function wordsOf(issue: z.core.$ZodIssue | undefined): string {
  switch (issue?.code) {
    case 'invalid_type':
      return `not of the type ${issue.expected}`;
    case 'invalid_value':
      return `none of ${issue.values.join(', ')}`;
    case 'unrecognized_keys':
      return `the field ${(issue.keys[0] ?? '').slice(0, 60)} is not known`;
    case 'too_small':
    case 'too_big':
      return issue.code === 'too_small' ? `less than ${issue.minimum}` : `more than ${issue.maximum}`;
    case 'custom':
      return issue.message;
    default:
      return 'not as agreed';
  }
}

/** Guards for what a panel sends: envelope, request parameters and event parameters. */
export const panelGuards: RpcGuards = {
  envelope: (raw) => {
    const result = envelope.safeParse(raw);
    return result.success ? (result.data as Envelope) : undefined;
  },
  params: (type, name, value) =>
    parseWith(
      (type === 'request' ? requests : events) as Readonly<Record<string, z.ZodMiniType>>,
      name,
      value,
    ),
};

/** Returns the kept state of a panel, or undefined where it is not one (for a serializer that restores panels). */
export function parsePanelViewState(raw: unknown): PanelViewState | undefined {
  const result = viewState.safeParse(raw);
  return result.success ? (result.data as PanelViewState) : undefined;
}
