import { NAMES } from './names.ts';
import type { RuleSet } from './ruleTypes.ts';

/**
 * The built-in rules, as data. Thresholds were fitted on the hourly series of BTC and SOL and their shuffled copies, and are not
 * tried on others yet (docs/adr/0034).
 */
export const BUILT_IN_RULES: RuleSet = {
  version: 'built-in/3',
  families: {
    move: { enter: 1.2, leave: -0.45 },
    turn: 1.5,
    forced: { size: 1.5, turn: 0.25 },
    stake: { enter: 2.33, leave: 0 },
    level: { enter: 1.64, leave: 1.28, towards: 0.5 },
    extreme: { enter: 2.33, leave: 1.64 },
  },
  clear: { price: 1, positions: 0.5, cost: 2, force: 0.5 },
  reject: { level: 0.5, margin: 0.2, rarity: 0.2 },
  dwellHours: 6,
  fallBackHours: 24,
  contradiction: 0.45,
  forcedMove: 2,
  names: NAMES,
};
