import type { RuleSet } from '../analysis/regime/ruleTypes.ts';
import { PerpscopeError } from '../core/errors.ts';
import type { Arguments } from './arguments.ts';
import type { CommandIo } from './commandIo.ts';

/**
 * Returns the rules of `--rules FILE`; undefined where it is not given. Every fault of the file is said in a line of its own. Errors: `usage`
 * with the last of them.
 */
export async function readRulesOption(
  { values }: Arguments,
  io: Pick<CommandIo, 'fail'>,
): Promise<RuleSet | undefined> {
  const file = values['rules'];
  if (file === undefined) return undefined;
  const { readRulesFile } = await import('../market/chosenRules.ts');
  const { rules, faults } = await readRulesFile({ path: file, name: file });
  if (rules !== undefined) return rules;
  for (const line of faults.slice(0, -1)) io.fail('usage', line);
  throw new PerpscopeError('usage', faults.at(-1) ?? file);
}
