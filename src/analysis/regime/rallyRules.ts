import {
  A000,
  A002,
  above,
  below,
  group,
  says,
  BUY_MORE,
  BUY_UNUSUALLY,
  INTEREST_LOW,
  MODERATE,
  NO_SPIKE,
  TAKER_RATIO_RISES,
  RISING,
  SHORTS_CLOSED,
  NOT_FALLING_INTEREST,
  MODERATE_FUNDING,
  MODERATE_PER_INTERVAL,
} from './ruleParts.ts';
import type { Rule } from './ruleTypes.ts';

/** Rules for rallies: what carries them. */

export const SPOT_LED_RALLY: Rule = {
  label: 'spot-led-rally',
  meaning: 'The rise comes without new leverage, which fits spot buying.',
  needs: [
    { groups: ['rising'], lacks: 'a rising price' },
    { groups: ['open-interest-falls'], lacks: 'falling open interest' },
    {
      groups: ['moderate-funding', 'spot-share', 'shorts-liquidated'],
      lacks: 'moderate funding, much spot volume or closing shorts',
    },
    { groups: ['moderate-funding'], ifKnown: true, lacks: 'moderate funding' },
  ],
  groups: [
    RISING,
    group(
      'open-interest-falls',
      3,
      'any',
      says(
        'open interest falls',
        below('openInterestChangePct', -1, 0, 'article 002: significantly decreased'),
      ),
      says(INTEREST_LOW, below('openInterestZ', -0.5, 0, 'own threshold')),
    ),
    says(MODERATE, group('moderate-funding', 2, 'first', MODERATE_FUNDING, MODERATE_PER_INTERVAL)),
    SHORTS_CLOSED,
    says(
      'spot has 30 % of the volume or more',
      group('spot-share', 1, 'any', above('spotVolumeShare', 0.3, 0.2, 'own threshold')),
    ),
    says(
      'spot takers lead',
      group(
        'spot-lead',
        1,
        'any',
        above('spotLeadZ', 0.5, 0, 'definitions §8: spot CVD z above perpetual CVD z'),
      ),
    ),
    says(
      NO_SPIKE,
      group('no-forced-closing', 1, 'any', below('liquidationsZ', 2, 2.5, 'below a liquidation spike')),
    ),
  ],
  rivals: ['leverage-led-rally', 'short-squeeze', 'deleveraging', 'illiquid-sell-off', 'crowded-long'],
  from: { articles: [A002], definitions: '§8 Spot-led rally' },
  cannotKnow: 'Spot takers are not known; spot buying is inferred from futures.',
  cannotKnowWithout: 'spotLeadZ',
};

export const LEVERAGE_LED_RALLY: Rule = {
  label: 'leverage-led-rally',
  meaning: 'The rise is carried by leverage.',
  needs: [
    { groups: ['rising'], lacks: 'a rising price' },
    {
      groups: ['large-rise', 'volume-surge', 'takers-buying', 'net-taker-buying', 'open-interest-rises'],
      atLeast: 2,
      lacks: 'two signs of buying with leverage',
    },
    { groups: ['open-interest-holds'], ifKnown: true, lacks: 'open interest that holds' },
  ],
  groups: [
    RISING,
    says(
      'the rise is large',
      group('large-rise', 0.5, 'any', above('returnPct', 5, 3, 'own threshold; 12 % in article 000')),
    ),
    says(
      'futures volume surges',
      group(
        'volume-surge',
        2,
        'any',
        above('futuresVolumeChangePct', 20, 10, 'own threshold; 52 % in article 000'),
      ),
    ),
    group(
      'takers-buying',
      2,
      'any',
      says(TAKER_RATIO_RISES, above('takerRatioChangePct', 10, 5, 'own threshold; 19 % in article 000')),
      says(BUY_UNUSUALLY, above('takerImbalanceZ', 1, 0.5, 'own threshold')),
      says(BUY_MORE, above('takerBuySellRatio', 1.05, 1, 'own threshold')),
    ),
    says(
      'net taker buying is large',
      group(
        'net-taker-buying',
        1,
        'any',
        above('netTakerVolumeUsd', 20e6, 5e6, 'own threshold; 62 million USD in article 000'),
      ),
    ),
    group(
      'open-interest-rises',
      2,
      'any',
      says('open interest is above what is usual', above('openInterestZ', 1, 0.5, 'definitions §8')),
      says('open interest rises', above('openInterestChangePct', 3, 1, 'own threshold')),
    ),
    NOT_FALLING_INTEREST,
    says(
      'spot takers lag behind',
      group(
        'spot-lag',
        1,
        'any',
        below('spotLeadZ', -0.5, 0, 'definitions §8: perpetual CVD z above spot CVD z'),
      ),
    ),
    says(
      'futures have 70 % of the volume or more',
      group('futures-share', 0.5, 'any', below('spotVolumeShare', 0.3, 0.4, 'own threshold')),
    ),
  ],
  rivals: ['spot-led-rally', 'deleveraging', 'illiquid-sell-off', 'short-squeeze'],
  from: { articles: [A000], definitions: '§8 Leverage-led rally' },
  cannotKnow: 'Volume counts closing trades as well as opening ones; only open interest tells them apart.',
};
