import type { Condition, Group } from './ruleTypes.ts';

/** What the built-in rules share: sources, short forms and groups of conditions. Thresholds are inclusive. */

export const A000 = '000_ea962df9ecc8e4b2.txt';
export const A001 = '001_12ce9e410080e6a6.txt';
export const A002 = '002_adda672e5739444d.txt';
export const A003 = '003_a84b6d680b8c9544.txt';
export const A004 = '004_b1cf373f37c1fae6.txt';

export const above = (
  feature: Condition['feature'],
  enter: number,
  leave: number,
  note?: string,
): Condition => ({
  feature,
  op: 'above',
  enter,
  leave,
  ...(note === undefined ? {} : { note }),
});
export const below = (
  feature: Condition['feature'],
  enter: number,
  leave: number,
  note?: string,
): Condition => ({
  feature,
  op: 'below',
  enter,
  leave,
  ...(note === undefined ? {} : { note }),
});
export const standIn = (condition: Condition): Condition => ({ ...condition, isStandIn: true });
export const group = (
  id: string,
  weight: number,
  mode: Group['mode'],
  ...conditions: readonly Condition[]
): Group => ({ id, weight, mode, conditions });
/** Gives a group or a condition the clause that is so where it is met. */
export const says = <T extends Condition | Group>(clause: string, one: T): T => ({ ...one, says: clause });

export const BUY_MORE = 'takers buy more than they sell';
export const BUY_UNUSUALLY = 'takers buy more than usual';
export const SELL_MORE = 'takers sell more than they buy';
export const SELL_UNUSUALLY = 'takers sell more than usual';
export const TAKER_RATIO_RISES = 'the taker buy/sell ratio rises';
export const INTEREST_LOW = 'open interest is below what is usual';
export const NO_SPIKE = 'there is no spike of liquidations';
export const MODERATE = 'funding stays moderate';
const MOSTLY_SHORTS = 'mostly shorts are liquidated';

/** Price up; where it is not known, read from taker flow, then from the side that was liquidated. */
export const RISING = group(
  'rising',
  3,
  'first',
  says('the price rises', above('returnPct', 1.5, 0.5, 'own threshold: two thirds of a usual day of BTC')),
  standIn(above('takerImbalanceZ', 1, 0.5)),
  standIn(above('takerBuySellRatio', 1.05, 1)),
  standIn(above('shortLiquidationShare', 0.55, 0.5)),
  standIn(above('takerRatioChangePct', 10, 5)),
);
export const FALLING = group(
  'falling',
  3,
  'first',
  says('the price falls', below('returnPct', -1.5, -0.5, 'own threshold: two thirds of a usual day of BTC')),
  standIn(below('takerImbalanceZ', -1, -0.5)),
  standIn(below('takerBuySellRatio', 0.95, 1)),
);
export const FORCED = says(
  'liquidations are far above their usual level',
  group('forced-closing', 2, 'any', above('liquidationsZ', 2, 1.5, 'definitions §8')),
);
export const SHORTS_CLOSED = says(
  MOSTLY_SHORTS,
  group('shorts-liquidated', 1, 'any', above('shortLiquidationShare', 0.55, 0.5, 'mostly shorts')),
);
export const OPEN_INTEREST_HIGH = group(
  'open-interest-high',
  3,
  'any',
  says('open interest is at a record', above('openInterestRecord', 1, 0.5, 'a record in coins')),
  says(
    'open interest is at the top of its history',
    above('openInterestPercentile', 95, 90, 'definitions §8'),
  ),
  says(
    'open interest is far above what is usual',
    above('openInterestZ', 2, 1.5, '2 standard deviations, definitions §1'),
  ),
  says('open interest rises strongly', above('openInterestChangePct', 10, 6, 'own threshold')),
);
export const NOT_FALLING_INTEREST = group(
  'open-interest-holds',
  1,
  'first',
  above('openInterestChangePct', -1, -2, 'own threshold'),
  above('openInterestZ', -0.5, -1, 'own threshold'),
);
export const MODERATE_FUNDING: Condition = {
  feature: 'fundingAnnualisedPct',
  op: 'within',
  enter: [-5, 15],
  leave: [-10, 25],
  note: '4 % is called healthy in article 002; the usual base rate is 10.95 % a year',
};
export const MODERATE_PER_INTERVAL: Condition = {
  feature: 'fundingPerIntervalPct',
  op: 'within',
  enter: [-0.01, 0.015],
  leave: [-0.02, 0.03],
  note: 'the usual base rate is 0.01 % per 8 h',
};
