import type { ContextMetric, ContextSnapshot, ContextValue } from '../../core/contextValue.ts';
import type { AssetCorrelation, AssetSnapshot } from '../../market/snapshot.ts';
import { plainText } from '../../core/outsideText.ts';
import * as format from './format.ts';
import { capital } from './reportParts.ts';

const NAMES: Readonly<Record<ContextMetric, string>> = {
  'fear-greed': 'Fear & Greed Index',
  'market-cap-usd': 'Market capitalisation',
  'circulating-supply-base': 'Circulating supply',
  'equity-index': 'Equity index',
  'dollar-index': 'Dollar index',
  'exchange-inflow-base': 'Exchange inflow, day',
  'miner-outflow-base': 'Miner outflow, day',
  'taker-buy-sell-ratio': 'Taker buy/sell ratio, day',
  'estimated-leverage-ratio': 'Estimated leverage ratio',
  'etf-net-flow-usd': 'ETF net flow, day',
  'aggregated-open-interest-usd': 'Open interest of many exchanges',
  'long-liquidations-usd': 'Long liquidations, day',
  'short-liquidations-usd': 'Short liquidations, day',
};

/** Names where there is little room. */
const SHORT_NAMES: Readonly<Record<ContextMetric, string>> = {
  'fear-greed': 'F&G',
  'market-cap-usd': 'cap',
  'circulating-supply-base': 'supply',
  'equity-index': 'equities',
  'dollar-index': 'dollar',
  'exchange-inflow-base': 'inflow',
  'miner-outflow-base': 'miners',
  'taker-buy-sell-ratio': 'taker',
  'estimated-leverage-ratio': 'leverage',
  'etf-net-flow-usd': 'ETF',
  'aggregated-open-interest-usd': 'OI',
  'long-liquidations-usd': 'liq longs',
  'short-liquidations-usd': 'liq shorts',
};

/** One number beside the exchanges, ready to show. Texts are as the provider sent them: escape them. */
export interface ContextRow {
  readonly id: string;
  readonly label: string;
  /** The name where there is little room, and the same without the asset. */
  readonly shortLabel: string;
  readonly lastLabel: string;
  readonly value: string;
  /** Time of the number, epoch ms. */
  readonly atMs: number;
  /** What exactly is counted, and the day where it is about one. */
  readonly about: string;
  readonly source: string;
  readonly ageText: string;
  readonly isStale: boolean;
}

/** Returns the rows about an asset and about the market as a whole, provider by provider. */
export function contextRows(
  context: readonly ContextSnapshot[],
  asset: string | undefined,
  nowMs: number,
): ContextRow[] {
  return context.flatMap(({ provider, displayName, values }) =>
    values
      .filter((value) => value.asset === undefined || asset === undefined || value.asset === asset)
      .map((value) => ({
        id: [provider, value.metric, value.asset ?? '', value.scope ?? ''].join('/'),
        label: `${NAMES[value.metric]}${asset === undefined && value.asset !== undefined ? ` ${value.asset}` : ''}`,
        shortLabel: `${SHORT_NAMES[value.metric]}${asset === undefined && value.asset !== undefined ? ` ${value.asset}` : ''}`,
        lastLabel: SHORT_NAMES[value.metric],
        value: valueText(value),
        atMs: value.atMs,
        about: aboutText(value),
        source: `${displayName}, ${value.endpoint}`,
        ageText: `${format.formatOld(value.atMs, nowMs)}${value.isStale ? ', stale' : ''}`,
        isStale: value.isStale,
      })),
  );
}

function valueText({ unit, value, asset, label }: ContextValue): string {
  switch (unit) {
    case 'score':
      return `${format.formatSignificant(value)} of 100${label === undefined ? '' : `, ${label}`}`;
    case 'usd':
      return format.formatUsd(value);
    case 'base':
      return format.formatCoins(value, asset ?? '');
    case 'points':
      return `${format.formatSignificant(value)} points`;
    case 'ratio':
      return format.formatRatio(value);
  }
}

function aboutText({ atMs, atBasis, barMs, scope }: ContextValue): string {
  const when = barMs === undefined ? format.formatUtc(atMs) : new Date(atMs).toISOString().slice(0, 10);
  const basis = atBasis === undefined ? '' : ' (received; no time stated)';
  return [...(scope === undefined ? [] : [scope]), `${when}${basis}`].join(', ');
}

/** Returns one line for each provider that brings nothing, or not all: what it would add and how, or why. */
export function contextNotes(context: readonly ContextSnapshot[]): string[] {
  const off = context.filter(({ status }) => status === 'off');
  const reasons = Map.groupBy(off, ({ reason = '' }) => reason);
  return [
    ...context.flatMap(({ displayName, status, reason, adds = '', howToSet = '' }) => {
      const why = reason === undefined ? '' : `; ${reason}`;
      if (status === 'off') return [];
      if (status === 'needs-key')
        return [`${displayName}: needs a key; it would add ${adds}; ${howToSet}${why}`];
      return status === 'fresh' && reason === undefined ? [] : [`${displayName}: ${status}${why}`];
    }),
    ...[...reasons].map(([reason, own]) => {
      const names = own.map(({ displayName }) => displayName).join(', ');
      return `${capital(reason === '' ? 'off' : reason)}: ${names}.`;
    }),
  ];
}

/** Returns how an asset moved with a traditional series, with the number of days behind it. */
export function correlationText({ pearson, spearman, count, fromMs, toMs }: AssetCorrelation): string {
  const day = (atMs: number): string => new Date(atMs).toISOString().slice(0, 10);
  return `${format.formatRatio(pearson)} (ranks ${format.formatRatio(spearman)}), n = ${count}, ${day(fromMs)} to ${day(toMs)}`;
}

/** Returns the name of a correlation's other side, for example `Equity index (S&P 500)`. */
export function correlationLabel({ metric, scope }: AssetCorrelation): string {
  return `Correlation with ${NAMES[metric].toLowerCase()}${scope === undefined ? '' : ` (${scope})`}`;
}

/** Returns what the numbers beside the exchanges come to in one line of a terminal; undefined where there are none. */
export function contextLine(
  context: readonly ContextSnapshot[],
  snapshot: AssetSnapshot,
  nowMs: number,
): string | undefined {
  const wanted = new Set(['Fear & Greed Index', 'Market capitalisation']);
  const rows = contextRows(context, snapshot.asset, nowMs).filter((row) => wanted.has(row.label));
  const ratio = snapshot.aggregate.openInterestToMarketCap;
  // The names stand beside the sum.
  const unverified = snapshot.aggregate.unverifiedSides === undefined ? '' : ' (sides in part unverified)';
  const keys = context.filter(({ status }) => status === 'needs-key').map(({ displayName }) => displayName);
  const parts = [
    ...rows.map(({ label, value, ageText }) => `${label} ${value} (${ageText})`),
    ...(ratio === undefined ? [] : [`open interest / market cap ${format.formatShare(ratio)}${unverified}`]),
    ...(keys.length === 0 ? [] : [`needs a key: ${keys.join(', ')} (the report says how)`]),
  ];
  return parts.length === 0 ? undefined : `Context: ${plainText(parts.join('; '))}`;
}
