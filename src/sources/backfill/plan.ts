import type { Asset, ExchangeId } from '../../core/ids.ts';
import type { Instrument } from '../../core/instrument.ts';
import { DAY_MS, HOUR_MS, MINUTE_MS } from '../../core/units.ts';
import type { BackfillMetric, DeepPages, NotByPage, PageRange, Reach } from '../exchanges/deepPages.ts';
import type { FileSource } from './fileSource.ts';
import { periodsIn } from './periods.ts';

/** Where a history comes from: pages of an endpoint, or files. */
export type BackfillSource = DeepPages | FileSource;

/** One thing to fetch: all of a time of one source and instrument, a page or a file. */
export type Unit = PageRange;

/** The units of one source and instrument, ascending; they are fetched one after the other. */
export interface Chain {
  readonly source: BackfillSource;
  readonly asset: Asset;
  readonly instrument: Instrument;
  /** `SOURCE_ID VENUESYMBOL`: what the journal calls it. */
  readonly key: string;
  /** From when on it can be had, of what was asked for, epoch ms. */
  readonly fromMs: number;
  readonly toMs: number;
  readonly units: readonly Unit[];
  /** How many more units there are that were fetched before. */
  readonly done: number;
  /** Files among them that are looked at once more, ascending: whether the exchange has issued them anew. */
  readonly checks: readonly Unit[];
}

/** What is asked for and cannot be had, or only from later on. */
export interface NotToBeHad {
  readonly exchange: ExchangeId;
  readonly metric: BackfillMetric;
  readonly asset?: Asset;
  /** From when on it can be had, epoch ms; absent where it cannot. */
  readonly fromMs?: number;
  /** Until when alone it can be had, epoch ms. */
  readonly toMs?: number;
  /** One plain sentence. */
  readonly reason: string;
}

export interface BackfillPlan {
  readonly chains: readonly Chain[];
  readonly notToBeHad: readonly NotToBeHad[];
}

/** What a plan is made of. */
export interface PlanInputs {
  readonly metrics: readonly BackfillMetric[];
  readonly sinceMs: number;
  /** Exclusive; no later than now. */
  readonly untilMs: number;
  readonly nowMs: number;
  /** The instruments by asset of each exchange that could be asked. */
  readonly instruments: ReadonlyMap<
    ExchangeId,
    readonly { readonly asset: Asset; readonly instrument: Instrument }[]
  >;
  readonly assets: readonly Asset[];
  readonly pages: readonly DeepPages[];
  readonly files: readonly FileSource[];
  readonly notByPage: readonly NotByPage[];
  /** So many of the newest files of each source and symbol that were fetched before are looked at once more. */
  readonly checkFiles: number;
  /** Whether all of a time of a chain was fetched before. */
  isDone(key: string, unit: Unit): boolean;
}

/** A bar stands in answers so long after its end. */
const SETTLES_MS = 10 * MINUTE_MS;
const WANTED_STEP_MS: Readonly<Partial<Record<BackfillMetric, number>>> = { 'open-interest': 5 * MINUTE_MS };

/** Returns whether a source is files. */
export function isFiles(source: BackfillSource): source is FileSource {
  return 'format' in source;
}

/** Returns the metrics that a source tells about. */
export function metricsOf(source: BackfillSource): readonly BackfillMetric[] {
  if (isFiles(source)) return source.metrics;
  return [source.metric, ...(source.also ?? [])];
}

/** Returns the exchange of a source. */
export function exchangeOf(source: BackfillSource): ExchangeId {
  return isFiles(source) ? source.exchange : (source.id.slice(0, source.id.indexOf('/')) as ExchangeId);
}

/** Returns the length of a page in ms. */
export function spanOf({ rows, stepMs }: DeepPages): number {
  return rows * stepMs;
}

/** Plans what to fetch. Pure: the same inputs are the same plan, and units lie on a grid of their own, whatever the range. */
export function planBackfill(inputs: PlanInputs): BackfillPlan {
  const chains: Chain[] = [];
  const notToBeHad: NotToBeHad[] = [];
  for (const [exchange, listed] of inputs.instruments) {
    const taken = new Set<BackfillSource>();
    for (const metric of inputs.metrics) {
      const chosen = sourcesFor(exchange, metric, inputs);
      for (const source of chosen) taken.add(source);
      const reasons = inputs.notByPage.filter((one) => one.exchange === exchange && one.metric === metric);
      if (chosen.length === 0)
        notToBeHad.push({
          ...{ exchange, metric },
          reason: reasons.map((one) => one.reason).join(' ') || 'no source without a key is known.',
        });
      else notToBeHad.push(...cutShort(exchange, metric, chosen, inputs));
    }
    for (const asset of inputs.assets)
      if (!listed.some((one) => one.asset === asset))
        for (const metric of inputs.metrics)
          notToBeHad.push({ exchange, metric, asset, reason: 'no perpetual on it is listed.' });
    for (const source of taken)
      for (const { asset, instrument } of listed) {
        const chain = chainOf(source, asset, instrument, inputs);
        if (chain !== undefined) chains.push(chain);
      }
  }
  return { chains, notToBeHad };
}

/**
 * The sources of a metric: the one of the wanted step first (five minutes of open interest, hours of everything else), then the
 * next longer, then shorter ones; each only where it reaches further back than those before it.
 */
