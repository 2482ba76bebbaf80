import { CROWDED_LONG, CROWDED_SHORT, LEVERAGE_BUILD_UP } from './crowdingRules.ts';
import { DELEVERAGING, ILLIQUID_SELL_OFF, LONG_SQUEEZE, SHORT_SQUEEZE } from './forcedMoveRules.ts';
import { LEVERAGE_LED_RALLY, SPOT_LED_RALLY } from './rallyRules.ts';
import type { RuleSet } from './ruleTypes.ts';

/**
 * The built-in rules, as data. Thresholds that an article or a definition states are used as stated; the others are
 * this project's own and say so in their note. Thresholds are inclusive.
 */

/** The built-in rule set; the order is from forced moves to slow states. */
export const BUILT_IN_RULES: RuleSet = {
  version: 'built-in/2',
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
