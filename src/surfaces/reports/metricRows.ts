import { depthSum } from '../../analysis/metrics/depth.ts';
import type { DatedBasis } from '../../analysis/metrics/basis.ts';
import {
  currentNumbers,
  type CurrentOpenInterest,
  type CurrentVolume,
} from '../../analysis/metrics/currentNumbers.ts';
import { areOfOneMoment, asOfMs, isFreshAt, isStale } from '../../analysis/metrics/freshness.ts';
import { annualisedRate } from '../../analysis/metrics/funding.ts';
import type { Observation, ObservationOf } from '../../core/observation.ts';
import { plainText } from '../../core/outsideText.ts';
import { HOUR_MS } from '../../core/units.ts';
import type { ExchangeSnapshot } from '../../market/snapshot.ts';
import {
  formatCoins,
  formatShortCountdown,
  formatOld,
  formatNarrowPrice,
  formatPrice,
  formatRate,
  formatRatio,
  formatSignificant,
  formatUpcoming,
  formatUsd,
  formatUtc,
} from './format.ts';
import { shownWords } from './metricWords.ts';

/** One number of an exchange as text: with unit, age and where it came from. */
export interface MetricRow {
  readonly id: string;
  readonly label: string;
  readonly value: string;
  /** How old the number is, for example "12 s old". */
  readonly ageText: string;
  readonly isStale: boolean;
  /** Time that the age is counted from, epoch ms; absent where the row is no number that was read. */
  readonly asOfMs?: number;
  /** Source, side and convention, for a tooltip. */
  readonly detail: string;
  /** For a row with little room: the value with its unit, and names for it, the fullest first. */
  readonly narrow: {
    readonly value: string;
    /** The same with fewer digits, for where its name has no room else. */
    readonly shorter?: string;
    readonly names: readonly string[];
    /** A name for where none of them fits. */
    readonly lastName?: string;
  };
}

const OI = shownWords('open-interest');
const OI_USD = shownWords('open-interest-usd');
const FUNDING = shownWords('funding-per-interval');
const FUNDING_YEAR = shownWords('funding-annualised');
const VOLUME = shownWords('volume');
const LONG_SHORT = shownWords('long-short-ratio');
const TAKER = shownWords('taker-ratio');
const DEPTH = shownWords('depth-1pct');
const QUOTE_NOTE = 'in the quote currency of the contract: USDT, USDC or USD';

/** Returns the current numbers of an exchange about its followed perpetual. Kinds it does not report have no row. */
export function metricRows(exchange: ExchangeSnapshot, asset: string, nowMs: number): MetricRow[] {
  const current = currentNumbers(exchange.instruments);
  const row = (
    id: string,
    label: string,
    from: Observation,
    value: string | undefined,
    names: readonly string[],
    { note = '', narrow = value, lastName = '' }: RowExtras = {},
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
    return [
      {
        ...{
          id,
          label,
          value,
          ageText,
          isStale: isOld,
          asOfMs: asOfMs(from),
          detail: detail.map((line) => plainText(line)).join('\n'),
        },
        narrow: { value: narrow ?? value, names, ...(lastName === '' ? {} : { lastName }) },
      },
    ];
  };
  const { mark, index, openInterest, funding, volume24h, longShort1h, takerVolume1h, depth1pct } = current;
  return [
    ...(mark === undefined
      ? []
      : row('mark', 'Mark price', mark, formatPrice(mark.markPriceQuote), ['mark price', 'mark'], {
          narrow: formatNarrowPrice(mark.markPriceQuote),
          note: QUOTE_NOTE,
        })),
    ...(index === undefined
      ? []
      : row(
          'index',
          'Index price',
          index,
          formatPrice(index.indexPriceQuote),
          ['index price', 'index', 'idx'],
          {
            narrow: formatNarrowPrice(index.indexPriceQuote),
            note: QUOTE_NOTE,
          },
        )),
    ...(mark === undefined || index === undefined
      ? []
      : row('premium', 'Premium', mark, premiumText(mark, index), ['premium', 'prem'], {
          note: 'mark / index - 1; not the basis of a dated future',
        })),
    ...(openInterest === undefined ? [] : openInterestRows(openInterest, exchange, asset, row)),
    ...(funding === undefined ? [] : fundingRows(funding, nowMs, row)),
    ...(volume24h === undefined
      ? []
      : row(VOLUME.id, VOLUME.label, volume24h.row, volumeText(volume24h, asset), VOLUME.names)),
    ...(longShort1h === undefined
      ? []
      : row(
          LONG_SHORT.id,
          LONG_SHORT.label,
          longShort1h,
          formatRatio(longShort1h.longShortRatio),
          LONG_SHORT.names,
          { note: 'number of accounts, not of positions' },
        )),
    ...(takerVolume1h === undefined
      ? []
      : row(TAKER.id, TAKER.label, takerVolume1h, takerText(takerVolume1h), TAKER.names, {
          note: 'buys / sells of the last full hour, in coins',
        })),
    ...(depth1pct === undefined ? [] : depthRows(depth1pct, asset, row)),
    ...spotRows(current, asset, row),
    ...scaleRows(exchange, asset, row),
    ...(exchange.termStructure ?? []).map((one) => basisRow(one, nowMs)),
  ];
}

