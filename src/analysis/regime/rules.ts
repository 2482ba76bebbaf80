import type { Condition, Group, Rule, RuleSet } from './ruleTypes.ts';

/**
 * The built-in rules, as data. Thresholds that an article or a definition states are used as stated; the others are
 * this project's own and say so in their note. Thresholds are inclusive.
 */

const A000 = '000_ea962df9ecc8e4b2.txt';
const A001 = '001_12ce9e410080e6a6.txt';
const A002 = '002_adda672e5739444d.txt';
const A003 = '003_a84b6d680b8c9544.txt';
const A004 = '004_b1cf373f37c1fae6.txt';

const above = (feature: Condition['feature'], enter: number, leave: number, note?: string): Condition => ({
  feature,
  op: 'above',
  enter,
  leave,
  ...(note === undefined ? {} : { note }),
});
const below = (feature: Condition['feature'], enter: number, leave: number, note?: string): Condition => ({
  feature,
  op: 'below',
  enter,
  leave,
  ...(note === undefined ? {} : { note }),
});
const standIn = (condition: Condition): Condition => ({ ...condition, isStandIn: true });
const group = (
  id: string,
  weight: number,
  mode: Group['mode'],
  ...conditions: readonly Condition[]
): Group => ({ id, weight, mode, conditions });

/** Price up; where it is not known, read from taker flow, then from the side that was liquidated. */
const RISING = group(
  'rising',
  3,
  'first',
  above('returnPct', 1.5, 0.5, 'own threshold: two thirds of a usual day of BTC'),
  standIn(above('takerImbalanceZ', 1, 0.5)),
  standIn(above('takerBuySellRatio', 1.05, 1)),
  standIn(above('shortLiquidationShare', 0.55, 0.5)),
  standIn(above('takerRatioChangePct', 10, 5)),
);
const FALLING = group(
  'falling',
  3,
  'first',
  below('returnPct', -1.5, -0.5, 'own threshold: two thirds of a usual day of BTC'),
  standIn(below('takerImbalanceZ', -1, -0.5)),
  standIn(below('takerBuySellRatio', 0.95, 1)),
);
const FORCED = group('forced-closing', 2, 'any', above('liquidationsZ', 2, 1.5, 'definitions §8'));
const SHORTS_CLOSED = group(
  'shorts-liquidated',
  1,
  'any',
  above('shortLiquidationShare', 0.55, 0.5, 'mostly shorts'),
);
const OPEN_INTEREST_HIGH = group(
  'open-interest-high',
  3,
  'any',
  above('openInterestRecord', 1, 0.5, 'a record in coins'),
  above('openInterestPercentile', 95, 90, 'definitions §8'),
  above('openInterestZ', 2, 1.5, '2 standard deviations, definitions §1'),
  above('openInterestChangePct', 10, 6, 'own threshold'),
);
const NOT_FALLING_INTEREST = group(
  'open-interest-holds',
  1,
  'all',
  above('openInterestChangePct', -1, -2, 'own threshold'),
  above('openInterestZ', -0.5, -1, 'own threshold'),
);
const MODERATE_FUNDING: Condition = {
  feature: 'fundingAnnualisedPct',
  op: 'within',
  enter: [-5, 15],
  leave: [-10, 25],
  note: '4 % is called healthy in article 002; the usual base rate is 10.95 % a year',
};
const MODERATE_PER_INTERVAL: Condition = {
  feature: 'fundingPerIntervalPct',
  op: 'within',
  enter: [-0.01, 0.015],
  leave: [-0.02, 0.03],
  note: 'the usual base rate is 0.01 % per 8 h',
};

const LONG_SQUEEZE: Rule = {
  label: 'long-squeeze',
  meaning: 'Forced selling of longs pushes the price down.',
  needs: [
    { groups: ['falling'] },
    { groups: ['forced-closing'] },
    { groups: ['longs-liquidated'] },
    { groups: ['open-interest-falls'], ifKnown: true },
  ],
  groups: [
    group('falling', 3, 'first', below('returnPct', -1.5, -0.5, 'own threshold')),
    FORCED,
    group('longs-liquidated', 2, 'any', below('shortLiquidationShare', 0.45, 0.5, 'mostly longs')),
    group(
      'open-interest-falls',
      2,
      'any',
      below('openInterestChangePct', 0, 1, 'definitions §8'),
      below('openInterestZ', 0, 0.5, 'definitions §8'),
    ),
    group(
      'takers-selling',
      1,
      'any',
      below('takerImbalanceZ', -1, -0.5),
      below('takerBuySellRatio', 0.95, 1),
    ),
  ],
  rivals: ['spot-led-rally', 'leverage-led-rally', 'short-squeeze', 'leverage-build-up'],
  from: { articles: [A001], definitions: '§8 Long squeeze / cascade' },
  cannotKnow: 'It cannot know how many positions are still close to their liquidation price.',
};

