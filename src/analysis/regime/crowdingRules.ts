import {
  A001,
  A004,
  above,
  below,
  group,
  says,
  NO_SPIKE,
  OPEN_INTEREST_HIGH,
  NOT_FALLING_INTEREST,
} from './ruleParts.ts';
import type { Rule } from './ruleTypes.ts';

/** Rules for crowded and growing positions. */

export const CROWDED_LONG: Rule = {
  label: 'crowded-long',
  meaning: 'Longs are crowded.',
  needs: [
    { groups: ['funding-high'], lacks: 'high funding' },
    { groups: ['funding-costly'], ifKnown: true, lacks: 'funding that is costly for longs' },
    { groups: ['long-short', 'long-short-percentile'], ifKnown: true, lacks: 'accounts that lean long' },
    {
      groups: ['long-short', 'long-short-percentile', 'open-interest-high'],
      lacks: 'accounts that lean long, or unusually high open interest',
    },
  ],
  groups: [
    group(
      'funding-high',
      3,
      'any',
      says(
        'funding is 0.5 % per period or more',
        above('fundingPerIntervalPct', 0.5, 0.4, 'article 004: 0.5 % per period'),
      ),
      says('funding is high for its own history', above('fundingPercentile', 95, 90, 'definitions §8')),
      says(
        'funding is far above its usual base rate',
        above('fundingAnnualisedPct', 50, 35, 'own threshold: about 5 times the usual base rate of 10.95 %'),
      ),
    ),
    says(
      'longs pay to stay',
      group(
        'funding-costly',
        0.5,
        'first',
        // In any rally of days the percentiles of funding and long/short are high: the rate itself has to be, too.
        above('fundingAnnualisedPct', 35, 25, 'own threshold: about 3 times the usual base rate of 10.95 %'),
        above('fundingPerIntervalPct', 0.032, 0.023, 'the same per 8 h'),
      ),
    ),
    says(
      'long accounts are at least 1.5 times the short ones',
      group('long-short', 2, 'any', above('longShortRatio', 1.5, 1.35, 'article 004; often exceeded')),
    ),
    says(
      'the long/short ratio is high for its own history',
      group('long-short-percentile', 1, 'any', above('longShortPercentile', 90, 80, 'definitions §8')),
    ),
    { ...OPEN_INTEREST_HIGH, weight: 2 },
  ],
  rivals: ['crowded-short', 'deleveraging', 'spot-led-rally'],
  from: { articles: [A001, A004], definitions: '§8 Crowded long' },
  cannotKnow: 'It cannot know when, or whether, the crowd is forced out.',
};

export const CROWDED_SHORT: Rule = {
  label: 'crowded-short',
  meaning: 'Shorts are crowded.',
  needs: [
    { groups: ['funding-low'], lacks: 'low funding' },
    { groups: ['funding-negative'], ifKnown: true, lacks: 'funding that is not positive' },
    { groups: ['long-short', 'long-short-percentile'], ifKnown: true, lacks: 'accounts that lean short' },
    {
      groups: ['long-short', 'long-short-percentile', 'open-interest-high'],
      lacks: 'accounts that lean short, or unusually high open interest',
    },
  ],
  groups: [
    group(
      'funding-low',
      3,
      'any',
      says(
        'funding is -0.5 % per period or less',
        below('fundingPerIntervalPct', -0.5, -0.4, 'mirror of article 004'),
      ),
      says(
        'funding is low for its own history',
        below('fundingPercentile', 5, 10, 'mirror of definitions §8'),
      ),
      says(
        'funding is far below its usual base rate',
        below('fundingAnnualisedPct', -30, -20, 'own threshold: about 40 points below the usual base rate'),
      ),
    ),
    says(
      'funding is not positive',
      group(
        'funding-negative',
        0.5,
        'first',
        below('fundingAnnualisedPct', 0, 2),
        below('fundingPerIntervalPct', 0, 0.002),
      ),
    ),
    says(
      'short accounts are at least 1.5 times the long ones',
      group('long-short', 2, 'any', below('longShortRatio', 1 / 1.5, 1 / 1.35, 'mirror of article 004')),
    ),
    says(
      'the long/short ratio is low for its own history',
      group(
        'long-short-percentile',
        1,
        'any',
        below('longShortPercentile', 10, 20, 'mirror of definitions §8'),
      ),
    ),
    { ...OPEN_INTEREST_HIGH, weight: 2 },
  ],
  rivals: ['crowded-long', 'deleveraging', 'leverage-led-rally'],
  from: { articles: [A001, A004], definitions: '§8 Crowded short' },
  cannotKnow: 'It cannot tell outright shorts from hedges of coins held elsewhere.',
};

export const LEVERAGE_BUILD_UP: Rule = {
  label: 'leverage-build-up',
  meaning: 'Much leverage is at stake, on both sides.',
  needs: [
    { groups: ['open-interest-high'], lacks: 'unusually high open interest' },
    { groups: ['open-interest-holds'], ifKnown: true, lacks: 'open interest that holds' },
  ],
  groups: [
    { ...OPEN_INTEREST_HIGH, weight: 4 },
    says('open interest holds', NOT_FALLING_INTEREST),
    group('funding-positive', 1, 'any', above('fundingAnnualisedPct', 5, 0, 'longs pay shorts')),
    says(
      NO_SPIKE,
      group('no-forced-closing', 1, 'any', below('liquidationsZ', 2, 2.5, 'below a liquidation spike')),
    ),
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