function sourcesFor(exchange: ExchangeId, metric: BackfillMetric, inputs: PlanInputs): BackfillSource[] {
  const wantedMs = WANTED_STEP_MS[metric] ?? HOUR_MS;
  const rank = ({ stepMs }: BackfillSource): number =>
    stepMs >= wantedMs ? stepMs / wantedMs : 1_000_000 + wantedMs / stepMs;
  const all = [...inputs.pages, ...inputs.files]
    .filter((one) => exchangeOf(one) === exchange && metricsOf(one).includes(metric))
    .filter((one) => reachTo(one) > inputs.sinceMs)
    .sort((a, b) => rank(a) - rank(b) || Number(isFiles(a)) - Number(isFiles(b)));
  const chosen: BackfillSource[] = [];
  const reached = new Map<string, number>();
  for (const one of all) {
    const fromMs = Math.max(reachFrom(one, inputs.nowMs), inputs.sinceMs);
    const what = numberOf(one, metric);
    const before = reached.get(what) ?? Number.POSITIVE_INFINITY;
    if (fromMs >= before) continue;
    chosen.push(one);
    reached.set(what, fromMs);
  }
  return chosen;
}

/** What a source tells apart from others of its metric: populations do not stand for each other, nor does another contract for a perpetual. */
function numberOf(source: BackfillSource, metric: BackfillMetric): string {
  if (isFiles(source)) return source.market ?? '';
  const about = source.about ?? source.poll.about ?? 'perpetual';
  return [
    ...(about === 'perpetual' ? [] : [about]),
    ...(metric === 'long-short' ? [source.poll.id] : []),
  ].join(' ');
}

/** Returns from when on a source can be had by its documentation, epoch ms; -Infinity where it has everything. */
export function reachFrom(source: BackfillSource, nowMs: number): number {
  if (isFiles(source)) return Date.parse(`${source.since}T00:00Z`);
  return reachOf(source.reach, source.stepMs, nowMs);
}

/** Returns until when a source can be had, epoch ms; Infinity where it goes on. */
export function reachTo(source: BackfillSource): number {
  if (!isFiles(source) || source.until === undefined) return Number.POSITIVE_INFINITY;
  return Date.parse(`${source.until}T00:00Z`);
}

function reachOf(reach: Reach, stepMs: number, nowMs: number): number {
  if (reach === 'launch') return Number.NEGATIVE_INFINITY;
  if ('since' in reach) return Date.parse(`${reach.since}T00:00Z`);
  return nowMs - ('days' in reach ? reach.days * DAY_MS : reach.rows * stepMs);
}

function cutShort(
  exchange: ExchangeId,
  metric: BackfillMetric,
  chosen: readonly BackfillSource[],
  { sinceMs, untilMs, nowMs }: PlanInputs,
): NotToBeHad[] {
  const deepest = chosen.toSorted((a, b) => reachFrom(a, nowMs) - reachFrom(b, nowMs))[0];
  const fromMs = deepest === undefined ? sinceMs : reachFrom(deepest, nowMs);
  const last = chosen.toSorted((a, b) => reachTo(b) - reachTo(a))[0];
  const toMs = last === undefined ? untilMs : reachTo(last);
  return [
    ...(deepest === undefined || fromMs <= sinceMs
      ? []
      : [{ exchange, metric, ...(fromMs < untilMs ? { fromMs } : {}), reason: deepest.reason }]),
    ...(last === undefined || toMs >= untilMs ? [] : [{ exchange, metric, toMs, reason: last.reason }]),
  ];
}

function chainOf(
  source: BackfillSource,
  asset: Asset,
  followed: Instrument,
  inputs: PlanInputs,
): Chain | undefined {
  const { nowMs, sinceMs, untilMs, checkFiles } = inputs;
  const fromMs = Math.max(sinceMs, reachFrom(source, nowMs));
  const toMs = Math.min(untilMs, nowMs, reachTo(source));
  const instrument = instrumentOf(source, followed);
  if (instrument === undefined || fromMs >= toMs) return undefined;
  const all = isFiles(source) ? filesIn(source, fromMs, toMs, nowMs) : pagesIn(source, fromMs, toMs);
  const key = `${source.id} ${instrument.venueSymbol}`;
  const units = all.filter((unit) => !inputs.isDone(key, unit));
  const done = all.filter((unit) => !units.includes(unit));
  const isChecked = checkFiles > 0 && isFiles(source) && source.hasChecksums;
  const checks = isChecked ? done.slice(-checkFiles) : [];
  return { source, asset, instrument, key, fromMs, toMs, units, done: done.length, checks };
}

/** What a source tells about that goes with a followed instrument; undefined where it tells nothing. */
function instrumentOf(source: BackfillSource, followed: Instrument): Instrument | undefined {
  if (isFiles(source)) return source.instrumentOf(followed);
  return followed.kind === (source.about ?? source.poll.about ?? 'perpetual') ? followed : undefined;
}

/** Files whose period is over, and long enough that they are there. */
function filesIn(source: FileSource, fromMs: number, toMs: number, nowMs: number): Unit[] {
  const { period, zoneMs, lagMs } = source;
  const all =
    period === 'whole'
      ? [{ fromMs: reachFrom(source, nowMs), toMs: reachTo(source) }]
      : periodsIn(period, zoneMs, fromMs, toMs);
  return all.filter((one) => one.toMs + lagMs <= nowMs);
}

/** Pages begin at multiples of their span; the newest ends where the range does. What takes no range is one page. */
function pagesIn(source: DeepPages, fromMs: number, toMs: number): Unit[] {
  if (source.isWhole === true) return [{ fromMs, toMs }];
  const spanMs = spanOf(source);
  const units: Unit[] = [];
  for (let at = Math.floor(fromMs / spanMs) * spanMs; at < toMs; at += spanMs)
    units.push({ fromMs: at, toMs: Math.min(at + spanMs, toMs) });
  return units;
}

/** Returns until when a unit is whole that was received then: bars that had not ended, or not settled, may change. */
export function wholeUntil({ toMs }: Unit, stepMs: number, receivedAtMs: number): number {
  return Math.min(toMs, receivedAtMs - SETTLES_MS - stepMs);
}