const SHORT_SQUEEZE: Rule = {
  label: 'short-squeeze',
  meaning: 'Forced buying by shorts lifts the price.',
  needs: [
    { groups: ['rising'] },
    { groups: ['forced-closing'] },
    { groups: ['shorts-liquidated'] },
    { groups: ['open-interest-falls'], ifKnown: true },
  ],
  groups: [
    RISING,
    FORCED,
    { ...SHORTS_CLOSED, weight: 2 },
    group(
      'open-interest-falls',
      2,
      'any',
      below('openInterestChangePct', 0, 1, 'definitions §8'),
      below('openInterestZ', 0, 0.5, 'definitions §8'),
    ),
    group('takers-buying', 1, 'any', above('takerImbalanceZ', 1, 0.5), above('takerBuySellRatio', 1.05, 1)),
  ],
  rivals: ['deleveraging', 'illiquid-sell-off', 'long-squeeze', 'crowded-long'],
  from: { articles: [A002], definitions: '§8 Short squeeze' },
  cannotKnow: 'It cannot tell a forced purchase from a willing one within the same minute.',
};

const ILLIQUID_SELL_OFF: Rule = {
  label: 'illiquid-sell-off',
  meaning: 'Order books are thin, so that modest selling moves the price far.',
  needs: [{ groups: ['falling'] }, { groups: ['thin-books'] }],
  groups: [
    FALLING,
    group('thin-books', 3, 'any', below('depthZ', -1.5, -1, 'definitions §8')),
    group(
      'takers-selling',
      2,
      'any',
      below('takerImbalanceZ', -1, -0.5),
      below('takerBuySellRatio', 0.95, 1),
    ),
    group('forced-closing', 1, 'any', above('liquidationsZ', 2, 1.5)),
  ],
  rivals: ['spot-led-rally', 'leverage-led-rally', 'short-squeeze', 'leverage-build-up'],
  from: { articles: [A003], definitions: '§8 Illiquid' },
  cannotKnow: 'It cannot see hidden orders, nor orders that would be placed once the price falls.',
};

const DELEVERAGING: Rule = {
  label: 'deleveraging',
  meaning: 'Positions are being closed into falling prices; some of it is forced.',
  needs: [
    { groups: ['falling', 'contraction', 'forced-closing'], atLeast: 2 },
    { groups: ['falling'], ifKnown: true },
    { groups: ['open-interest-not-rising'], ifKnown: true },
  ],
  groups: [
    { ...FALLING, weight: 2 },
    group(
      'contraction',
      3,
      'any',
      below('openInterestZ', -1, -0.5, 'definitions §8'),
      below('openInterestChangePct', -2, -1, 'own threshold'),
    ),
    group(
      'open-interest-not-rising',
      1,
      'all',
      below('openInterestChangePct', 1, 2, 'own threshold'),
      below('openInterestZ', 0.5, 1, 'own threshold'),
    ),
    FORCED,
    group(
      'takers-selling',
      2,
      'any',
      below('takerImbalanceZ', -2, -1, 'definitions §8'),
      below('takerBuySellRatio', 0.9, 1, 'own threshold; 0.79 in article 003'),
    ),
    group('thinner-books', 1, 'any', below('depthZ', 0, 0.5, 'definitions §8')),
    group('moderate-funding', 0.5, 'first', MODERATE_FUNDING, MODERATE_PER_INTERVAL),
  ],
  rivals: ['spot-led-rally', 'leverage-led-rally', 'short-squeeze', 'leverage-build-up', 'crowded-long'],
  from: { articles: [A003], definitions: '§8 Deleveraging / selling wave' },
  cannotKnow: 'It cannot tell how much leverage is left to be closed.',
};

