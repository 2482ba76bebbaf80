import { LIST_ANSWER } from '../../../core/answerBounds.ts';
import { commonAsset, instrumentKey } from '../../../core/ids.ts';
import type { Instrument, Margin } from '../../../core/instrument.ts';
import type { MarginTier } from '../../../core/observation.ts';
import { HOUR_MS } from '../../../core/units.ts';
import { closedList, withClosedLists, type ReadValue } from '../closedList.ts';
import { defineInstrumentPoll, definePoll, type MapContext } from '../contract.ts';
import { anything, flag, nonNegative, optional, optionalNonZero, positive, text } from '../kit/fields.ts';
import { object, rows } from '../kit/payloads.ts';
import { rowReader } from '../kit/rowReader.ts';
import { lotSizeOfDecimals } from '../lotSize.ts';
import { defined, observe } from '../mapping.ts';
import { at, contractSizeOf, isInDollars, isIndex, isoTime, parseSymbol, V3 } from './shared.ts';

const PATH = `${V3}/instruments`;

const TYPES = closedList<Margin>(
  'type',
  { flexible_futures: 'linear', futures_vanilla: 'linear', futures_inverse: 'inverse' },
  ['options', 'spot index', 'real time index'],
);

const LIST = object({ instruments: rows, serverTime: optional(isoTime) });

/** `contractSize` = coins a contract of linear contracts, dollars (quote currency) of inverse ones. */
const ROW = rowReader({
  symbol: text,
  type: text,
  base: optional(text),
  quote: optional(text),
  contractSize: optionalNonZero(positive),
  contractValueTradePrecision: anything,
  tradeable: optional(flag),
  tradfi: optional(flag),
  lastTradingTime: optional(isoTime),
  maxRelativeFundingRate: optionalNonZero(positive),
});

/** Contracts only: the list holds indices, and may hold products of other kinds. */
function contractRows(payload: readonly unknown[]): [raw: unknown, path: string][] {
  return payload.flatMap((raw, index): [unknown, string][] => {
    const { symbol, type } = (raw ?? {}) as { symbol?: unknown; type?: unknown };
    const isKnownIndex = type === 'spot index' || (typeof symbol === 'string' && isIndex(symbol));
    return isKnownIndex ? [] : [[raw, `instruments[${index}]`]];
  });
}

function instrumentOf(
  raw: unknown,
  path: string,
  context: MapContext,
  read: ReadValue,
): Instrument | undefined {
  const row = ROW.one(raw, path, context);
  if (row === undefined) return undefined;
  const venueSymbol = row.symbol.toUpperCase();
  const margin = read(TYPES, row.type, row.symbol);
  const parts = parseSymbol(venueSymbol);
  if (margin === undefined) return undefined;
  if (parts === undefined || parts.margin !== margin) {
    const message = `${row.symbol} is of type ${row.type}, and its name says otherwise`;
    context.report({ code: 'unsupported', path, message });
    return undefined;
  }
  if (row.contractSize === undefined) {
    const message = `${row.symbol} has no contract size`;
    context.report({ code: 'unknown-instrument', path, message });
    return undefined;
  }
  const baseAsset = row.base === undefined ? parts.baseAsset : commonAsset(row.base);
  const quoteAsset = row.quote === undefined ? parts.quoteAsset : commonAsset(row.quote);
  const isPerpetual = parts.kind === 'perpetual';
  const cap = isPerpetual ? row.maxRelativeFundingRate : undefined;
  const contractSize = { amount: row.contractSize, unit: margin === 'inverse' ? 'quote' : 'base' } as const;
  const instrument = {
    key: instrumentKey('kraken-futures', venueSymbol), exchange: 'kraken-futures', venueSymbol, baseAsset, quoteAsset,
    settleAsset: margin === 'inverse' ? baseAsset : quoteAsset, kind: parts.kind, margin,
    contractSize, lotSize: lotSizeOfDecimals(row.contractValueTradePrecision, contractSize),
    // Whether it is a coin; what else it is, the list does not say in a word that is documented.
    assetClass: row.tradfi === undefined ? undefined : row.tradfi ? 'other' : 'crypto',
    // By the contract specifications all perpetuals are funded by the hour; the list does not repeat it.
    fundingIntervalMs: isPerpetual ? HOUR_MS : undefined,
    fundingCap: cap, fundingFloor: cap === undefined ? undefined : -cap,
    expiresAtMs: isPerpetual ? undefined : row.lastTradingTime,
    status: row.tradeable === false ? 'not-trading' : 'trading',
  }; // prettier-ignore
  return defined(instrument) as Instrument;
}

