import { placeOf, readPlacedJson, type JsonFault, type PlacedJson } from '../../../core/placedJson.ts';
import type { RuleSet } from '../ruleTypes.ts';
import { ruleSchema } from '../ruleSchema.ts';
import { extendRules, type RulesData } from './extendRules.ts';
import { ruleChecks, thresholdChecks } from './ruleChecks.ts';
import type { RuleFault } from './ruleFault.ts';
import { schemaFaults, type PlacedFault } from './schemaFaults.ts';

/** Rules, or everything that is wrong with them; never both. */
export type ReadRules =
  | { readonly rules: RuleSet; readonly faults?: never }
  | { readonly rules?: never; readonly faults: readonly RuleFault[] };

let schema: ReturnType<typeof ruleSchema> | undefined;

/**
 * Returns the rules of a file's text, or all of its faults in the order of the text: those of form, by the schema, and where the form is
 * right those of sense. Pure; never throws.
 */
export function readRules(text: string): ReadRules {
  const { root, faults: ofText } = readPlacedJson(text);
  schema ??= ruleSchema();
  const ofForm = root === undefined ? [] : schemaFaults(root, schema);
  const ofSense = root === undefined ? [] : senseFaults(root, ofForm).map((one) => placed(one, root));
  const faults = [...ofText.map(worded), ...ofForm, ...ofSense].sort((a, b) => a.offset - b.offset);
  if (faults.length > 0 || root === undefined)
    return { faults: faults.map(({ offset, ...fault }) => ({ ...fault, ...placeOf(text, offset) })) };
  return { rules: extendRules(root.value as RulesData).rules };
}

function senseFaults(root: PlacedJson, ofForm: readonly PlacedFault[]): RuleFault[] {
  const isSound = (path: string): boolean => !ofForm.some((one) => one.path.startsWith(path));
  const ofThresholds = thresholdChecks(root, isSound);
  return ofForm.length > 0 ? ofThresholds : [...ofThresholds, ...ruleChecks(root.value as RulesData)];
}

const worded = (fault: JsonFault): PlacedFault => ({ path: '', ...fault });

/** The place of a path; that of the nearest data around it where there is none. */
function placed(fault: RuleFault, root: PlacedJson): PlacedFault {
  let at = root;
  for (const step of fault.path.match(/[^.[\]]+/g) ?? []) {
    const next = at.entries?.get(step)?.of ?? at.items?.[Number(step)];
    if (next === undefined) break;
    at = next;
  }
  return { ...fault, offset: at.offset };
}
