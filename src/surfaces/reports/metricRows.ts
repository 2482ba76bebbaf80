import { depthSum } from '../../analysis/metrics/depth.ts';
import type { DatedBasis } from '../../analysis/metrics/basis.ts';
import {
  areOfOneMoment,
  asOfMs,
  bestFunding,
  bestOpenInterest,
  isFreshAt,
  isStale,
  newestOf,
} from '../../analysis/metrics/freshness.ts';
import { annualisedRate } from '../../analysis/metrics/funding.ts';
import { oneSidedBase, oneSidedUsd } from '../../analysis/metrics/openInterest.ts';
import type { Observation, ObservationOf } from '../../core/observation.ts';
import { DAY_MS, HOUR_MS } from '../../core/units.ts';
import type { ExchangeSnapshot } from '../../market/snapshot.ts';
import {
  formatCoins,
  formatOld,
  formatPrice,
  formatRate,
  formatRatio,
  formatUsd,
  formatUtc,
} from './format.ts';

/** One number of an exchange as text: with unit, age and where it came from. */
export interface MetricRow {
  readonly id: string;
  readonly label: string;
  readonly value: string;
  /** How old the number is, for example "12 s old". */
  readonly ageText: string;
  readonly isStale: boolean;
  /** Source, side and convention, for a tooltip. */
  readonly detail: string;
}

const QUOTE_NOTE = 'in the quote currency of the contract: USDT, USDC or USD';

/** Returns the newest numbers of an exchange about its followed perpetual. Kinds it does not report have no row. */
export function metricRows(exchange: ExchangeSnapshot, asset: string, nowMs: number): MetricRow[] {
  const all = exchange.instruments.find((one) => one.kind === 'perpetual')?.observations ?? [];
  const spot = exchange.instruments.find((one) => one.kind === 'spot')?.observations ?? [];
  const row = (
    id: string,
    label: string,
    from: Observation,
    value: string | undefined,
    note = '',
  ): MetricRow[] => {
    if (value === undefined) return [];
    const basis = from.atBasis === 'received' ? ' (time of receipt; the exchange states none)' : '';
    const detail = [
      `${from.endpoint}, ${from.venueSymbol}`,
      `${formatUtc(from.atMs)}${basis}`,
      ...(note === '' ? [] : [note]),
    ];
    const isOld = isStale(from, nowMs);
    const ageText = `${formatOld(asOfMs(from), nowMs)}${isOld ? ', stale' : ''}`;
    return [{ id, label, value, ageText, isStale: isOld, detail: detail.join('\n') }];
  };
  const mark = newestOf(all, 'mark-price', (one) => one.markPriceQuote !== undefined);
  const index = newestOf(all, 'mark-price', (one) => one.indexPriceQuote !== undefined);
  const openInterest = bestOpenInterest(all);
  const funding = bestFunding(all);
  const volume = newestOf(all, 'volume', (one) => one.windowMs === DAY_MS);
  const accounts = newestOf(all, 'long-short-ratio', (one) => one.population === 'all-accounts');
  const taker = newestOf(all, 'taker-volume');
  const depth = newestOf(all, 'depth');
  return [
    ...(mark === undefined
      ? []
      : row('mark', 'Mark price', mark, formatPrice(mark.markPriceQuote), QUOTE_NOTE)),
    ...(index === undefined
      ? []
      : row('index', 'Index price', index, formatPrice(index.indexPriceQuote), QUOTE_NOTE)),
    ...(mark === undefined || index === undefined
      ? []
      : row(
          'premium',
          'Premium',
          mark,
          premiumText(mark, index),
          'mark / index - 1; not the basis of a dated future',
        )),
    ...(openInterest === undefined
      ? []
      : openInterestRows(
          openInterest,
          mark !== undefined && areOfOneMoment(mark, openInterest) ? mark.markPriceQuote : undefined,
          asset,
          row,
        )),
    ...(funding === undefined ? [] : fundingRows(funding, row)),
    ...(volume === undefined ? [] : row('volume', 'Volume 24 h', volume, volumeText(volume, asset))),
    ...(accounts === undefined
      ? []
      : row(
          'long-short',
          'Long/short accounts',
          accounts,
          formatRatio(accounts.longShortRatio),
          'number of accounts, not of positions',
        )),
    ...(taker === undefined
      ? []
      : row('taker', `Taker buy/sell ${taker.barMs / HOUR_MS} h`, taker, takerText(taker))),
    ...(depth === undefined ? [] : depthRows(depth, asset, row)),
    ...spotRows(spot, asset, row),
    ...(exchange.termStructure ?? []).map((one) => basisRow(one, nowMs)),
  ];
}

type Row = (
  id: string,
  label: string,
  from: Observation,
  value: string | undefined,
  note?: string,
) => MetricRow[];

