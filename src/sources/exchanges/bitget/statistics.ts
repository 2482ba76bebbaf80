import { MINUTE_MS } from '../../../core/units.ts';
import {
  askedBy,
  definePoll,
  type HttpRequestSpec,
  type ObservationPoll,
  type RequestScope,
} from '../contract.ts';
import { columnsOf } from '../kit/columns.ts';
import { eachRow } from '../kit/eachRow.ts';
import { epochMs, nonNegative, optional } from '../kit/fields.ts';
import { rows } from '../kit/payloads.ts';
import { rowReader } from '../kit/rowReader.ts';
import { at, barLength, envelope, V2 } from './shared.ts';

/** Bitget allows one request a second to each of the statistics. */
const ONE_A_SECOND = 1;

/** These endpoints take USDT-margined symbols and no productType. */
const bySymbolAndPeriod =
  (path: string) =>
  ({ instrument }: RequestScope): HttpRequestSpec | undefined =>
    instrument.margin === 'linear' && instrument.kind === 'perpetual'
      ? { method: 'GET', path, query: { symbol: instrument.venueSymbol, period: '1h' } }
      : undefined;

const share = optional(nonNegative);
const RATIO = rowReader({
  longAccountRatio: share, shortAccountRatio: share, longShortAccountRatio: share, ts: epochMs,
}); // prettier-ignore

/** A poll of ratios; one without a request is not asked. */
export function longShort(
  name: string,
  path: string,
  request?: ObservationPoll['request'],
): ObservationPoll<never> {
  return definePoll({
    id: `bitget/${name}`,
    ...at(path, 'common/apidata/Account-Long-Short', ONE_A_SECOND),
    yields: ['long-short-ratio'],
    tense: 'history',
    cadenceMs: 15 * MINUTE_MS,
    ...askedBy(request),
    schema: envelope(rows),
    map({ data }, context) {
      const barMs = barLength(context.params['period'], data, 'ts', context);
      const shared = { kind: 'long-short-ratio', population: 'all-accounts', barMs } as const;
      const out = columnsOf(context, shared, ['longShortRatio', 'longShare', 'shortShare'], data.length);
      eachRow(context, data, 'data', RATIO, (row, who, place) => {
        const { longAccountRatio: longs, shortAccountRatio: shorts } = row;
        // The stated ratio does not always follow from its parts (venues.md 2.5): the parts decide.
        const fromParts = longs !== undefined && shorts ? longs / shorts : undefined;
        const ratio = fromParts ?? row.longShortAccountRatio;
        if (ratio !== undefined) out.of(who).push(row.ts, ratio, longs, shorts);
        else {
          const message = 'neither the ratio nor both of its parts';
          context.report({ code: 'decode', path: String(place), message });
        }
      });
      return out.chunks();
    },
  });
}

const RATIOS = `${V2}/account-long-short`;
export const accountRatio = longShort('long-short-accounts', RATIOS, bySymbolAndPeriod(RATIOS));

const TAKERS = rowReader({ buyVolume: nonNegative, sellVolume: nonNegative, ts: epochMs });

/** A poll of taker volume; one without a request is not asked. */
export function takerBuySell(
  name: string,
  path: string,
  request?: ObservationPoll['request'],
): ObservationPoll<never> {
  return definePoll({
    id: `bitget/${name}`,
    ...at(path, 'common/apidata/Taker-Buy-Sell', ONE_A_SECOND),
    yields: ['taker-volume'],
    tense: 'history',
    cadenceMs: 15 * MINUTE_MS,
    ...askedBy(request),
    schema: envelope(rows),
    map({ data }, context) {
      const barMs = barLength(context.params['period'], data, 'ts', context);
      if (barMs === undefined) return [];
      const names = ['takerBuyBase', 'takerSellBase', 'takerBuySellRatio'] as const;
      const out = columnsOf(context, { kind: 'taker-volume', barMs }, names, data.length);
      eachRow(context, data, 'data', TAKERS, ({ ts, buyVolume: bought, sellVolume: sold }, who) =>
        out.of(who).push(ts, bought, sold, sold > 0 ? bought / sold : undefined),
      );
      return out.chunks();
    },
  });
}

const TAKEN = `${V2}/taker-buy-sell`;
export const takerVolume = takerBuySell('taker-volume', TAKEN, bySymbolAndPeriod(TAKEN));
