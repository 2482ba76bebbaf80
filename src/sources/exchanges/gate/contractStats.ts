import type { Chunk } from '../../../core/chunk.ts';
import { TAKER_AMOUNTS } from '../../../core/takerAmounts.ts';
import { DAY_MS, HOUR_MS, MINUTE_MS, SECOND_MS } from '../../../core/units.ts';
import { definePoll, variantOf, type MapContext } from '../contract.ts';
import { amounts } from '../kit/amounts.ts';
import { barOf, reportUnknownBar } from '../kit/bars.ts';
import { columnsOf } from '../kit/columns.ts';
import { eachRow } from '../kit/eachRow.ts';
import type { Fields, Shape } from '../kit/field.ts';
import { epochSeconds, nonNegative, optional, optionalNonZero, positive } from '../kit/fields.ts';
import { rows } from '../kit/payloads.ts';
import { rowReader, type RowReader } from '../kit/rowReader.ts';
import type { Subject } from '../kit/subject.ts';
import { sizeReporter } from '../kit/unknownSize.ts';
import { unlessFalseZero } from '../mapping.ts';
import { atFutures, BARS, byContract, openInterestUnits } from './shared.ts';

const amount = optional(nonNegative);
// Every contract has a long and a short: 0 accounts on one side, or an hour without one taker, is "no data".
const ratio = optionalNonZero(positive);

export const STATS = {
  time: epochSeconds, mark_price: optionalNonZero(positive), open_interest: amount, open_interest_usd: amount,
  lsr_account: ratio, top_lsr_account: ratio, top_lsr_size: ratio,
  lsr_taker: ratio, long_taker_size: amount, short_taker_size: amount,
  long_liq_size: amount, long_liq_amount: amount, long_liq_usd: amount, long_liq_usd_new: amount,
  short_liq_size: amount, short_liq_amount: amount, short_liq_usd: amount, short_liq_usd_new: amount,
} as const satisfies Shape; // prettier-ignore
type StatsRow = Fields<typeof STATS>;

type Maybe = number | undefined;

/** One side's liquidations of a bar. `…_amount` is stated in coins, `…_usd` in dollars; a 0 beside contracts is none. */
function liquidated(
  who: Subject,
  contracts: Maybe,
  coins: Maybe,
  usd: Maybe,
): readonly [base: Maybe, usd: Maybe] {
  const converted = amounts(who, 'contracts', contracts);
  return [
    converted.base ?? unlessFalseZero(coins, contracts),
    unlessFalseZero(usd, contracts) ?? converted.usd,
  ];
}

/** The columns of all that bars say. Without their length the open interest and the ratios alone are read. */
function statsColumns(context: MapContext, barMs: Maybe, rowCount: number) {
  const ratios = (population: 'all-accounts' | 'top-accounts' | 'top-positions') =>
    columnsOf(context, { kind: 'long-short-ratio', population, barMs }, ['longShortRatio'], rowCount);
  const openInterest = columnsOf(
    context,
    { kind: 'open-interest', sides: 'unverified', barMs },
    ['openInterestBase', 'openInterestUsd', 'openInterestContracts'],
    rowCount,
  );
  const [accounts, topAccounts, topPositions] = [ratios('all-accounts'), ratios('top-accounts'), ratios('top-positions')]; // prettier-ignore
  const takers = columnsOf(
    context,
    { kind: 'taker-volume', barMs },
    [...TAKER_AMOUNTS, 'takerBuySellRatio'],
    rowCount,
  ); // prettier-ignore
  const liquidations = columnsOf(
    context,
    { kind: 'liquidation-volume', barMs, coverage: 'unverified' },
    ['longLiquidatedBase', 'shortLiquidatedBase', 'longLiquidatedUsd', 'shortLiquidatedUsd'],
    rowCount,
  );
  return { openInterest, accounts, topAccounts, topPositions, takers, liquidations };
}

