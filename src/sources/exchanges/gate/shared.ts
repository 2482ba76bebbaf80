import type { ContractSize, Instrument } from '../../../core/instrument.ts';
import { commonAsset } from '../../../core/ids.ts';
import type { OpenInterest } from '../../../core/observation.ts';
import { DAY_MS, HOUR_MS, MINUTE_MS, SECOND_MS } from '../../../core/units.ts';
import type { HttpRequestSpec, RequestScope, SymbolParts } from '../contract.ts';
import { amounts } from '../kit/amounts.ts';
import type { BarUnits } from '../kit/bars.ts';
import type { Subject } from '../kit/subject.ts';
import type { Params } from '../mapContext.ts';
import { unlessFalseZero } from '../mapping.ts';
import { NAME_IN_SYMBOL } from '../symbolName.ts';

export const DOCS = 'https://www.gate.com/docs/developers/apiv4';
const FUTURES = '/api/v4/futures/{settle}';

/** What polls of one path have in common. Gate limits public requests path by path: 200 in ten seconds, per address. */
export const at = (path: string, anchor: string) =>
  ({
    method: 'GET',
    path,
    docsUrl: `${DOCS}/#${anchor}`,
    weight: 1,
    scope: { name: `gate ${path}`, limits: [{ weight: 200, windowMs: 10 * SECOND_MS }] },
  }) as const;

/** As `at`, of contracts; `mark_BTC_USDT` is about BTC_USDT. */
export const atFutures = (rest: string, anchor: string) =>
  ({
    ...at(`${FUTURES}/${rest}`, anchor),
    asks: ({ contract }: Params) => contract?.replace(/^(?:mark|index)_/, ''),
  }) as const;

/** Fills the settle asset into a path. */
const pathOf = (instrument: Instrument, rest: string): string =>
  `/api/v4/futures/${instrument.settleAsset.toLowerCase()}/${rest}`;

/** Dated futures live under another address: no request. */
export const byContract =
  (rest: string, extra: Record<string, string> = {}, prefix = '') =>
  ({ instrument }: RequestScope): HttpRequestSpec | undefined =>
    instrument.kind === 'perpetual'
      ? {
          method: 'GET',
          path: pathOf(instrument, rest),
          query: { contract: `${prefix}${instrument.venueSymbol}`, ...extra },
        }
      : undefined;

/** A request about a contract that is named by its path. */
export const underContract =
  (rest: string) =>
  ({ instrument }: RequestScope): HttpRequestSpec | undefined =>
    instrument.kind === 'perpetual'
      ? {
          method: 'GET',
          path: pathOf(instrument, `${rest}/${encodeURIComponent(instrument.venueSymbol)}`),
          query: {},
        }
      : undefined;

type OpenInterestUnits = Pick<
  OpenInterest, 'openInterestBase' | 'openInterestUsd' | 'openInterestContracts' | 'usdBasis'
>; // prettier-ignore

/** The units that an open interest in contracts can be stated in; contracts alone where their size is not known. */
export function openInterestUnits(
  who: Subject,
  contracts: number | undefined,
  size: ContractSize | undefined,
  markPriceQuote: number | undefined,
  statedUsd?: number,
): { [K in keyof OpenInterestUnits]: OpenInterestUnits[K] | undefined } {
  const usdOfVenue = unlessFalseZero(statedUsd, contracts);
  const converted = amounts(who, 'contracts', contracts, markPriceQuote, size);
  const openInterestUsd = usdOfVenue ?? converted.usd;
  const isStated = usdOfVenue !== undefined || size?.unit === 'quote';
  return {
    openInterestBase: converted.base,
    openInterestUsd,
    openInterestContracts: converted.contracts,
    usdBasis: openInterestUsd === undefined ? undefined : isStated ? 'venue' : 'mark-price',
  };
}

/** Names of bars: `5m`, `1h`. */
export const BARS: BarUnits = { s: SECOND_MS, m: MINUTE_MS, h: HOUR_MS, d: DAY_MS, w: 7 * DAY_MS };

/** Gate states some milliseconds with fractions. */
export const wholeMs = (atMs: number | undefined): number | undefined =>
  atMs === undefined ? undefined : Math.floor(atMs);

/** Gate's lists come alone, as one object, and once were recorded as a list in a list. */
export function flat(value: unknown): readonly unknown[] {
  if (!Array.isArray(value)) return [value];
  return value.some(Array.isArray) ? value.flat() : (value as unknown[]);
}

const SYMBOL = new RegExp(String.raw`^(${NAME_IN_SYMBOL})_(USDT|USDC|USD)(_\d{8})?$`, 'u');

/** BTC_USDT, BTC_USD (settled in coin), BTC_USDT_20261225 (dated). */
export function parseSymbol(venueSymbol: string): SymbolParts | undefined {
  const match = SYMBOL.exec(venueSymbol);
  if (match?.[1] === undefined || match[2] === undefined) return undefined;
  return {
    baseAsset: commonAsset(match[1]),
    quoteAsset: match[2],
    kind: match[3] === undefined ? 'perpetual' : 'dated-future',
    margin: match[2] === 'USD' ? 'inverse' : 'linear',
  };
}
