import { A001, A004, above, below, group, OPEN_INTEREST_HIGH, NOT_FALLING_INTEREST } from './ruleParts.ts';
import type { Rule } from './ruleTypes.ts';

/** Rules for crowded and growing positions. */

export const CROWDED_LONG: Rule = {
  label: 'crowded-long',
  meaning: 'Longs are crowded and pay to stay; a fall could feed on itself.',
  needs: [
    { groups: ['funding-high'] },
    { groups: ['funding-costly'], ifKnown: true },
    { groups: ['long-short', 'long-short-percentile'], ifKnown: true },
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
      'funding-costly',
      0.5,
      'any',
      above('fundingAnnualisedPct', 20, 15, 'own threshold: a high percentile of a usual rate is no crowd'),
      above('fundingPerIntervalPct', 0.02, 0.014),
    ),
    group('long-short', 2, 'any', above('longShortRatio', 1.5, 1.35, 'article 004; often exceeded')),
    group('long-short-percentile', 1, 'any', above('longShortPercentile', 90, 80, 'definitions §8')),
    { ...OPEN_INTEREST_HIGH, weight: 2 },
  ],
  rivals: ['crowded-short', 'deleveraging', 'spot-led-rally'],
  from: { articles: [A001, A004], definitions: '§8 Crowded long' },
  cannotKnow: 'It cannot know when, or whether, the crowd is forced out.',
};

export const CROWDED_SHORT: Rule = {
  label: 'crowded-short',
  meaning: 'Shorts are crowded and pay to stay; a rise could force them to buy.',
  needs: [
    { groups: ['funding-low'] },
    { groups: ['funding-negative'], ifKnown: true },
    { groups: ['long-short', 'long-short-percentile'], ifKnown: true },
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

export const LEVERAGE_BUILD_UP: Rule = {
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
