import { HOURLY_FRESH_LIMIT_MS } from '../../analysis/metrics/freshness.ts';
import { ofWhom } from '../../analysis/regime/liquidationWords.ts';
import type { ExchangeId } from '../../core/ids.ts';
import { DAY_MS, HOUR_MS } from '../../core/units.ts';
import type { LiquidationTotals } from '../../market/liquidations.ts';
import type { AssetSnapshot, ExchangeSnapshot } from '../../market/snapshot.ts';
import { escapeMarkdown } from '../../core/outsideText.ts';
import { formatAge, formatCoins, formatUsd, formatUtc, NOT_REPORTED } from './format.ts';
import { markdownTable } from './markdownTable.ts';
import { metricRows, type MetricRow } from './metricRows.ts';

/** Liquidations as text, by exchange and feed. A day of which hours are lacking is no sum and says how much is covered. */

/** Returns the newest numbers of an exchange, with its liquidations. */
export function exchangeMetricRows(
  snapshot: AssetSnapshot,
  exchange: ExchangeSnapshot,
  nowMs: number,
): MetricRow[] {
  return [
    ...metricRows(exchange, snapshot.asset, nowMs),
    ...liquidationRows(snapshot, exchange.exchange, nowMs),
  ];
}

/** Returns one row for each window of an exchange's liquidations; none where no hour is covered. */
export function liquidationRows(snapshot: AssetSnapshot, exchange: ExchangeId, nowMs: number): MetricRow[] {
  return (snapshot.liquidations ?? [])
    .filter((one) => one.exchange === exchange)
    .map((one) => {
      const coins = coinsOf(one, snapshot.asset);
      const detail = [
        one.endpoint,
        `until ${formatUtc(one.endMs)}, ${coveredWords(one)}`,
        `${coverageWords(one)}; side of the position that was closed`,
        ...(coins === undefined ? [] : [coins]),
      ];
      return {
        id: `liquidations-${hoursOf(one)}h`,
        label: labelOf(one.windowMs),
        value: amountWords(one),
        ...ageOf([one], nowMs),
        narrow: {
          value: isWhole(one) ? bothSides(one.isLowerBound, one.longUsd, one.shortUsd) : coveredShort(one),
          names: [`liquidations ${hoursOf(one)}h`, `liq ${hoursOf(one)}h`],
        },
        detail: detail.join('\n'),
      };
    });
}

/**
 * Returns the liquidations of the exchanges that cover a window, added up, with their names; undefined where none does.
 * The sum is never that of the whole market.
 */
export function liquidationSumRow(
  { liquidations = [], exchanges }: AssetSnapshot,
  windowMs: number,
  nowMs: number,
): MetricRow | undefined {
  const own = liquidations.filter((one) => one.windowMs === windowMs);
  const parts = own.filter(isWhole);
  if (parts.length === 0) return undefined;
  const longs = parts.reduce((sum, one) => sum + (one.longUsd ?? Number.NaN), 0);
  const shorts = parts.reduce((sum, one) => sum + (one.shortUsd ?? Number.NaN), 0);
  const atLeast = parts.some(({ isLowerBound }) => isLowerBound) ? 'at least ' : '';
  const partial = own.filter((one) => !isWhole(one));
  const without = exchanges.filter(({ exchange }) => own.every((one) => one.exchange !== exchange));
  const detail = [
    ...parts.map((one) => `${nameOf(exchanges, one.exchange)}: ${amountWords(one)}, ${one.endpoint}`),
    ...partial.map((one) => `${nameOf(exchanges, one.exchange)} is left out: ${coveredWords(one)}`),
    ...(without.length === 0
      ? []
      : [`no covered hour: ${without.map(({ displayName }) => displayName).join(', ')}`]),
  ];
  return {
    id: `liquidations-${windowMs / HOUR_MS}h`,
    label: labelOf(windowMs),
    value: `${atLeast}longs ${formatUsd(longs)}, shorts ${formatUsd(shorts)}, of ${ofWhom(parts.map(({ exchange }) => exchange))}`,
    ...ageOf(parts, nowMs),
    narrow: {
      value: bothSides(atLeast !== '', longs, shorts),
      names: [`liq ${windowMs / HOUR_MS}h of ${parts.length}`, `liq ${windowMs / HOUR_MS}h`],
    },
    detail: detail.join('\n'),
  };
}