const CROWDED_LONG: Rule = {
  label: 'crowded-long',
  meaning: 'Longs are crowded and pay to stay; a fall could feed on itself.',
  needs: [
    { groups: ['funding-high'] },
    { groups: ['funding-positive'], ifKnown: true },
    { groups: ['long-short', 'long-short-percentile', 'open-interest-high'] },
  ],
  groups: [
    group(
      'funding-high',
      3,
      'any',
      above('fundingPerIntervalPct', 0.5, 0.4, 'article 004: 0.5 % per period'),
      above('fundingPercentile', 95, 90, 'definitions §8'),
      above('fundingAnnualisedPct', 50, 35, 'own threshold: about 5 times the usual base rate of 10.95 %'),
    ),
    group(
      'funding-positive',
      0.5,
      'any',
      above('fundingAnnualisedPct', 10, 5),
      above('fundingPerIntervalPct', 0.01, 0),
    ),
    group('long-short', 2, 'any', above('longShortRatio', 1.5, 1.35, 'article 004; often exceeded')),
    group('long-short-percentile', 1, 'any', above('longShortPercentile', 90, 80, 'definitions §8')),
    { ...OPEN_INTEREST_HIGH, weight: 2 },
  ],
  rivals: ['crowded-short', 'deleveraging', 'spot-led-rally'],
  from: { articles: [A001, A004], definitions: '§8 Crowded long' },
  cannotKnow: 'It cannot know when, or whether, the crowd is forced out.',
};

const CROWDED_SHORT: Rule = {
  label: 'crowded-short',
  meaning: 'Shorts are crowded and pay to stay; a rise could force them to buy.',
  needs: [
    { groups: ['funding-low'] },
    { groups: ['funding-negative'], ifKnown: true },
    { groups: ['long-short', 'long-short-percentile', 'open-interest-high'] },
  ],
  groups: [
    group(
      'funding-low',
      3,
      'any',
      below('fundingPerIntervalPct', -0.5, -0.4, 'mirror of article 004'),
      below('fundingPercentile', 5, 10, 'mirror of definitions §8'),
      below('fundingAnnualisedPct', -30, -20, 'own threshold: about 40 points below the usual base rate'),
    ),
    group(
      'funding-negative',
      0.5,
      'any',
      below('fundingAnnualisedPct', 0, 2),
      below('fundingPerIntervalPct', 0, 0.002),
    ),
    group('long-short', 2, 'any', below('longShortRatio', 1 / 1.5, 1 / 1.35, 'mirror of article 004')),
    group(
      'long-short-percentile',
      1,
      'any',
      below('longShortPercentile', 10, 20, 'mirror of definitions §8'),
    ),
    { ...OPEN_INTEREST_HIGH, weight: 2 },
  ],
  rivals: ['crowded-long', 'deleveraging', 'leverage-led-rally'],
  from: { articles: [A001, A004], definitions: '§8 Crowded short' },
  cannotKnow: 'It cannot tell outright shorts from hedges of coins held elsewhere.',
};

const SPOT_LED_RALLY: Rule = {
  label: 'spot-led-rally',
  meaning: 'The price rises while open interest falls and funding stays moderate: buying comes from spot.',
  needs: [
    { groups: ['rising'] },
    { groups: ['open-interest-falls'] },
    { groups: ['moderate-funding', 'spot-share', 'shorts-liquidated'] },
    { groups: ['moderate-funding'], ifKnown: true },
  ],
  groups: [
    RISING,
    group(
      'open-interest-falls',
      3,
      'any',
      below('openInterestChangePct', -1, 0, 'article 002: significantly decreased'),
      below('openInterestZ', -0.5, 0, 'own threshold'),
    ),
    group('moderate-funding', 2, 'first', MODERATE_FUNDING, MODERATE_PER_INTERVAL),
    SHORTS_CLOSED,
    group('spot-share', 1, 'any', above('spotVolumeShare', 0.3, 0.2, 'own threshold')),
    group('no-forced-closing', 1, 'any', below('liquidationsZ', 2, 2.5, 'below a liquidation spike')),
  ],
  rivals: ['leverage-led-rally', 'short-squeeze', 'deleveraging', 'illiquid-sell-off', 'crowded-long'],
  from: { articles: [A002], definitions: '§8 Spot-led rally' },
  cannotKnow: 'Without spot trades it only infers spot buying from what futures do not do.',
};