export const instruments = defineInstrumentPoll({
  id: 'kraken-futures/instruments',
  ...at(PATH, 'trading/get-instruments'),
  bounds: LIST_ANSWER,
  requests: () => [{ method: 'GET', path: PATH, query: {} }],
  schema: LIST,
  map(payload, context) {
    return withClosedLists(context, { path: 'instruments', things: 'contracts' }, (read) =>
      contractRows(payload.instruments).flatMap(
        ([raw, path]) => instrumentOf(raw, path, context, read) ?? [],
      ),
    );
  },
});

const LEVEL = rowReader({
  contracts: optional(nonNegative),
  numNonContractUnits: optional(nonNegative),
  initialMargin: optionalNonZero(positive),
  maintenanceMargin: positive,
});

const TABLE = rowReader({
  symbol: text,
  marginLevels: optional(rows),
  contractSize: optionalNonZero(positive),
});

/** Lower limits in `contracts`, or in the quote currency (`numNonContractUnits`, of flexible futures). */
export const marginTiers = definePoll({
  id: 'kraken-futures/margin-tiers',
  ...at(PATH, 'trading/get-instruments'),
  bounds: LIST_ANSWER,
  yields: ['margin-tiers'],
  tense: 'history',
  cadenceMs: 6 * HOUR_MS,
  mayBeEmpty: true,
  request: ({ instrument }) =>
    instrument.kind === 'perpetual' ? { method: 'GET', path: PATH, query: {} } : undefined,
  schema: LIST,
  map(payload, context) {
    return contractRows(payload.instruments).flatMap(([raw, path]) => {
      const row = TABLE.one(raw, path, context);
      if (row?.marginLevels === undefined || parseSymbol(row.symbol) === undefined) return [];
      const who = context.subject(row.symbol.toUpperCase(), path);
      // All or nothing: a missing step would make its neighbour too wide.
      const levels = LEVEL.allOrNone(row.marginLevels, `${path}.marginLevels`, context);
      if (who === undefined || levels.length === 0) return [];
      const isNotional = levels.every((level) => level.numNonContractUnits !== undefined);
      const limits = levels.flatMap((level) => (isNotional ? level.numNonContractUnits : level.contracts) ?? []);
      const isAscending = limits.every((limit, index) => index === 0 || limit > (limits[index - 1] ?? 0));
      if (limits.length !== levels.length || limits[0] !== 0 || !isAscending || (isNotional && !isInDollars(who))) {
        const message = `the margin levels of ${row.symbol} do not ascend from 0 in one unit`;
        context.report({ code: 'implausible', path: `${path}.marginLevels`, message });
        return [];
      }
      const isInverse = parseSymbol(row.symbol)?.margin === 'inverse';
      const amount = row.contractSize ?? contractSizeOf(who)?.amount;
      const isConverted = !isNotional && amount !== undefined && (!isInverse || isInDollars(who));
      const factor = isConverted ? amount : 1;
      const unit = isNotional ? 'usd' : !isConverted ? 'contracts' : isInverse ? 'usd' : 'base';
      const tiers = levels.map((level, index): MarginTier => {
        const to = limits[index + 1];
        return defined({
          from: (limits[index] ?? 0) * factor, to: to === undefined ? undefined : to * factor,
          maintenanceMarginRate: level.maintenanceMargin, initialMarginRate: level.initialMargin,
        }) as MarginTier; // prettier-ignore
      });
      return [observe(context, who, payload.serverTime, { kind: 'margin-tiers', unit, tiers })];
    });
  },
}); // prettier-ignore
