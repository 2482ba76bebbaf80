import type { RuleSet } from './ruleTypes.ts';

/**
 * Returns a label in the words of the rules that gave it: short squeeze. Where these are not at hand, as for a label of a stored
 * line, in those of the built-in rules, which are the label itself.
 */
export function labelWords(label: string, rules?: Pick<RuleSet, 'names'>): string {
  return rules?.names.find((one) => one.label === label)?.words ?? label.replace(/-(?!led|up|off)/g, ' ');
}
