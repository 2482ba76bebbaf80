import { parseAsset } from '../../../core/assetName.ts';
import { commonAsset } from '../../../core/ids.ts';
import { HOUR_MS } from '../../../core/units.ts';
import type { HttpRequestSpec, MapContext, SymbolParts } from '../contract.ts';
import { isRecord, type Field } from '../kit/field.ts';
import { within } from '../kit/payloads.ts';
import { pathOf, type Path } from '../kit/place.ts';
import type { Subject } from '../kit/subject.ts';
import { NAME_IN_SYMBOL } from '../symbolName.ts';

export const DOCS = 'https://hyperliquid.gitbook.io/hyperliquid-docs/for-developers/api';
export const INFO_DOCS = `${DOCS}/info-endpoint`;
export const PERPETUALS_DOCS = `${INFO_DOCS}/perpetuals`;
/** Everything is a POST to this path; the body's `type` says what is asked. */
const INFO = '/info';

/** Funding is paid every hour since 2023; no answer but predictedFundings says so. */
export const FUNDING_INTERVAL_MS = HOUR_MS;

/** Builds the request of a type. */
export const info = (body: Readonly<Record<string, unknown>>): HttpRequestSpec => ({
  method: 'POST',
  path: INFO,
  query: {},
  body,
});

/** What polls of these types have in common: everything is a POST to one path. */
export const ofTypes = (docsUrl: string, ...types: readonly string[]) =>
  ({ method: 'POST', path: INFO, accepts: ofType(...types), docsUrl, asks: 'coin' }) as const;

/** Builds the test of a poll: whether the request was of one of these types. */
const ofType =
  (...types: readonly string[]) =>
  (params: Readonly<Record<string, string>>): boolean =>
    types.includes(params['type'] ?? '');

const COIN = new RegExp(`^${NAME_IN_SYMBOL}$`, 'u');

/**
 * Says what a coin name is about, where it is no perpetual of the first dex: `@107` and `PURR/USDC` are spot pairs,
 * `xyz:TSLA` a coin of a builder's dex (with a collateral and limits of its own), `#12` an outcome.
 */
export function foreignKind(coin: string): string | undefined {
  // Rows of a list are about one coin mostly.
  if (coin !== lastCoin) [lastCoin, lastKind] = [coin, kindOf(coin)];
  return lastKind;
}

let [lastCoin, lastKind]: [string, string | undefined] = ['BTC', undefined];

function kindOf(coin: string): string | undefined {
  if (coin.startsWith('@') || coin.includes('/')) return 'a spot pair';
  if (coin.includes(':')) return 'a contract of another dex';
  return COIN.test(coin) && parseAsset(coin) !== undefined ? undefined : 'no perpetual';
}

/** Whether a request was for a dex other than the first: its names are read as no perpetual, however they are spelled. */
export const isOtherDex = ({ params }: Pick<MapContext, 'params'>): boolean => (params['dex'] ?? '') !== '';

/** As `foreignKind`, of an answer to a request that may have named a dex. */
export const foreignIn = (context: Pick<MapContext, 'params'>, coin: string): string | undefined =>
  isOtherDex(context) ? 'a contract of another dex' : foreignKind(coin);

/** Names a coin's parts. kPEPE is 1,000 PEPE and a unit of its own (KPEPE), so that it is never added to PEPE. */
export function parseSymbol(venueSymbol: string): SymbolParts | undefined {
  if (foreignKind(venueSymbol) !== undefined) return undefined;
  return { baseAsset: commonAsset(venueSymbol), quoteAsset: 'USDC', kind: 'perpetual', margin: 'linear' };
}

/** Returns the subject of a coin, or undefined with the issue `unsupported` for what is no perpetual of the first dex. */
export function subjectOfCoin(
  context: MapContext,
  coin: string | undefined,
  path: Path,
): Subject | undefined {
  const requested = context.params['coin'];
  const kind = foreignIn(context, coin ?? requested ?? 'BTC');
  if (kind === undefined) return context.subject(coin, path);
  const message = `${coin ?? requested ?? ''} is ${kind}; Perpscope reads perpetuals of the first dex only`;
  context.report({ code: 'unsupported', path: pathOf(path), message });
  return undefined;
}

/** Reports once how many rows of an answer were left out because they are about something else. */
export function reportForeign(context: MapContext, names: readonly string[], path: string): void {
  const [first] = names;
  if (first === undefined) return;
  const what = `${first} is ${foreignIn(context, first) ?? 'no perpetual'}`;
  const message = `${names.length} of the rows are no perpetuals of the first dex (${what}); they were left out`;
  context.report({ code: 'unsupported', path, message });
}

export const SUBSCRIPTIONS = `${DOCS}/websocket/subscriptions`;

/** What is inside a frame, with or without the wrapper `{channel, data}`. */
export const unwrapped = <T>(field: Field<T>): Field<T> =>
  within((frame) => (isRecord(frame) && 'data' in frame ? frame['data'] : frame), field);
