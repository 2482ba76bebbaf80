import { commonAsset, inCapitals } from '../../../core/ids.ts';
import type { ContractSize } from '../../../core/instrument.ts';
import { HOUR_MS } from '../../../core/units.ts';
import type { HttpRequestSpec, MapContext, RequestScope, SymbolParts } from '../contract.ts';
import { fits, type IntervalOf, type RateEvidence } from '../fundingInterval.ts';
import { amounts, type Amounts } from '../kit/amounts.ts';
import { timeBy } from '../kit/fields.ts';
import { pathOf, type Path } from '../kit/place.ts';
import { dollars, type Subject } from '../kit/subject.ts';
import { sizeReporter as reporterOf, type SizeReporter } from '../kit/unknownSize.ts';
import type { Params } from '../mapContext.ts';
import { NAME_IN_SYMBOL } from '../symbolName.ts';

export const ID = 'kraken-futures';
export const DOCS = 'https://docs.kraken.com/api/docs/futures-api';
export const V3 = '/derivatives/api/v3';
export const CHARTS = '/api/charts/v1';

/** What polls of one path have in common. Symbols were small until 2021, and are the same contracts in capitals. */
export const at = (path: string, page: string) =>
  ({
    method: 'GET',
    path,
    docsUrl: `${DOCS}/${page}`,
    weight: 1,
    asks: ({ symbol }: Params) => symbol?.toUpperCase(),
  }) as const;

/** A request about one perpetual; `{symbol}` in the path is filled, else `symbol` is a query field. */
export const bySymbol =
  (path: string, query: (nowMs: number) => Record<string, string> = () => ({})) =>
  ({ instrument, nowMs }: RequestScope): HttpRequestSpec | undefined => {
    if (instrument.kind !== 'perpetual') return undefined;
    const symbol = instrument.venueSymbol;
    return path.includes('{symbol}')
      ? { method: 'GET', path: path.replace('{symbol}', encodeURIComponent(symbol)), query: query(nowMs) }
      : { method: 'GET', path, query: { symbol, ...query(nowMs) } };
  };

const SYMBOL = new RegExp(
  String.raw`^([PF])([FIV])_(${NAME_IN_SYMBOL}?)(USD|USDT|USDC|EUR|GBP|XBT)(_\d{6})?$`,
  'u',
);

/**
 * PF_XBTUSD, FF_XBTUSD_261225 (flexible, linear), PI_XBTUSD, FI_XBTUSD_220624 (inverse), PV_XRPXBT (vanilla, linear);
 * older lists spell them in small letters. Indices (in_xbtusd, rr_xbtusd) are no contracts: undefined.
 */
export function parseSymbol(venueSymbol: string): SymbolParts | undefined {
  const match = SYMBOL.exec(inCapitals(venueSymbol));
  if (match?.[3] === undefined || match[4] === undefined) return undefined;
  return {
    baseAsset: commonAsset(match[3]),
    quoteAsset: commonAsset(match[4]),
    kind: match[1] === 'P' ? 'perpetual' : 'dated-future',
    margin: match[2] === 'I' ? 'inverse' : 'linear',
  };
}

/** Indices stand in the lists of contracts; they are known and left out without an issue. */
export const isIndex = (venueSymbol: string): boolean => /^(?:in|rr)_/i.test(venueSymbol);

/**
 * Of flexible futures the exchange states sizes in coins, so that they need no list; all others count contracts, whose
 * size the list alone tells.
 */
export function contractSizeOf(who: Subject): ContractSize | undefined {
  if (who.instrument !== undefined) return who.instrument.contractSize;
  return /^[PF]F_/.test(who.venueSymbol) ? { amount: 1, unit: 'base' } : undefined;
}

export const isInDollars = (who: Subject): boolean => dollars(1, who) !== undefined;

/** Returns an amount in coins and dollars as far as size and price (of the same payload) allow. */
export const sizesOf = (who: Subject, amount: number | undefined, priceQuote?: number): Amounts =>
  amounts(who, 'contracts', amount, priceQuote, contractSizeOf(who));

/** Reports an unknown contract size once per contract of an answer. */
export function sizeReporter(context: MapContext): SizeReporter {
  const report = reporterOf(context);
  return (who, at, field) => {
    if (contractSizeOf(who) === undefined) report(who, at, field);
  };
}

/**
 * Rates are per hour. The list marks what pays them. Without it, or where the next settlement is not on the hour or
 * further away (it was 4 h until 2022, at rates per hour), the documented hour is all there is, and an issue says so
 * once per answer.
 */
export function intervalReporter(
  context: MapContext,
): (who: Subject, evidence: RateEvidence, at: Path, field?: string) => IntervalOf {
  let isTold = false;
  return (who, evidence, at, field) => {
    const intervalMs = who.instrument?.fundingIntervalMs;
    const isFitting = fits(HOUR_MS, evidence);
    if (intervalMs !== undefined && isFitting) return { intervalMs, intervalBasis: 'instrument' };
    if (!isTold) {
      const why = isFitting ? 'the list of instruments was not read' : 'the next settlement does not fit it';
      const message = `${who.venueSymbol}: an hour is the documented interval; ${why}`;
      context.report({ code: 'assumed-interval', path: pathOf(at, field), message });
    }
    isTold = true;
    return { intervalMs: HOUR_MS, intervalBasis: 'venue-default' };
  };
}

const DAY = /^\d{4}-\d\d-\d\d$/;
const [ZERO, NINE] = [48, 57];
/** The day that was read last: rows of a list are of the same one mostly. */
let [lastDay, lastDayMs] = ['', Number.NaN];

/** Two digits at a place of a text; NaN where they are none. */
function twoAt(value: string, at: number): number {
  const [tens, ones] = [value.charCodeAt(at), value.charCodeAt(at + 1)];
  const isNumber = tens >= ZERO && tens <= NINE && ones >= ZERO && ones <= NINE;
  return isNumber ? (tens - ZERO) * 10 + ones - ZERO : Number.NaN;
}

/** Epoch milliseconds of a text like 2025-11-17T00:31:01.835715Z; digits beyond milliseconds are left out. */
function msOfIso(value: unknown): number {
  if (typeof value !== 'string' || value.length < 20 || value.length > 30 || !value.endsWith('Z'))
    return Number.NaN;
  if (value[10] !== 'T' || value[13] !== ':' || value[16] !== ':') return Number.NaN;
  if (!value.startsWith(lastDay) || lastDay === '') {
    lastDay = value.slice(0, 10);
    lastDayMs = DAY.test(lastDay) ? Date.parse(`${lastDay}T00:00:00Z`) : Number.NaN;
  }
  const [hours, minutes, seconds] = [twoAt(value, 11), twoAt(value, 14), twoAt(value, 17)];
  if (!(hours < 24 && minutes < 60 && seconds < 60)) return Number.NaN;
  let [ms, unit] = [0, 100];
  for (let at = 20; at < value.length - 1; at += 1) {
    const digit = value.charCodeAt(at) - ZERO;
    if (!(digit >= 0 && digit <= 9)) return Number.NaN;
    ms += digit * Math.floor(unit);
    unit /= 10;
  }
  if (value.length !== 20 && (value[19] !== '.' || value.length === 21)) return Number.NaN;
  return lastDayMs + ((hours * 60 + minutes) * 60 + seconds) * 1_000 + ms;
}

/** A required UTC time in words, in epoch milliseconds. */
export const isoTime = timeBy(msOfIso, 'not a plausible time in ISO 8601');