const USD_BASES = { venue: { usdBasis: 'venue' }, 'mark-price': { usdBasis: 'mark-price' } } as const;

/** What bars say, answered or pushed. */
export function statsOf<R extends StatsRow>(
  context: MapContext,
  list: readonly unknown[],
  reader: RowReader<R>,
  barMs: Maybe,
): Chunk[] {
  const reportSize = sizeReporter(context);
  const columns = statsColumns(context, barMs, list.length);
  eachRow(context, list, '', reader, (row, who, at) => {
    const size = who.instrument?.contractSize;
    if (size === undefined) reportSize(who, at);
    const { time } = row;
    const contracts = unlessFalseZero(row.open_interest, row.open_interest_usd);
    if (contracts !== undefined || (row.open_interest_usd ?? 0) > 0) {
      const open = openInterestUnits(who, contracts, size, row.mark_price, row.open_interest_usd);
      columns.openInterest
        .of(who, open.usdBasis && USD_BASES[open.usdBasis])
        .push(time, open.openInterestBase, open.openInterestUsd, open.openInterestContracts);
    }
    if (row.lsr_account !== undefined) columns.accounts.of(who).push(time, row.lsr_account);
    if (row.top_lsr_account !== undefined) columns.topAccounts.of(who).push(time, row.top_lsr_account);
    if (row.top_lsr_size !== undefined) columns.topPositions.of(who).push(time, row.top_lsr_size);
    if (barMs === undefined) return;
    const { long_taker_size: buys, short_taker_size: sells, lsr_taker: takerRatio } = row;
    if ((buys ?? sells ?? takerRatio) !== undefined) {
      const [bought, sold] = [amounts(who, 'contracts', buys), amounts(who, 'contracts', sells)];
      columns.takers
        .of(who)
        .push(
          time,
          bought.base,
          sold.base,
          bought.usd,
          sold.usd,
          bought.contracts,
          sold.contracts,
          takerRatio,
        );
    }
    const [longs, longUsd] = liquidated(who, row.long_liq_size, row.long_liq_amount, row.long_liq_usd_new ?? row.long_liq_usd); // prettier-ignore
    const [shorts, shortUsd] = liquidated(who, row.short_liq_size, row.short_liq_amount, row.short_liq_usd_new ?? row.short_liq_usd); // prettier-ignore
    if ((longs ?? shorts ?? longUsd ?? shortUsd) !== undefined)
      columns.liquidations.of(who).push(time, longs, shorts, longUsd, shortUsd);
  });
  return Object.values(columns).flatMap((one) => one.chunks());
}

const READER = rowReader(STATS);
/** Rows a page holds. */
const LIMIT = 100;

export const contractStats = definePoll({
  id: 'gate/contract-stats',
  ...atFutures('contract_stats', 'futures-statistics'),
  yields: ['open-interest', 'long-short-ratio', 'taker-volume', 'liquidation-volume'],
  tense: 'history',
  cadenceMs: 15 * MINUTE_MS,
  // A week of hours needs two pages.
  pages: { spanMs: LIMIT * HOUR_MS, earlier: 1, cadenceMs: DAY_MS },
  request: (scope) =>
    byContract('contract_stats', {
      interval: '1h',
      limit: String(LIMIT),
      ...(scope.range === undefined ? {} : { from: String(Math.floor(scope.range.fromMs / SECOND_MS)) }),
    })(scope),
  schema: rows,
  map(payload, context) {
    const named = context.params['interval'];
    const barMs = barOf({ named, units: BARS, list: payload, time: 'time', unitMs: SECOND_MS });
    if (barMs === undefined) reportUnknownBar(context, '');
    return statsOf(context, payload, READER, barMs);
  },
});

export const contractStatsDaily = variantOf(contractStats, {
  id: 'gate/contract-stats-daily',
  cadenceMs: 6 * HOUR_MS,
  request: byContract('contract_stats', { interval: '1d', limit: String(LIMIT) }),
});