interface RowExtras {
  readonly note?: string;
  /** The value where there is little room; the same one without it. */
  readonly narrow?: string | undefined;
  readonly lastName?: string;
}

type Row = (
  id: string,
  label: string,
  from: Observation,
  value: string | undefined,
  names: readonly string[],
  extras?: RowExtras,
) => MetricRow[];

function openInterestRows(
  { row: reading, base, usd }: CurrentOpenInterest,
  { unverifiedSides }: ExchangeSnapshot,
  asset: string,
  row: Row,
): MetricRow[] {
  const why = reading.sides === 'unverified' ? likelySides(unverifiedSides) : '';
  const side = `${base?.note ?? 'longs and shorts counted once'}${why}`;
  if (base === undefined && reading.openInterestContracts !== undefined) {
    return row(OI.id, OI.label, reading, formatCoins(reading.openInterestContracts, 'contracts'), ['OI'], {
      note: 'contract size not known; not converted',
    });
  }
  return [
    ...row(OI.id, OI.label, reading, base === undefined ? undefined : formatCoins(base.value, asset), OI.names, { note: side }),
    ...row(OI_USD.id, OI_USD.label, reading, usd === undefined ? undefined : formatUsd(usd.value), OI_USD.names,
      { note: `${side}; ${usd?.basis === 'venue' ? 'as stated by the exchange' : 'coins x mark price'}` }),
  ]; // prettier-ignore
}

function likelySides(known: ExchangeSnapshot['unverifiedSides']): string {
  if (known === undefined) return '';
  const likely = { one: 'likely one side: ', both: 'likely both sides: ', none: '' }[known.likely ?? 'none'];
  return `; ${likely}${known.reason}`;
}

/** Says of a contract of thousands what it is: its numbers are shown in single coins. */
function scaleRows(exchange: ExchangeSnapshot, asset: string, row: Row): MetricRow[] {
  const perpetual = exchange.instruments.find((one) => one.kind === 'perpetual');
  const [any] = perpetual?.observations ?? [];
  if (perpetual?.coinsPerUnit === undefined || any === undefined) return [];
  const value = `1 = ${formatCoins(perpetual.coinsPerUnit, asset)}`;
  return row('unit', `Unit of ${plainText(perpetual.venueSymbol)}`, any, value, ['unit'], {
    note: 'all numbers here are of single coins',
  });
}

