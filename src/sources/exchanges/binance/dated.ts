import { DAY_MS, HOUR_MS } from '../../../core/units.ts';
import { definePoll, type HttpRequestSpec, type MapContext, type RequestScope } from '../contract.ts';
import { columnsOf } from '../kit/columns.ts';
import { isRecord, plainText } from '../kit/field.ts';
import { decimal, epochMs, optional, optionalNonZero, positive, text } from '../kit/fields.ts';
import { rows } from '../kit/payloads.ts';
import type { Place } from '../kit/place.ts';
import { rowReader, type RowOf } from '../kit/rowReader.ts';
import { premiumIndex, ticker } from './readings.ts';
import { barLength, bySymbol, DOCS, STATISTICS } from './shared.ts';

/** Dated futures: their prices, and how far they and the perpetuals stand from the index. */

const PATH = '/futures/data/basis';
/** The stated rate is rounded to four decimals. */
const ROUNDING = 0.001;

export const datedPremiumIndex = {
  ...premiumIndex,
  id: 'binance/dated-premium-index',
  about: 'dated-future',
  yields: ['mark-price'],
  request: bySymbol('/fapi/v1/premiumIndex'),
} as const;

export const datedTicker = {
  ...ticker,
  id: 'binance/dated-ticker-24h',
  about: 'dated-future',
  request: bySymbol('/fapi/v1/ticker/24hr'),
} as const;

/** Returns the quarterly expiries after a time, the nearest first: the last Friday of the quarter, 08:00 UTC. */
export function quarterlyExpiries(afterMs: number, count: number): number[] {
  const year = new Date(afterMs).getUTCFullYear();
  const quarter = Math.floor(new Date(afterMs).getUTCMonth() / 3);
  const expiries = Array.from({ length: count + 1 }, (_, step) => {
    const lastDay = Date.UTC(year, (quarter + step + 1) * 3, 0);
    return lastDay - ((new Date(lastDay).getUTCDay() + 2) % 7) * DAY_MS + 8 * HOUR_MS;
  });
  return expiries.filter((expiry) => expiry > afterMs).slice(0, count);
}

const QUARTERS = ['CURRENT_QUARTER', 'NEXT_QUARTER'] as const;

/** The symbol that a type of contract stands for at a time: the current quarter is another contract each quarter. */
function symbolAt(pair: string, contractType: string, atMs: number): string | undefined {
  if (contractType === 'PERPETUAL') return pair;
  const index = QUARTERS.findIndex((name) => name === contractType);
  const expiry = index < 0 ? undefined : quarterlyExpiries(atMs, QUARTERS.length)[index];
  if (expiry === undefined) return undefined;
  const day = new Date(expiry).toISOString();
  return `${pair}_${day.slice(2, 4)}${day.slice(5, 7)}${day.slice(8, 10)}`;
}

/** The type of contract that a dated future is now, from its expiry. */
function typeOf({ instrument, nowMs }: RequestScope): string | undefined {
  if (instrument.kind === 'perpetual') return 'PERPETUAL';
  const index = quarterlyExpiries(nowMs, QUARTERS.length).findIndex((one) => one === instrument.expiresAtMs);
  return QUARTERS[index];
}

function request(scope: RequestScope): HttpRequestSpec | undefined {
  const contractType = typeOf(scope);
  const [pair] = scope.instrument.venueSymbol.split('_');
  if (contractType === undefined || pair === undefined) return undefined;
  return { method: 'GET', path: PATH, query: { pair, contractType, period: '1h', limit: '500' } };
}

const BASIS = rowReader({
  pair: optional(text),
  contractType: optional(text),
  basis: optional(decimal),
  basisRate: optional(decimal),
  annualizedBasisRate: optional(decimal),
  futuresPrice: optionalNonZero(positive),
  indexPrice: optionalNonZero(positive),
  timestamp: epochMs,
});

type BasisRow = RowOf<typeof BASIS>;

/** Whether a row is about the pair and contract asked for, and its rate about its prices; if not, an issue says so. */
function isSound(context: MapContext, row: BasisRow, at: Place): boolean {
  for (const key of ['pair', 'contractType'] as const) {
    const wanted = context.params[key];
    if (wanted === undefined || row[key] === undefined || row[key] === wanted) continue;
    const message = `asked for ${wanted}, the answer is about ${row[key]}`;
    context.report({ code: 'wrong-instrument', path: at.of(key), message });
    return false;
  }
  const { basisRate, futuresPrice, indexPrice } = row;
  if (basisRate === undefined || futuresPrice === undefined || indexPrice === undefined) return true;
  if (Math.abs(basisRate - (futuresPrice / indexPrice - 1)) <= ROUNDING) return true;
  const message = `the rate ${basisRate} contradicts the prices ${futuresPrice} and ${indexPrice}`;
  context.report({ code: 'implausible', path: at.of('basisRate'), message });
  return false;
}

const COLUMNS = [
  'basisFraction',
  'basisQuote',
  'futuresPriceQuote',
  'indexPriceQuote',
  'annualisedFraction',
] as const;
const DATED = { contractType: 'dated-future' } as const;
const PERPETUAL = { contractType: 'perpetual' } as const;

export const basis = definePoll({
  id: 'binance/basis',
  method: 'GET',
  path: PATH,
  docsUrl: `${DOCS}/Basis`,
  weight: 1,
  scope: STATISTICS,
  yields: ['basis'],
  tense: 'history',
  cadenceMs: HOUR_MS,
  request: (scope) => (scope.instrument.kind === 'perpetual' ? request(scope) : undefined),
  schema: rows,
  map(payload, context) {
    const { pair: askedPair = '', contractType: askedType = '' } = context.params;
    const pairIn = (row: unknown): string =>
      isRecord(row) && row['pair'] !== undefined && row['pair'] !== null ? plainText(row['pair']) : askedPair;
    if (payload.some((row) => /USD$/.test(pairIn(row)))) {
      context.report({ code: 'unsupported', path: '', message: 'COIN-M pairs are not read' });
      return [];
    }
    const shared = { kind: 'basis', barMs: barLength(payload, context) } as const;
    const out = columnsOf(context, shared, COLUMNS, payload.length);
    BASIS.each(payload, '', context, (row, at) => {
      const symbol = symbolAt(row.pair ?? askedPair, row.contractType ?? askedType, row.timestamp);
      const who = context.subject(symbol, at);
      if (who === undefined || !isSound(context, row, at)) return;
      const { basis: basisQuote, basisRate: basisFraction } = row;
      if ((basisFraction ?? basisQuote) === undefined) return;
      const isDated = who.market === 'dated-future';
      const annualised = isDated ? row.annualizedBasisRate : undefined;
      out
        .of(who, isDated ? DATED : PERPETUAL)
        .push(row.timestamp, basisFraction, basisQuote, row.futuresPrice, row.indexPrice, annualised);
    });
    return out.chunks();
  },
});

/** The same of the current and the next quarter; a row belongs to the contract that had the name at its time. */
export const datedBasis = { ...basis, id: 'binance/dated-basis', about: 'dated-future', request } as const;
