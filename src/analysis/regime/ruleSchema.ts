import type { JsonSchema } from '../metrics/schemas.ts';
import { ASPECT_NAMES, type Aspect } from './aspects.ts';
import { EVIDENCE_KINDS, REGIME_FAMILIES, REGIME_LABELS, type EvidenceKind, type RegimeFamily } from './assessment.ts'; // prettier-ignore

/** The words of a rules file's form: editors show them where somebody writes one. */

const ASPECT_WORDS: Readonly<Record<Aspect, string>> = {
  price: 'Price change of a day.',
  flow: 'Buying of futures takers less their selling, of a day.',
  spot: 'Buying of spot takers before that of futures takers.',
  depth: 'Size of the order books; negative where they are thin.',
  positions: 'Change of open interest in coins, of a day.',
  level: 'Where open interest stands in its own history: 2.33 is its top hundredth.',
  volume: 'Futures volume of a day.',
  cost: 'Funding: positive where longs pay more than the base rate.',
  accounts: 'Long accounts for each short one.',
  forceSize: 'Liquidations of a day, whatever their side.',
  forceSide: 'Side of the liquidations: positive where mostly shorts are closed.',
};
const FAMILY_WORDS: Readonly<Record<RegimeFamily, string>> = {
  'new-longs': 'The price rises and open interest rises.',
  'short-covering': 'The price rises and open interest falls.',
  'new-shorts': 'The price falls and open interest rises.',
  'long-unwinding': 'The price falls and open interest falls.',
  'stake-rising': 'The price stands, or is not known, and open interest rises or is high.',
  'stake-falling': 'The price stands, or is not known, and open interest falls or is low.',
  quiet: 'Neither moves. Without a name it is neutral.',
  unknown: 'Price or open interest is not known.',
};
const KIND_WORDS: Readonly<Record<EvidenceKind, string>> = {
  price: 'Price and flow.',
  positions: 'Open interest and volume.',
  cost: 'Funding and accounts.',
  force: 'Liquidations.',
};
const NAMED = REGIME_LABELS.filter((label) => label !== 'neutral' && label !== 'unknown');
const UNIT = 'in usual sizes (1 is a usual day of the asset)';

type Described = Readonly<Record<string, unknown>>;
const said = (description: string, schema: Described): Described => ({ ...schema, description });
const text = (description: string): Described => said(description, { type: 'string', minLength: 1, maxLength: 400 }); // prettier-ignore
const number = (description: string): Described => said(`${description}, ${UNIT}.`, { type: 'number' });
const size = (description: string): Described => said(`${description}, ${UNIT}.`, { type: 'number', minimum: 0 }); // prettier-ignore
const beyond = (description: string): Described => said(`${description}, ${UNIT}.`, { type: 'number', exclusiveMinimum: 0 }); // prettier-ignore
const share = (description: string): Described => said(description, { type: 'number', minimum: 0, maximum: 1 }); // prettier-ignore
const hours = (description: string): Described => said(`${description}, hours.`, { type: 'number', minimum: 0, maximum: 720 }); // prettier-ignore
const yes = (description: string): Described => said(description, { const: true });
const words = <K extends string>(of: readonly K[], by: Readonly<Record<K, string>>): Described => ({
  enum: of,
  enumDescriptions: of.map((one) => by[one]),
});

const object = (
  properties: Described,
  required: readonly string[] = Object.keys(properties),
): JsonSchema => ({
  type: 'object',
  properties,
  ...(required.length === 0 ? {} : { required }),
  additionalProperties: false,
});
const list = (items: unknown, minItems = 0): Described => ({
  type: 'array',
  items,
  ...(minItems === 0 ? {} : { minItems }),
});

const ENTER = 'Where it begins';
const LEAVE = 'Where it ends once it stands; not further out than where it begins';
const band = (description: string, more: Described = {}): Described =>
  said(description, object({ enter: beyond(ENTER), leave: number(LEAVE), ...more }));
/** Of a state that would else stand on the other side of nothing. */
const HELD = { leave: size(LEAVE) };

const ASPECT = words(ASPECT_NAMES, ASPECT_WORDS);
const CONDITION = said(
  'A weighted sum of aspects beyond a threshold. It is not met where one of them is not known.',
  object(
    {
      of: said('Aspects with their weights.', {
        ...object(
          Object.fromEntries(
            ASPECT_NAMES.map((aspect) => [
              aspect,
              { type: 'number', description: `Weight. ${ASPECT_WORDS[aspect]}` },
            ]),
          ),
          [],
        ),
        minProperties: 1,
      }),
      op: { enum: ['above', 'below'], description: 'On which side of the threshold the sum has to be.' },
      enter: number('The threshold before the name stands'),
      leave: number('The threshold while it stands: in needs no further out than enter, in unless no nearer'),
      ifKnown: yes('Where not all of its aspects are known it counts as met.'),
    },
    ['of', 'op', 'enter', 'leave'],
  ),
);

