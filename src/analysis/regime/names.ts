import type { Condition, Name, Sign } from './ruleTypes.ts';

/**
 * The built-in names, as data: conditions in usual sizes, in the order in which they are tried. Where each comes from, article and section
 * of the definitions, stands in docs/adr/0034.
 */

const RISES: Sign = { aspect: 'price', side: 1, says: 'the price rises' };
const FALLS: Sign = { aspect: 'price', side: -1, says: 'the price falls' };
const BUYING: Sign = { aspect: 'flow', side: 1, says: 'takers buy more than usual' };
const SELLING: Sign = { aspect: 'flow', side: -1, says: 'takers sell more than usual' };
const OPENED: Sign = { aspect: 'positions', side: 1, says: 'open interest rises' };
const CLOSED: Sign = { aspect: 'positions', side: -1, says: 'open interest falls' };
const HIGH: Sign = { aspect: 'level', side: 1, says: 'open interest is high in its history' };
const LOW: Sign = { aspect: 'level', side: -1, says: 'open interest is low in its history' };
const SURGES: Sign = { aspect: 'volume', side: 1, says: 'futures volume surges' };
const FORCED: Sign = { aspect: 'forceSize', side: 1, says: 'liquidations are far above what is usual' };
const SHORTS: Sign = { aspect: 'forceSide', side: 1, says: 'mostly shorts are liquidated' };
const LONGS: Sign = { aspect: 'forceSide', side: -1, says: 'mostly longs are liquidated' };
const COSTLY: Sign = { aspect: 'cost', side: 1, says: 'being long is costly' };
const CHEAP: Sign = { aspect: 'cost', side: -1, says: 'being short is costly' };
const LEAN_LONG: Sign = { aspect: 'accounts', side: 1, says: 'accounts lean long' };
const LEAN_SHORT: Sign = { aspect: 'accounts', side: -1, says: 'accounts lean short' };
const THIN: Sign = { aspect: 'depth', side: -1, says: 'order books are thin' };

/** Size and side of liquidations and the takers that they are part of, together as one number of spread 1. */
const forceOn = (side: 1 | -1): Condition => ({
  of: { forceSize: 0.41, forceSide: side * 0.41, flow: side * 0.82 },
  ...{ op: 'above', enter: 2, leave: 0.7 },
});
/** Takers and positions go so far that the forced part is not what carries the move (article 003). */
const wave = (side: 1 | -1): readonly Condition[] => [
  { of: { flow: side }, op: 'above', enter: 2, leave: 2 },
  { of: { positions: 1 }, op: 'below', enter: -1, leave: -1 },
];
/** Funding far out on a side (34 % a year, or its rank 95); accounts, where known, do not lean the other way. */
const crowd = (side: 1 | -1): readonly Condition[] => [
  { of: { cost: side }, op: 'above', enter: 2.4, leave: 1.8 },
  { of: { accounts: side }, op: 'above', enter: -0.6, leave: -0.9, ifKnown: true },
];

const crowded = (label: 'crowded-long' | 'crowded-short', side: 1 | -1, signs: readonly Sign[]): Name => ({
  label,
  ...{ words: side > 0 ? 'crowded long' : 'crowded short', direction: 'none', isOfLevel: true },
  // In the outer part of its history funding is a state by itself, whatever the price does.
  families: [side > 0 ? 'new-longs' : 'new-shorts', 'stake-rising', 'quiet', 'unknown'],
  needs: crowd(side),
  unless: [{ of: { level: 1 }, op: 'below', enter: -1, leave: -1.5 }],
  meaning: side > 0 ? 'Longs are crowded.' : 'Shorts are crowded.',
  signs,
  cannotKnow:
    side > 0
      ? 'It cannot know when, or whether, the crowd is forced out.'
      : 'It cannot tell outright shorts from hedges of coins held elsewhere.',
});

const BUILD_UP: Pick<Name, 'meaning' | 'signs' | 'cannotKnow'> = {
  meaning: 'Much leverage is at stake, on both sides.',
  signs: [OPENED, HIGH, SURGES],
  cannotKnow: 'It cannot know which side will be forced out: every contract has a long and a short.',
};

