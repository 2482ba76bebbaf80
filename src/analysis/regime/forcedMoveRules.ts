import {
  A001,
  A002,
  A003,
  above,
  below,
  group,
  RISING,
  FALLING,
  FORCED,
  SHORTS_CLOSED,
  MODERATE_FUNDING,
  MODERATE_PER_INTERVAL,
} from './ruleParts.ts';
import type { Rule } from './ruleTypes.ts';

/** Rules for forced moves and sell-offs. */

export const LONG_SQUEEZE: Rule = {
  label: 'long-squeeze',
  meaning: 'Forced selling of longs pushes the price down.',
  needs: [
    { groups: ['falling'] },
    { groups: ['forced-closing'] },
    { groups: ['longs-liquidated'] },
    { groups: ['open-interest-falls'], ifKnown: true },
    { groups: ['no-selling-wave'], ifKnown: true },
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
    group('takers-selling', 1, 'any', below('takerBuySellRatio', 0.95, 1)),
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

export const ILLIQUID_SELL_OFF: Rule = {
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

export const DELEVERAGING: Rule = {
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