const NAME_PROPERTIES = {
  label: { enum: NAMED, description: 'The label that is shown.' },
  // They stand in titles and in the status bar: words and nothing that acts.
  words: said('What it is called, within a sentence: short squeeze.', {
    ...{ type: 'string', pattern: '^[\\p{L}\\p{N}][\\p{L}\\p{N} -]*$', maxLength: 40 },
  }),
  families: said('Inside which families it may stand.', list(words(REGIME_FAMILIES, FAMILY_WORDS), 1)),
  direction: { enum: ['up', 'down', 'none'], description: 'Which way the price goes while it stands.' },
  isForced: yes('A forced move: it is shown at once.'),
  hasCascadeRisk: yes('Longs and leverage are crowded, so that a fall could feed on itself.'),
  isOfLevel: yes('It is a state of the level of open interest: where the record is belongs to it.'),
  needs: said('All of them hold.', list(CONDITION)),
  unless: said('Where all of these hold it is not this name.', list(CONDITION, 1)),
  isLastResort: yes('What is left where nothing else fits: always weak.'),
  mustKnow: said('It is only given where these are known; without them it is a candidate.', list(ASPECT)),
  meaning: text('What it means, in a sentence that claims no more than family and needs.'),
  signs: said(
    'What speaks for it.',
    list(
      object({
        aspect: ASPECT,
        side: {
          enum: [1, 0, -1],
          description: '1: above what is usual, -1: below, 0: within its band.',
        },
        says: text('What is so where it is clear, as a clause: the price rises.'),
      }),
    ),
  ),
  cannotKnow: text('What the rule cannot know, in a sentence.'),
  cannotKnowWithout: { ...ASPECT, description: 'The aspect whose presence makes cannotKnow void.' },
};

/** What a name cannot do without, unless it changes one that is built in. */
export const WHOLE_NAME = ['label', 'words', 'families', 'direction', 'meaning', 'signs', 'cannotKnow'] as const; // prettier-ignore

const PROPERTIES = {
  families: said(
    'What makes a family of price and open interest.',
    object(
      {
        move: band('How far the price goes for a rise or a fall. It ends the other way: leave is negative.'),
        turn: size('How far open interest goes the other way before a move changes its family'),
        forced: said(
          'Where much is closed by force, so little turns a move that was opened.',
          object({
            size: beyond('Liquidations from here on'),
            turn: size('How far open interest goes back'),
          }),
        ),
        stake: band(
          'How far open interest goes for a stake that rises or falls while the price stands.',
          HELD,
        ),
        level: band('From where the level of open interest is high or low, with a change the same way.', {
          ...HELD,
          towards: size('How far that change is'),
        }),
        extreme: band('From where the level is a state by itself.', HELD),
      },
      [],
    ),
  ),
  clear: said(
    'From where a kind of evidence is clear. Two clear kinds make a name that is not weak.',
    object(Object.fromEntries(EVIDENCE_KINDS.map((kind) => [kind, beyond(KIND_WORDS[kind])])), []),
  ),
  reject: said(
    'When a name is weak and stands beside its candidates.',
    object(
      {
        level: share('How probable the best name must be to stand alone, 0 to 1.'),
        margin: share('By how much it must lead the second, 0 to 1.'),
        rarity: share('In how many hours of noise at most as much may be seen, 0 to 1.'),
      },
      [],
    ),
  ),
  dwellHours: hours('How long a name stays at least'),
  fallBackHours: hours('How long it stays at least before it falls back to neutral'),
  contradiction: size('A price that goes against a name by so much ends it at once'),
  forcedMove: size('A forced move with a price beyond this is shown at once'),
  names: said(
    'The names, in the order in which they are tried: of a family the first whose needs hold. With "extends" each changes the built-in name with its label and families; one that has none is tried before them.',
    list(object(NAME_PROPERTIES, ['label', 'families']), 1),
  ),
};

/** What a file says that does not extend the built-in rules: all of it. */
const WHOLE = Object.keys(PROPERTIES) as (keyof typeof PROPERTIES)[];

/** Returns the form of a rules file as JSON Schema: a whole `RuleSet`, or what of the built-in rules it changes. */
export function ruleSchema(): JsonSchema {
  const inner = (key: 'families' | 'clear' | 'reject'): JsonSchema => ({
    required: Object.keys(PROPERTIES[key]['properties'] as object),
  });
  return {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    title: 'Rules of regimes',
    allowComments: true,
    allowTrailingCommas: true,
    ...object(
      {
        $schema: { type: 'string', description: 'This schema, for editors.' },
        version: {
          ...{ type: 'string', pattern: '^[\\w.-]+/[\\w.-]+$', maxLength: 60 },
          description: 'What reports call these rules: a name and a version, mine/1.',
        },
        extends: {
          const: 'built-in',
          description:
            'What is not said here is as in the built-in rules. Without it the file is a whole set.',
        },
        ...PROPERTIES,
      },
      ['version'],
    ),
    if: { required: ['extends'] },
    else: {
      required: WHOLE,
      properties: {
        families: inner('families'),
        clear: inner('clear'),
        reject: inner('reject'),
        names: { items: { required: WHOLE_NAME } },
      },
    },
  };
}