export const NAMES: readonly Name[] = [
  { ...crowded('crowded-long', 1, [COSTLY, LEAN_LONG, HIGH, OPENED]), hasCascadeRisk: true },
  crowded('crowded-short', -1, [CHEAP, LEAN_SHORT, HIGH, OPENED]),
  {
    label: 'leverage-build-up',
    ...{ words: 'leverage build-up', direction: 'none', isOfLevel: true },
    // At its highest while the change of the day is slight: the level says more than the day.
    families: ['new-longs', 'new-shorts'],
    needs: [
      { of: { level: 1 }, op: 'above', enter: 2.33, leave: 2 },
      { of: { positions: 1 }, op: 'below', enter: 1, leave: 1.5 },
    ],
    ...BUILD_UP,
  },
  {
    label: 'leverage-led-rally',
    ...{ words: 'leverage-led rally', families: ['new-longs'], direction: 'up' },
    meaning: 'The rise is carried by new positions with leverage.',
    signs: [RISES, OPENED, BUYING, SURGES, COSTLY, SHORTS],
    cannotKnow: 'Volume counts closing trades as well as opening ones; only open interest tells them apart.',
  },
  {
    label: 'short-squeeze',
    ...{ words: 'short squeeze', families: ['short-covering'], direction: 'up', isForced: true },
    needs: [forceOn(1)],
    unless: wave(1),
    mustKnow: ['forceSide', 'forceSize'],
    meaning: 'Shorts are forced to buy while the price rises.',
    signs: [RISES, CLOSED, FORCED, SHORTS, BUYING],
    cannotKnow: 'It cannot tell a forced purchase from a willing one within the same minute.',
  },
  {
    label: 'spot-led-rally',
    ...{ words: 'spot-led rally', families: ['short-covering'], direction: 'up' },
    needs: [{ of: { cost: 1 }, op: 'below', enter: 2, leave: 2.5, ifKnown: true }],
    meaning: 'The price rises without new leverage, which fits spot buying.',
    signs: [
      RISES,
      CLOSED,
      { aspect: 'cost', side: 0, says: 'funding stays moderate' },
      { aspect: 'spot', side: 1, says: 'spot takers lead' },
    ],
    cannotKnow: 'Spot takers are not known; spot buying is inferred from futures.',
    cannotKnowWithout: 'spot',
  },
  {
    label: 'short-squeeze',
    ...{ words: 'short squeeze', families: ['short-covering'], direction: 'up', isForced: true },
    isLastResort: true,
    meaning: 'Shorts leave while the price rises and being long is costly.',
    signs: [RISES, CLOSED, COSTLY, FORCED, SHORTS, BUYING],
    cannotKnow: 'It cannot tell a forced purchase from a willing one within the same minute.',
  },
  {
    label: 'illiquid-sell-off',
    ...{ words: 'illiquid sell-off', families: ['new-shorts', 'long-unwinding'], direction: 'down' },
    needs: [{ of: { depth: 1 }, op: 'below', enter: -1.5, leave: -1 }],
    meaning: 'The fall meets thin order books, in which modest selling moves the price far.',
    signs: [FALLS, THIN, SELLING, FORCED, LONGS],
    cannotKnow: 'It cannot see hidden orders, nor orders that would be placed once the price falls.',
  },
  {
    label: 'new-shorts',
    ...{ words: 'new shorts', families: ['new-shorts'], direction: 'down' },
    meaning: 'The fall is carried by new positions.',
    signs: [FALLS, OPENED, SELLING, SURGES, CHEAP, LONGS],
    cannotKnow:
      'Every contract has a long and a short; that the sellers are the new ones is read from the price.',
  },
  {
    label: 'long-squeeze',
    ...{ words: 'long squeeze', families: ['long-unwinding'], direction: 'down', isForced: true },
    needs: [forceOn(-1)],
    unless: wave(-1),
    mustKnow: ['forceSide', 'forceSize'],
    meaning: 'Longs are forced out while the price falls.',
    signs: [FALLS, CLOSED, FORCED, LONGS, SELLING],
    cannotKnow: 'It cannot know how many positions are still close to their liquidation price.',
  },
  {
    label: 'deleveraging',
    ...{ words: 'deleveraging', families: ['long-unwinding'], direction: 'down' },
    meaning: 'Leverage leaves the market while the price falls.',
    signs: [FALLS, CLOSED, SELLING, LOW, FORCED, LONGS, THIN],
    cannotKnow: 'It cannot tell how much leverage is left to be closed.',
  },
  {
    label: 'deleveraging',
    ...{ words: 'deleveraging', families: ['stake-falling'], direction: 'none', isOfLevel: true },
    meaning: 'Leverage leaves the market.',
    signs: [CLOSED, LOW, FORCED],
    cannotKnow: 'It cannot tell how much leverage is left to be closed.',
  },
  {
    label: 'leverage-build-up',
    ...{ words: 'leverage build-up', families: ['stake-rising'], direction: 'none', isOfLevel: true },
    ...BUILD_UP,
  },
];
