import * as z from 'zod';
import type { ContractSize } from '../../../core/instrument.ts';
import type { LongShortRatio, Observation } from '../../../core/observation.ts';
import { DAY_MS, HOUR_MS, MINUTE_MS, SECOND_MS } from '../../../core/units.ts';
import { definePoll, variantOf, type MapContext } from '../contract.ts';
import { epochSeconds, nonNegative, optional, optionalNonZero, positive, rows } from '../decode.ts';
import { observe, unlessFalseZero, type Subject } from '../mapping.ts';
import {
  barLength, byContract, DOCS, FUTURES, mapUnnamed, openInterestUnits, perEndpoint, sizeReporter, toBase, toUsd,
} from './shared.ts'; // prettier-ignore

const amount = optional(nonNegative);
// Every contract has a long and a short: 0 accounts on one side, or an hour without one taker, is "no data".
const ratio = optionalNonZero(positive);

export const STATS = z.object({
  time: epochSeconds, mark_price: optionalNonZero(positive), open_interest: amount, open_interest_usd: amount,
  lsr_account: ratio, top_lsr_account: ratio, top_lsr_size: ratio,
  lsr_taker: ratio, long_taker_size: amount, short_taker_size: amount,
  long_liq_size: amount, long_liq_amount: amount, long_liq_usd: amount, long_liq_usd_new: amount,
  short_liq_size: amount, short_liq_amount: amount, short_liq_usd: amount, short_liq_usd_new: amount,
}); // prettier-ignore
type StatsRow = z.infer<typeof STATS>;

type Maybe = number | undefined;

/** One side's liquidations of a bar. `…_amount` is stated in coins, `…_usd` in dollars; a 0 beside contracts is none. */
function liquidated(
  contracts: Maybe,
  coins: Maybe,
  usd: Maybe,
  size: ContractSize | undefined,
): [Maybe, Maybe] {
  const linear = size?.unit === 'base' ? toBase(contracts, size, undefined) : undefined;
  return [
    linear ?? unlessFalseZero(coins, contracts),
    unlessFalseZero(usd, contracts) ?? toUsd(contracts, size, undefined),
  ];
}

function liquidationVolume(context: MapContext, who: Subject, row: StatsRow, barMs: number): Observation[] {
  const size = who.instrument?.contractSize;
  const [longUsd, shortUsd] = [
    row.long_liq_usd_new ?? row.long_liq_usd,
    row.short_liq_usd_new ?? row.short_liq_usd,
  ];
  const [longLiquidatedBase, longLiquidatedUsd] = liquidated(
    row.long_liq_size,
    row.long_liq_amount,
    longUsd,
    size,
  );
  const [shortLiquidatedBase, shortLiquidatedUsd] = liquidated(
    row.short_liq_size, row.short_liq_amount, shortUsd, size,
  ); // prettier-ignore
  const sums = { longLiquidatedBase, shortLiquidatedBase, longLiquidatedUsd, shortLiquidatedUsd };
  if (Object.values(sums).every((sum) => sum === undefined)) return [];
  return [
    observe(context, who, row.time, { kind: 'liquidation-volume', barMs, ...sums, coverage: 'unverified' }),
  ];
}

function takerVolume(context: MapContext, who: Subject, row: StatsRow, barMs: number): Observation[] {
  const size = who.instrument?.contractSize;
  const { long_taker_size: buys, short_taker_size: sells, lsr_taker: takerBuySellRatio } = row;
  if ((buys ?? sells ?? takerBuySellRatio) === undefined) return [];
  const isInverse = size?.unit === 'quote';
  const volumes = {
    takerBuyBase: isInverse ? undefined : toBase(buys, size, undefined),
    takerSellBase: isInverse ? undefined : toBase(sells, size, undefined),
    takerBuyUsd: isInverse ? toUsd(buys, size, undefined) : undefined,
    takerSellUsd: isInverse ? toUsd(sells, size, undefined) : undefined,
    takerBuyContracts: size === undefined ? buys : undefined,
    takerSellContracts: size === undefined ? sells : undefined,
  };
  return [observe(context, who, row.time, { kind: 'taker-volume', barMs, ...volumes, takerBuySellRatio })];
}

/** What one bar says, answered or pushed. Without its length the open interest and the ratios alone are read. */
export function statsOf(
  context: MapContext,
  row: StatsRow,
  who: Subject,
  path: string,
  barMs: Maybe,
  reportSize: ReturnType<typeof sizeReporter>,
): Observation[] {
  const observations: Observation[] = [];
  const size = who.instrument?.contractSize;
  if (size === undefined) reportSize(who, path);
  const contracts = unlessFalseZero(row.open_interest, row.open_interest_usd);
  if (contracts !== undefined || (row.open_interest_usd ?? 0) > 0) {
    const units = openInterestUnits(contracts, size, row.mark_price, row.open_interest_usd);
    observations.push(
      observe(context, who, row.time, { kind: 'open-interest', sides: 'unverified', barMs, ...units }),
    );
  }
  const populations: [LongShortRatio['population'], Maybe][] = [
    ['all-accounts', row.lsr_account],
    ['top-accounts', row.top_lsr_account],
    ['top-positions', row.top_lsr_size],
  ];
  for (const [population, longShortRatio] of populations) {
    if (longShortRatio === undefined) continue;
    const fields = { kind: 'long-short-ratio', population, longShortRatio, barMs } as const;
    observations.push(observe(context, who, row.time, fields));
  }
  if (barMs === undefined) return observations;
  return [
    ...observations,
    ...takerVolume(context, who, row, barMs),
    ...liquidationVolume(context, who, row, barMs),
  ];
}

export const contractStats = definePoll({
  id: 'gate/contract-stats',
  method: 'GET',
  path: `${FUTURES}/contract_stats`,
  docsUrl: `${DOCS}/#futures-statistics`,
  weight: 1,
  scope: perEndpoint(`${FUTURES}/contract_stats`),
  yields: ['open-interest', 'long-short-ratio', 'taker-volume', 'liquidation-volume'],
  tense: 'history',
  cadenceMs: 15 * MINUTE_MS,
  request: byContract('contract_stats', { interval: '1h', limit: '100' }),
  schema: () => rows,
  map(payload, context) {
    const barMs = barLength(payload, 'time', context);
    if (barMs === undefined) {
      const message = 'the bar length is not known: no interval in the request and fewer than two rows';
      context.report({ code: 'decode', path: '', message });
    }
    const reportSize = sizeReporter(context);
    return mapUnnamed(payload, context, STATS, (row, who, path) =>
      statsOf(context, row, who, path, barMs, reportSize),
    );
  },
});

/** The page before the newest: a week of hours needs two. */
export const contractStatsEarlier = variantOf(contractStats, {
  id: 'gate/contract-stats-earlier',
  cadenceMs: DAY_MS,
  request: (scope) =>
    byContract('contract_stats', {
      interval: '1h',
      limit: '100',
      from: String(Math.floor((scope.nowMs - 200 * HOUR_MS) / SECOND_MS)),
    })(scope),
});

export const contractStatsDaily = variantOf(contractStats, {
  id: 'gate/contract-stats-daily',
  cadenceMs: 6 * HOUR_MS,
  request: byContract('contract_stats', { interval: '1d', limit: '100' }),
});