const LEVERAGE_LED_RALLY: Rule = {
  label: 'leverage-led-rally',
  meaning: 'Futures volume and taker buying rise with the price: leverage drives the move.',
  needs: [
    { groups: ['rising'] },
    {
      groups: ['large-rise', 'volume-surge', 'takers-buying', 'net-taker-buying', 'open-interest-rises'],
      atLeast: 2,
    },
    { groups: ['open-interest-holds'], ifKnown: true },
  ],
  groups: [
    RISING,
    group('large-rise', 0.5, 'any', above('returnPct', 5, 3, 'own threshold; 12 % in article 000')),
    group(
      'volume-surge',
      2,
      'any',
      above('futuresVolumeChangePct', 20, 10, 'own threshold; 52 % in article 000'),
    ),
    group(
      'takers-buying',
      2,
      'any',
      above('takerRatioChangePct', 10, 5, 'own threshold; 19 % in article 000'),
      above('takerImbalanceZ', 1, 0.5, 'own threshold'),
      above('takerBuySellRatio', 1.05, 1, 'own threshold'),
    ),
    group(
      'net-taker-buying',
      1,
      'any',
      above('netTakerVolumeUsd', 20e6, 5e6, 'own threshold; 62 million USD in article 000'),
    ),
    group(
      'open-interest-rises',
      2,
      'any',
      above('openInterestZ', 1, 0.5, 'definitions §8'),
      above('openInterestChangePct', 3, 1, 'own threshold'),
    ),
    NOT_FALLING_INTEREST,
    group('futures-share', 0.5, 'any', below('spotVolumeShare', 0.3, 0.4, 'own threshold')),
  ],
  rivals: ['spot-led-rally', 'deleveraging', 'illiquid-sell-off', 'short-squeeze'],
  from: { articles: [A000], definitions: '§8 Leverage-led rally' },
  cannotKnow: 'Volume counts closing trades as well as opening ones; only open interest tells them apart.',
};

const LEVERAGE_BUILD_UP: Rule = {
  label: 'leverage-build-up',
  meaning: 'Open interest is at a record or an extreme: more leverage is at stake, on both sides.',
  needs: [{ groups: ['open-interest-high'] }, { groups: ['open-interest-holds'], ifKnown: true }],
  groups: [
    { ...OPEN_INTEREST_HIGH, weight: 4 },
    NOT_FALLING_INTEREST,
    group('funding-positive', 1, 'any', above('fundingAnnualisedPct', 5, 0, 'longs pay shorts')),
    group('no-forced-closing', 1, 'any', below('liquidationsZ', 2, 2.5, 'below a liquidation spike')),
  ],
  rivals: [
    'deleveraging',
    'spot-led-rally',
    'long-squeeze',
    'short-squeeze',
    'crowded-long',
    'crowded-short',
  ],
  from: { articles: [A001], definitions: '§8 Venue-specific build-up, Crowded long' },
  cannotKnow: 'It cannot know which side will be forced out: every contract has a long and a short.',
};

/** The built-in rule set; the order is from forced moves to slow states. */
export const BUILT_IN_RULES: RuleSet = {
  version: 'built-in/1',
  minimumAgreement: { enter: 0.5, leave: 0.4 },
  neutralNeeds: [
    { name: 'price or taker flow', anyOf: ['returnPct', 'takerImbalanceZ', 'takerBuySellRatio'] },
    {
      name: 'open interest',
      anyOf: ['openInterestChangePct', 'openInterestZ', 'openInterestPercentile', 'openInterestRecord'],
    },
    { name: 'funding', anyOf: ['fundingAnnualisedPct', 'fundingPerIntervalPct', 'fundingPercentile'] },
  ],
  rules: [
    LONG_SQUEEZE,
    SHORT_SQUEEZE,
    ILLIQUID_SELL_OFF,
    DELEVERAGING,
    CROWDED_LONG,
    CROWDED_SHORT,
    SPOT_LED_RALLY,
    LEVERAGE_LED_RALLY,
    LEVERAGE_BUILD_UP,
  ],
};

/** The version that every assessment carries. */
export const rulesVersion = BUILT_IN_RULES.version;