function openInterestRows(
  reading: ObservationOf<'open-interest'>,
  mark: number | undefined,
  asset: string,
  row: Row,
): MetricRow[] {
  const base = oneSidedBase(reading);
  const usd = oneSidedUsd(reading, mark);
  const side = base?.note ?? 'longs and shorts counted once';
  if (base === undefined && reading.openInterestContracts !== undefined) {
    return row(
      'oi',
      'Open interest',
      reading,
      `${reading.openInterestContracts} contracts`,
      'contract size not known; not converted',
    );
  }
  return [
    ...row('oi', 'Open interest', reading, base === undefined ? undefined : formatCoins(base.value, asset), side),
    ...row('oi-usd', 'Open interest in USD', reading, usd === undefined ? undefined : formatUsd(usd.value),
      `${side}; ${usd?.basis === 'venue' ? 'as stated by the exchange' : 'coins x mark price'}`),
  ]; // prettier-ignore
}

function fundingRows(funding: ObservationOf<'funding-rate'>, row: Row): MetricRow[] {
  const hours = funding.intervalMs / HOUR_MS;
  const year = annualisedRate(funding);
  const cap = funding.cap === undefined ? '' : `; cap ${formatRate(funding.cap)}`;
  return [
    ...row(
      'funding',
      `Funding per ${hours} h`,
      funding,
      formatRate(funding.fundingRatePerInterval),
      `predicted${cap}; interval from ${funding.intervalBasis}`,
    ),
    ...row(
      'funding-year',
      'Funding annualised',
      funding,
      year === undefined ? undefined : formatRate(year, 2),
      'rate x (365 days / interval), simple',
    ),
    ...row(
      'next-funding',
      'Next funding',
      funding,
      funding.settlesAtMs === undefined ? undefined : formatUtc(funding.settlesAtMs),
    ),
  ];
}

function depthRows(depth: ObservationOf<'depth'>, asset: string, row: Row): MetricRow[] {
  const sum = depthSum(depth);
  const value =
    sum === undefined
      ? undefined
      : `${sum.isLowerBound ? 'at least ' : ''}${formatUsd(sum.bidUsd)} bid, ${formatUsd(sum.askUsd)} ask`;
  const note =
    sum?.isLowerBound === true
      ? 'the returned book ends inside the band'
      : `within 1 % of mid, ${asset} in USD`;
  return row('depth', 'Depth ±1 %', depth, value, note);
}

function spotRows(spot: readonly Observation[], asset: string, row: Row): MetricRow[] {
  const price = newestOf(spot, 'mark-price', (one) => one.lastPriceQuote !== undefined);
  const volume = newestOf(spot, 'volume', (one) => one.windowMs === DAY_MS);
  const note = 'spot pair, not counted in sums of perpetuals';
  return [
    ...(price === undefined ? [] : row('spot', 'Spot price', price, formatPrice(price.lastPriceQuote), note)),
    ...(volume === undefined
      ? []
      : row('spot-volume', 'Spot volume 24 h', volume, volumeText(volume, asset), note)),
  ];
}

function basisRow(future: DatedBasis, nowMs: number): MetricRow {
  const year = future.annualised === undefined ? '' : `, ${formatRate(future.annualised, 2)} a year`;
  const isOld = !isFreshAt(future.atMs, nowMs);
  return {
    id: `basis-${future.venueSymbol}`,
    label: `Basis ${future.venueSymbol}`,
    value: `${formatRate(future.basisFraction, 2)}${year}`,
    ageText: `${formatOld(future.atMs, nowMs)}${isOld ? ', stale' : ''}`,
    isStale: isOld,
    detail: [
      `future ${formatPrice(future.futuresPriceQuote)}, index ${formatPrice(future.indexPriceQuote)}`,
      `expires ${formatUtc(future.expiresAtMs)}`,
      'future / index - 1; a year is simple, 365 days',
    ].join('\n'),
  };
}

function premiumText(
  mark: ObservationOf<'mark-price'>,
  index: ObservationOf<'mark-price'>,
): string | undefined {
  const { markPriceQuote } = mark;
  const { indexPriceQuote } = index;
  if (!areOfOneMoment(mark, index) || markPriceQuote === undefined || indexPriceQuote === undefined)
    return undefined;
  return formatRate(markPriceQuote / indexPriceQuote - 1);
}

function volumeText(volume: ObservationOf<'volume'>, asset: string): string | undefined {
  if (volume.volumeUsd !== undefined) return formatUsd(volume.volumeUsd);
  return volume.volumeBase === undefined ? undefined : formatCoins(volume.volumeBase, asset);
}

function takerText(taker: ObservationOf<'taker-volume'>): string | undefined {
  const { takerBuyBase: buys, takerSellBase: sells } = taker;
  const ratio =
    buys !== undefined && sells !== undefined && sells > 0 ? buys / sells : taker.takerBuySellRatio;
  return ratio === undefined ? undefined : formatRatio(ratio);
}
