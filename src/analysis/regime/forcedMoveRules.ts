import {
  A001,
  A002,
  A003,
  above,
  below,
  group,
  says,
  BUY_MORE,
  BUY_UNUSUALLY,
  INTEREST_LOW,
  MODERATE,
  SELL_MORE,
  SELL_UNUSUALLY,
  RISING,
  FALLING,
  FORCED,
  SHORTS_CLOSED,
  MODERATE_FUNDING,
  MODERATE_PER_INTERVAL,
} from './ruleParts.ts';
import type { Rule } from './ruleTypes.ts';

/** Rules for forced moves and sell-offs. */

const INTEREST_NOT_HIGH = 'open interest is not above what is usual';

export const LONG_SQUEEZE: Rule = {
  label: 'long-squeeze',
  meaning: 'Longs are forced out while the price falls.',
  needs: [
    { groups: ['falling'], lacks: 'a falling price' },
    { groups: ['forced-closing'], lacks: 'liquidations far above their usual level' },
    { groups: ['longs-liquidated'], lacks: 'liquidations of mostly longs' },
    { groups: ['open-interest-falls'], ifKnown: true, lacks: 'open interest that does not rise' },
    { groups: ['no-selling-wave'], ifKnown: true, lacks: 'selling that stays short of a wave' },
  ],
  groups: [
    says('the price falls', group('falling', 3, 'first', below('returnPct', -1.5, -0.5, 'own threshold'))),
    FORCED,
    says(
      'mostly longs are liquidated',
      group('longs-liquidated', 2, 'any', below('shortLiquidationShare', 0.45, 0.5, 'mostly longs')),
    ),
    group(
      'open-interest-falls',
      2,
      'any',
      says('open interest does not rise', below('openInterestChangePct', 0, 1, 'definitions §8')),
      says(INTEREST_NOT_HIGH, below('openInterestZ', 0, 0.5, 'definitions §8')),
    ),
    says(SELL_MORE, group('takers-selling', 1, 'any', below('takerBuySellRatio', 0.95, 1))),
    // Sold hard and unwound at large, article 003: that is deleveraging, of which forced closing is a part.
    group(
      'no-selling-wave',
      1,
      'any',
      above('takerImbalanceZ', -1.99, -2.3),
      above('openInterestZ', -0.99, -1.3),
    ),
  ],
  rivals: ['spot-led-rally', 'leverage-led-rally', 'short-squeeze', 'leverage-build-up'],
  from: { articles: [A001], definitions: '§8 Long squeeze / cascade' },
  cannotKnow: 'It cannot know how many positions are still close to their liquidation price.',
};

export const SHORT_SQUEEZE: Rule = {
  label: 'short-squeeze',
  meaning: 'Shorts are forced to buy while the price rises.',
  needs: [
    { groups: ['rising'], lacks: 'a rising price' },
    { groups: ['forced-closing'], lacks: 'liquidations far above their usual level' },
    { groups: ['shorts-liquidated'], lacks: 'liquidations of mostly shorts' },
    { groups: ['open-interest-falls'], ifKnown: true, lacks: 'open interest that does not rise' },
  ],
  groups: [
    RISING,
    FORCED,
    { ...SHORTS_CLOSED, weight: 2 },
    group(
      'open-interest-falls',
      2,
      'any',
      says('open interest does not rise', below('openInterestChangePct', 0, 1, 'definitions §8')),
      says(INTEREST_NOT_HIGH, below('openInterestZ', 0, 0.5, 'definitions §8')),
    ),
    group(
      'takers-buying',
      1,
      'any',
      says(BUY_UNUSUALLY, above('takerImbalanceZ', 1, 0.5)),
      says(BUY_MORE, above('takerBuySellRatio', 1.05, 1)),
    ),
  ],
  rivals: ['deleveraging', 'illiquid-sell-off', 'long-squeeze', 'crowded-long'],
  from: { articles: [A002], definitions: '§8 Short squeeze' },
  cannotKnow: 'It cannot tell a forced purchase from a willing one within the same minute.',
};

export const ILLIQUID_SELL_OFF: Rule = {
  label: 'illiquid-sell-off',
  meaning: 'The fall meets thin order books, in which modest selling moves the price far.',
  needs: [
    { groups: ['falling'], lacks: 'a falling price' },
    { groups: ['thin-books'], lacks: 'thin order books' },
  ],
  groups: [
    FALLING,
    says('order books are thin', group('thin-books', 3, 'any', below('depthZ', -1.5, -1, 'definitions §8'))),
    group(
      'takers-selling',
      2,
      'any',
      says(SELL_UNUSUALLY, below('takerImbalanceZ', -1, -0.5)),
      says(SELL_MORE, below('takerBuySellRatio', 0.95, 1)),
    ),
    { ...FORCED, weight: 1 },
  ],
  rivals: ['spot-led-rally', 'leverage-led-rally', 'short-squeeze', 'leverage-build-up'],
  from: { articles: [A003], definitions: '§8 Illiquid' },
  cannotKnow: 'It cannot see hidden orders, nor orders that would be placed once the price falls.',
};

export const DELEVERAGING: Rule = {
  label: 'deleveraging',
  meaning: 'Leverage leaves the market.',
  needs: [
    {
      groups: ['falling', 'contraction', 'forced-closing'],
      atLeast: 2,
      lacks: 'two of these: a falling price, shrinking open interest, unusual liquidations',
    },
    { groups: ['falling'], ifKnown: true, lacks: 'a falling price' },
    { groups: ['open-interest-not-rising'], ifKnown: true, lacks: 'open interest that does not rise' },
  ],
  groups: [
    { ...FALLING, weight: 2 },
    group(
      'contraction',
      3,
      'any',
      says('open interest shrinks', below('openInterestChangePct', -2, -1, 'own threshold')),
      says(INTEREST_LOW, below('openInterestZ', -1, -0.5, 'definitions §8')),
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
      says('takers sell far more than usual', below('takerImbalanceZ', -2, -1, 'definitions §8')),
      says(SELL_MORE, below('takerBuySellRatio', 0.9, 1, 'own threshold; 0.79 in article 003')),
    ),
    says(
      'order books are no deeper than usual',
      group('thinner-books', 1, 'any', below('depthZ', 0, 0.5, 'definitions §8')),
    ),
    says(MODERATE, group('moderate-funding', 0.5, 'first', MODERATE_FUNDING, MODERATE_PER_INTERVAL)),
  ],
  rivals: ['spot-led-rally', 'leverage-led-rally', 'short-squeeze', 'leverage-build-up', 'crowded-long'],
  from: { articles: [A003], definitions: '§8 Deleveraging / selling wave' },
  cannotKnow: 'It cannot tell how much leverage is left to be closed.',
};
