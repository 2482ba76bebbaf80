import * as z from 'zod';
import { MINUTE_MS } from '../../../core/units.ts';
import { definePoll, type HttpRequestSpec, type ObservationPoll, type RequestScope } from '../contract.ts';
import { epochMs, nonNegative, optional, rows } from '../decode.ts';
import { observe } from '../mapping.ts';
import { barLength, decodeOnly, DOCS, envelope, mapUnnamed, V2, valuesOf, perSecond } from './shared.ts';

/** Bitget allows one request a second to each of the statistics. */
const ONE_A_SECOND = 1;

export function longShort(name: string, path: string, isAsked: boolean): ObservationPoll<never> {
  return definePoll({
    id: `bitget/${name}`,
    method: 'GET',
    path,
    docsUrl: `${DOCS}/common/apidata/Account-Long-Short`,
    weight: 1,
    scope: perSecond(path, ONE_A_SECOND),
    yields: ['long-short-ratio'],
    tense: 'history',
    cadenceMs: 15 * MINUTE_MS,
    request: isAsked ? bySymbolAndPeriod(path) : decodeOnly,
    schema: () => envelope(rows),
    map(payload, context) {
      const share = optional(nonNegative);
      const schema = z.object({
        longAccountRatio: share, shortAccountRatio: share, longShortAccountRatio: share, ts: epochMs,
      }); // prettier-ignore
      const barMs = barLength(context.params['period'], valuesOf(payload.data, 'ts'), context);
      return mapUnnamed(payload.data, context, schema, (row, who, at) => {
        const { longAccountRatio: longShare, shortAccountRatio: shortShare } = row;
        // The stated ratio does not always follow from its parts (venues.md 2.5): the parts decide.
        const fromParts = longShare !== undefined && shortShare ? longShare / shortShare : undefined;
        const longShortRatio = fromParts ?? row.longShortAccountRatio;
        if (longShortRatio === undefined) {
          context.report({ code: 'decode', path: at, message: 'neither the ratio nor both of its parts' });
          return [];
        }
        const shares = { longShortRatio, longShare, shortShare, barMs };
        return [
          observe(context, who, row.ts, { kind: 'long-short-ratio', population: 'all-accounts', ...shares }),
        ];
      });
    },
  });
}

/** These endpoints take USDT-margined symbols and no productType. */
const bySymbolAndPeriod =
  (path: string) =>
  ({ instrument }: RequestScope): HttpRequestSpec | undefined =>
    instrument.margin === 'linear' && instrument.kind === 'perpetual'
      ? { method: 'GET', path, query: { symbol: instrument.venueSymbol, period: '1h' } }
      : undefined;

export const accountRatio = longShort('long-short-accounts', `${V2}/account-long-short`, true);
export function takerBuySell(name: string, path: string, isAsked: boolean): ObservationPoll<never> {
  return definePoll({
    id: `bitget/${name}`,
    method: 'GET',
    path,
    docsUrl: `${DOCS}/common/apidata/Taker-Buy-Sell`,
    weight: 1,
    scope: perSecond(path, ONE_A_SECOND),
    yields: ['taker-volume'],
    tense: 'history',
    cadenceMs: 15 * MINUTE_MS,
    request: isAsked ? bySymbolAndPeriod(path) : decodeOnly,
    schema: () => envelope(rows),
    map(payload, context) {
      const schema = z.object({ buyVolume: nonNegative, sellVolume: nonNegative, ts: epochMs });
      const barMs = barLength(context.params['period'], valuesOf(payload.data, 'ts'), context);
      if (barMs === undefined) return [];
      return mapUnnamed(payload.data, context, schema, (row, who) => {
        const { buyVolume: takerBuyBase, sellVolume: takerSellBase } = row;
        const takerBuySellRatio = takerSellBase > 0 ? takerBuyBase / takerSellBase : undefined;
        const volumes = {
          kind: 'taker-volume',
          barMs,
          takerBuyBase,
          takerSellBase,
          takerBuySellRatio,
        } as const;
        return [observe(context, who, row.ts, volumes)];
      });
    },
  });
}

export const takerVolume = takerBuySell('taker-volume', `${V2}/taker-buy-sell`, true);
