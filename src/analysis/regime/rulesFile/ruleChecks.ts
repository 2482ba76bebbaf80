import type { PlacedJson } from '../../../core/placedJson.ts';
import type { RegimeFamily } from '../assessment.ts';
import { directionOf } from '../decide.ts';
import { WHOLE_NAME } from '../ruleSchema.ts';
import type { Band, Condition } from '../ruleTypes.ts';
import { builtInOf, extendRules, nameKey, type NameData, type PlacedName, type RulesData } from './extendRules.ts'; // prettier-ignore
import { foundWords, pathTo, type RuleFault } from './ruleFault.ts';

/*
 * What no schema says of rules: what would name a market wrongly without a word.
 */

/** Families whose hours are never without a name. A quiet one may be neutral. */
const NAMED_FAMILIES: readonly RegimeFamily[] = [
  'new-longs',
  'short-covering',
  'new-shorts',
  'long-unwinding',
  'stake-rising',
  'stake-falling',
];

/**
 * Returns the thresholds that end beyond where they begin, in the data of a file of which `isSound` says what of it has the right form: these
 * are found though something else is wrong.
 */
export function thresholdChecks(file: PlacedJson, isSound: (path: string) => boolean): RuleFault[] {
  const found: RuleFault[] = [];
  const say = sayTo(found);
  const families = file.entries?.get('families')?.of.entries;
  for (const key of ['move', 'stake', 'level', 'extreme']) {
    const path = `families.${key}`;
    const json = families?.get(key)?.of;
    if (json === undefined || !isSound(path)) continue;
    const { enter, leave } = json.value as Band;
    if (leave > enter) say('leave-beyond-enter', `${path}.leave`, `at most ${enter}, where it begins`, leave);
  }
  for (const [index, name] of (file.entries?.get('names')?.of.items ?? []).entries())
    for (const key of ['needs', 'unless'] as const)
      for (const [at, { value }] of (name.entries?.get(key)?.of.items ?? []).entries()) {
        const path = `names[${index}].${key}[${at}]`;
        if (isSound(path)) checkCondition(value as Condition, key, path, say);
      }
  return found;
}

/** Returns what else would make wrong names, of a file whose form is right. */
export function ruleChecks(data: RulesData): RuleFault[] {
  const { rules, names } = extendRules(data);
  const found: RuleFault[] = [];
  const say = sayTo(found);
  if (data.version.startsWith('built-in/'))
    say('reserved-version', 'version', 'a name of your own, such as mine/1', `"${data.version}"`);
  const { move, turn, forced } = rules.families;
  if (data.families?.move !== undefined && move.leave <= -move.enter)
    say('never-ends', 'families.move.leave', `more than ${-move.enter}, where a move the other way begins`, move.leave); // prettier-ignore
  if (forced.turn > turn)
    say('turn-by-force', data.families?.forced === undefined ? 'families.turn' : 'families.forced.turn', `forced.turn at most turn, which is ${turn}`, forced.turn); // prettier-ignore
  for (const [index, name] of (data.names ?? []).entries()) {
    const path = pathTo('names', index);
    checkName(name, path, data, say);
  }
  checkOrder(names, say);
  for (const family of NAMED_FAMILIES)
    if (!names.some(({ name }) => isCertain(name) && name.families.includes(family)))
      say(
        'family-without-name',
        data.names === undefined ? '' : 'names',
        `a name of ${family} without needs and unless, so that none of its hours is without a name`,
        'none',
      );
  return found;
}

type Say = (code: RuleFault['code'], path: string, expected: string, value: unknown) => void;

const sayTo =
  (found: RuleFault[]): Say =>
  (code, path, expected, value) =>
    void found.push({
      ...{ code, path, expected },
      found: typeof value === 'string' ? value : foundWords(value),
    });

/** A name that stands is left later than it was entered: what it needs gives way, what forbids it has to go further. */
function checkCondition(
  { of, op, enter, leave }: Condition,
  key: 'needs' | 'unless',
  path: string,
  say: Say,
): void {
  if (Object.values(of).every((weight) => weight === 0))
    say('empty-condition', pathTo(path, 'of'), 'a weight other than 0', 'none');
  const isMost = (op === 'above') === (key === 'needs');
  if (isMost ? leave <= enter : leave >= enter) return;
  const most = isMost ? 'at most' : 'at least';
  say('leave-beyond-enter', pathTo(path, 'leave'), `${most} ${enter}, the threshold before it stands`, leave);
}

function checkName(name: NameData, path: string, data: RulesData, say: Say): void {
  // A change that says no direction has the families, and so the direction, of a name that is built in.
  const side = name.direction === 'up' ? 1 : name.direction === 'down' ? -1 : 0;
  const against = name.families.find((family) => directionOf(family) * side < 0);
  if (against !== undefined)
    say(
      'direction-against-family',
      pathTo(path, 'direction'),
      'no family in which the price goes the other way',
      `${name.direction} in ${against}`,
    );
  if (data.extends === undefined) return;
  const first = (data.names ?? []).findIndex((one) => nameKey(one) === nameKey(name));
  if (data.names?.[first] !== name)
    say('duplicate-name', path, 'each label with its families once', `that of names[${first}]`);
  if (builtInOf(name) !== undefined) return;
  for (const needed of WHOLE_NAME)
    if (name[needed] === undefined)
      say('missing-key', path, `the key "${needed}": there is no built-in name to take it from`, 'nothing');
}

/** A name after one that always holds in its family never stands: a rule that says something would do nothing. */
function checkOrder(names: readonly PlacedName[], say: Say): void {
  for (const [at, { name, index }] of names.entries()) {
    const taken = (family: RegimeFamily): PlacedName | undefined =>
      names.slice(0, at).find((one) => isCertain(one.name) && one.name.families.includes(family));
    if (!name.families.every((family) => taken(family) !== undefined)) continue;
    const [family] = name.families;
    const first = family === undefined ? undefined : taken(family);
    // Of a built-in name that a new one hides, the new one is at fault.
    const path = index ?? first?.index;
    say(
      'never-reached',
      path === undefined ? 'names' : pathTo('names', path),
      `needs or unless in the ${first?.name.label} before it, which holds in all of ${name.families.join(', ')}`,
      `${name.label}, which never stands`,
    );
  }
}

const isCertain = ({ needs = [], unless }: NameData): boolean => needs.length === 0 && unless === undefined;
