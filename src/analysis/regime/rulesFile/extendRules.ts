import { BUILT_IN_RULES } from '../rules.ts';
import type { Name, RuleSet } from '../ruleTypes.ts';

/** What a rules file says: a whole set, or with `extends` what of the built-in rules it changes. */
export interface RulesData extends Partial<Omit<RuleSet, 'families' | 'clear' | 'reject' | 'names'>> {
  readonly version: string;
  readonly extends?: 'built-in';
  readonly families?: Partial<RuleSet['families']>;
  readonly clear?: Partial<RuleSet['clear']>;
  readonly reject?: Partial<RuleSet['reject']>;
  readonly names?: readonly NameData[];
}
export type NameData = Pick<Name, 'label' | 'families'> & Partial<Name>;

/** A name with its place in the file; undefined for one that the file does not speak of. */
export interface PlacedName {
  readonly name: NameData;
  readonly index: number | undefined;
}

/** The rules that a file comes to, with the place of each name. */
export interface ExtendedRules {
  readonly rules: RuleSet;
  readonly names: readonly PlacedName[];
}

/** Returns the rules of a file whose form is right. A new name that is not whole stays so: `ruleChecks` says it. Pure. */
export function extendRules({ extends: base, ...data }: RulesData): ExtendedRules {
  const own = (data.names ?? []).map((name, index): PlacedName => ({ name, index }));
  if (base === undefined) return { rules: withoutSchema(data as RuleSet), names: own };
  const { names: builtIn, ...rest } = BUILT_IN_RULES;
  const fresh = own.filter(({ name }) => builtInOf(name) === undefined);
  const changed = builtIn.map((name): PlacedName => {
    const change = own.find((one) => builtInOf(one.name) === name);
    return change === undefined
      ? { name, index: undefined }
      : { name: { ...name, ...change.name }, index: change.index };
  });
  const names = [...fresh, ...changed];
  const rules = {
    ...rest,
    ...data,
    families: { ...rest.families, ...data.families },
    clear: { ...rest.clear, ...data.clear },
    reject: { ...rest.reject, ...data.reject },
    names: names.map(({ name }) => name as Name),
  };
  return { rules: withoutSchema(rules), names };
}

/** Returns the built-in name that a name of a file changes: that of its label and families; undefined where there is none. */
export function builtInOf(name: NameData): Name | undefined {
  const key = nameKey(name);
  return BUILT_IN_RULES.names.find((one) => nameKey(one) === key);
}

/** By this names are told apart. */
export function nameKey({ label, families, isLastResort }: NameData): string {
  return `${label} ${[...families].sort().join()} ${isLastResort === true ? 'last' : ''}`;
}

/** The words for editors are no part of the rules. */
function withoutSchema(rules: RuleSet & { $schema?: string }): RuleSet {
  const { $schema: _schema, ...own } = rules;
  return own;
}