/** Returns the sums of both windows. */
export function liquidationSumRows(snapshot: AssetSnapshot, nowMs: number): MetricRow[] {
  return [DAY_MS, HOUR_MS].flatMap((windowMs) => liquidationSumRow(snapshot, windowMs, nowMs) ?? []);
}

/** Returns the body of the report's section on liquidations, in Markdown. */
export function liquidationSection(snapshot: AssetSnapshot, nowMs: number): string {
  const { liquidations = [], exchanges } = snapshot;
  if (liquidations.length === 0) return 'No exchange has covered an hour of its liquidations yet.';
  const table = markdownTable(
    ['Exchange', 'Window', 'Longs', 'Shorts', 'In coins', 'Hours', 'Coverage', 'Feed', 'Age'],
    liquidations.map((one) => [
      nameOf(exchanges, one.exchange),
      `${hoursOf(one)} h`,
      usdWords(one, one.longUsd),
      usdWords(one, one.shortUsd),
      coinsOf(one, snapshot.asset) ?? NOT_REPORTED,
      coveredWords(one),
      coverageWords(one),
      one.endpoint,
      ageOf([one], nowMs).ageText,
    ]),
  );
  const sums = liquidationSumRows(snapshot, nowMs).map(
    (row) => `- ${escapeMarkdown(`${row.label}: ${row.value}`)}`,
  );
  const without = exchanges.filter(({ exchange }) => liquidations.every((one) => one.exchange !== exchange));
  const rest =
    without.length === 0
      ? []
      : [`- No covered hour: ${escapeMarkdown(without.map(({ displayName }) => displayName).join(', '))}`];
  return [table, [...sums, ...rest].join('\n')].filter((part) => part !== '').join('\n\n');
}

const isWhole = ({ coveredHours, hours }: LiquidationTotals): boolean => coveredHours === hours;
const hoursOf = ({ windowMs }: LiquidationTotals): number => windowMs / HOUR_MS;
const labelOf = (windowMs: number): string => `Liquidations ${windowMs / HOUR_MS} h`;
const nameOf = (exchanges: readonly ExchangeSnapshot[], id: ExchangeId): string =>
  exchanges.find(({ exchange }) => exchange === id)?.displayName ?? id;

function amountWords(one: LiquidationTotals): string {
  if (!isWhole(one)) return coveredWords(one);
  const bound = one.isLowerBound ? ' · lower bound' : '';
  return `longs ${formatUsd(one.longUsd)}, shorts ${formatUsd(one.shortUsd)}${bound}`;
}

/** Longs and shorts together, where there is no room for each. */
const bothSides = (
  isLowerBound: boolean,
  longUsd: number | undefined,
  shortUsd: number | undefined,
): string => `${isLowerBound ? '≥' : ''}${formatUsd((longUsd ?? Number.NaN) + (shortUsd ?? Number.NaN))}`;

const coveredShort = ({ coveredHours, hours }: LiquidationTotals): string => `${coveredHours} of ${hours} h`;

function coveredWords({ coveredHours, hours }: LiquidationTotals): string {
  return `${coveredHours} of ${hours} h covered`;
}

function coverageWords({ coverage }: LiquidationTotals): string {
  if (coverage === 'complete') return 'complete';
  return coverage === 'sampled' ? 'sampled, lower bound' : 'not known to be complete, lower bound';
}

function usdWords(one: LiquidationTotals, usd: number | undefined): string {
  if (!isWhole(one)) return 'no sum yet';
  return `${one.isLowerBound ? 'at least ' : ''}${formatUsd(usd)}`;
}

function coinsOf({ longBase, shortBase }: LiquidationTotals, asset: string): string | undefined {
  if (longBase === undefined || shortBase === undefined) return undefined;
  return `longs ${formatCoins(longBase, asset)}, shorts ${formatCoins(shortBase, asset)}`;
}

/** As old as the oldest part. */
function ageOf(
  parts: readonly LiquidationTotals[],
  nowMs: number,
): Pick<MetricRow, 'ageText' | 'isStale' | 'asOfMs'> {
  const endMs = parts.reduce((oldest, one) => Math.min(oldest, one.endMs), Infinity);
  const isStale = nowMs - endMs > HOURLY_FRESH_LIMIT_MS;
  return { ageText: `${formatAge(endMs, nowMs)} old${isStale ? ', stale' : ''}`, isStale, asOfMs: endMs };
}