function fundingRows(funding: ObservationOf<'funding-rate'>, nowMs: number, row: Row): MetricRow[] {
  const hours = funding.intervalMs / HOUR_MS;
  const year = annualisedRate(funding);
  const cap = funding.cap === undefined ? '' : `; cap ${formatRate(funding.cap)}`;
  return [
    ...row(
      FUNDING.id,
      `${FUNDING.label} ${formatSignificant(hours)} h`,
      funding,
      formatRate(funding.fundingRatePerInterval),
      FUNDING.names,
      {
        lastName: FUNDING.lastName,
        note: `predicted${cap}; interval from ${funding.intervalBasis}`,
        narrow: `${formatRate(funding.fundingRatePerInterval)}/${hours === 1 ? '' : formatSignificant(hours)}h`,
      },
    ),
    ...row(
      FUNDING_YEAR.id,
      FUNDING_YEAR.label,
      funding,
      year === undefined ? undefined : formatRate(year),
      FUNDING_YEAR.names,
      {
        lastName: FUNDING_YEAR.lastName,
        note: 'rate x (365 days / interval), simple',
        narrow: year === undefined ? undefined : `${formatRate(year)}/yr`,
      },
    ),
    ...row(
      'next-funding',
      'Next funding',
      funding,
      funding.settlesAtMs === undefined ? undefined : formatUpcoming(funding.settlesAtMs, nowMs),
      ['next funding', 'next fund'],
      { narrow: formatShortCountdown(funding.settlesAtMs, nowMs), lastName: `next ${FUNDING.lastName}` },
    ).map(({ asOfMs: _read, ...upcoming }) => upcoming),
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
  const narrow = sum === undefined ? undefined : `${sum.isLowerBound ? '≥' : ''}${formatUsd(sum.totalUsd)}`;
  return row(DEPTH.id, DEPTH.label, depth, value, DEPTH.names, { note, narrow });
}

function spotRows(
  { spotPrice, spotVolume24h }: ReturnType<typeof currentNumbers>,
  asset: string,
  row: Row,
): MetricRow[] {
  const note = 'spot pair, not counted in sums of perpetuals';
  return [
    ...(spotPrice === undefined
      ? []
      : row('spot', 'Spot price', spotPrice, formatPrice(spotPrice.lastPriceQuote), ['spot price', 'spot'], {
          narrow:
            spotPrice.lastPriceQuote === undefined ? undefined : formatNarrowPrice(spotPrice.lastPriceQuote),
          note,
        })),
    ...(spotVolume24h === undefined
      ? []
      : row(
          'spot-volume',
          'Spot volume 24 h',
          spotVolume24h.row,
          volumeText(spotVolume24h, asset),
          ['spot volume 24h', 'spot vol'],
          { note },
        )),
  ];
}

function basisRow(future: DatedBasis, nowMs: number): MetricRow {
  const year = future.annualised === undefined ? '' : `, ${formatRate(future.annualised)} a year`;
  const isOld = !isFreshAt(future.atMs, nowMs);
  return {
    id: `basis-${future.venueSymbol}`,
    label: `Basis ${plainText(future.venueSymbol)}`,
    value: `${formatRate(future.basisFraction)}${year}`,
    ageText: `${formatOld(future.atMs, nowMs)}${isOld ? ', stale' : ''}`,
    isStale: isOld,
    asOfMs: future.atMs,
    narrow: {
      value: formatRate(future.basisFraction),
      names: [`basis ${monthDay(future.expiresAtMs)}`, `b ${monthDay(future.expiresAtMs)}`],
      lastName: 'basis',
    },
    detail: [
      `future ${formatPrice(future.futuresPriceQuote)}, index ${formatPrice(future.indexPriceQuote)}`,
      `expires ${formatUtc(future.expiresAtMs)}`,
      'future / index - 1; a year is simple, 365 days',
    ].join('\n'),
  };
}

/** 12-26: the day that a future ends, where its symbol has no room. */
const monthDay = (atMs: number): string => formatUtc(atMs).slice(5, 10);

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

function volumeText({ row, usd }: CurrentVolume, asset: string): string | undefined {
  if (usd !== undefined) return formatUsd(usd);
  return row.volumeBase === undefined ? undefined : formatCoins(row.volumeBase, asset);
}

function takerText(taker: ObservationOf<'taker-volume'>): string | undefined {
  const { takerBuyBase: buys, takerSellBase: sells } = taker;
  const ratio =
    buys !== undefined && sells !== undefined && sells > 0 ? buys / sells : taker.takerBuySellRatio;
  return ratio === undefined ? undefined : formatRatio(ratio);
}
