import { commonAsset, inCapitals } from '../../../core/ids.ts';
import type { Observation } from '../../../core/observation.ts';
import { DAY_MS, HOUR_MS, MINUTE_MS } from '../../../core/units.ts';
import type { HttpRequestSpec, LimitScope, MapContext, RequestScope, SymbolParts } from '../contract.ts';
import { fits, runningInterval, type IntervalOf, type RateEvidence } from '../fundingInterval.ts';
import { namedBar, spacingOf } from '../kit/bars.ts';
import { eachRow, mapEach } from '../kit/eachRow.ts';
import { isRecord } from '../kit/field.ts';
import { pathOf, type Path, type Place } from '../kit/place.ts';
import type { RowReader } from '../kit/rowReader.ts';
import type { Subject } from '../kit/subject.ts';
import { NAME_IN_SYMBOL } from '../symbolName.ts';

export const DOCS =
  'https://developers.binance.com/docs/derivatives/usds-margined-futures/market-data/rest-api';
export const DEFAULT_INTERVAL_MS = 8 * HOUR_MS;
const BARS = { m: MINUTE_MS, h: HOUR_MS, d: DAY_MS } as const;

/** Statistics have a limit of their own: 1,000 requests per 5 minutes and address. */
export const STATISTICS: LimitScope = {
  name: 'futures/data',
  limits: [{ weight: 1_000, windowMs: 5 * MINUTE_MS }],
};

export const bySymbol =
  (path: string, extra: Record<string, string> = {}) =>
  (scope: RequestScope): HttpRequestSpec => ({
    method: 'GET',
    path,
    query: { symbol: scope.instrument.venueSymbol, ...extra },
  });

/** Hands over rows that name their symbol. COIN-M rows carry `pair` instead and count contracts: refused. */
export function eachNamed<T>(
  context: MapContext,
  payload: readonly unknown[],
  reader: RowReader<T>,
  take: (row: T, who: Subject, at: Place) => void,
): void {
  eachRow(context, withoutCoinMargined(payload, context), '', reader, take);
}

/** As `eachNamed`, for rows that each become observations; an answer may be one row. */
export function mapNamed<T>(
  context: MapContext,
  payload: unknown,
  reader: RowReader<T>,
  map: (row: T, who: Subject, at: Place) => readonly Observation[],
): Observation[] {
  const list = Array.isArray(payload) ? (payload as unknown[]) : [payload];
  return mapEach(context, withoutCoinMargined(list, context), '', reader, map);
}

function withoutCoinMargined(list: readonly unknown[], context: MapContext): readonly unknown[] {
  const isCoinMargined = (row: unknown): boolean => isRecord(row) && 'pair' in row && !('symbol' in row);
  if (!list.some(isCoinMargined)) return list;
  return list.filter((row, index) => {
    const isOther = isCoinMargined(row);
    const message = 'COIN-M rows are not read: they count contracts';
    if (isOther) context.report({ code: 'unsupported', path: `[${index}]`, message });
    return !isOther;
  });
}

/** Bars are named by the request (`period`) or, where that is not known, by the spacing of the rows. */
export const barLength = (payload: readonly unknown[], context: MapContext): number | undefined =>
  namedBar(context.params['period'], BARS) ?? spacingOf(payload, 'timestamp');

/**
 * The interval of a running rate. Where fundingInfo was not read, the documented 8 h are named as what they are, a
 * default, and only as far as the next settlement allows them.
 */
export function fundingInterval(
  context: MapContext,
  who: Subject,
  evidence: RateEvidence,
  path: Path,
): IntervalOf | undefined {
  const known = runningInterval(context, who, evidence, path);
  if (typeof known === 'object') return known;
  if (known === 'contradicted') return undefined;
  if (!fits(DEFAULT_INTERVAL_MS, evidence)) {
    const message = `${who.venueSymbol} does not settle every 8 h; the rate was dropped`;
    context.report({ code: 'unknown-interval', path: pathOf(path), message });
    return undefined;
  }
  return defaultInterval(context, who, path);
}

/** The interval that Binance documents for contracts that fundingInfo does not name, where fundingInfo was not read. */
function defaultInterval(context: MapContext, who: Subject, path: Path): IntervalOf {
  const message = `${who.venueSymbol}: 8 h is the documented default; fundingInfo was not read`;
  context.report({ code: 'assumed-interval', path: pathOf(path), message });
  return { intervalMs: DEFAULT_INTERVAL_MS, intervalBasis: 'venue-default' };
}

const SYMBOL = new RegExp(String.raw`^(${NAME_IN_SYMBOL}?)(USDT|USDC)(?:_(\d{6}))?$`, 'u');

/** USD-M symbols: BTCUSDT, BTCUSDC, BTCUSDT_261225, 币安人生USDT. */
export function parseSymbol(venueSymbol: string): SymbolParts | undefined {
  const match = SYMBOL.exec(inCapitals(venueSymbol));
  if (match?.[1] === undefined || match[2] === undefined) return undefined;
  return {
    baseAsset: commonAsset(match[1]),
    quoteAsset: match[2],
    kind: match[3] === undefined ? 'perpetual' : 'dated-future',
    margin: 'linear',
  };
}
