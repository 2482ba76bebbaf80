import type { JsonSchema } from '../metrics/schemas.ts';
import { ASPECT_NAMES } from './aspects.ts';
import { EVIDENCE_KINDS, REGIME_FAMILIES, REGIME_LABELS } from './assessment.ts';

const TEXT = { type: 'string', minLength: 1 };
const NUMBER = { type: 'number' };
const SIZE = { type: 'number', minimum: 0 };
const SHARE = { type: 'number', minimum: 0, maximum: 1 };
const TRUE = { const: true };
const ASPECT = { enum: ASPECT_NAMES };

const object = (
  properties: Readonly<Record<string, unknown>>,
  optional: readonly string[] = [],
): JsonSchema => ({
  type: 'object',
  properties,
  required: Object.keys(properties).filter((key) => !optional.includes(key)),
  additionalProperties: false,
});
const list = (items: unknown, minItems = 0): JsonSchema => ({
  type: 'array',
  items,
  ...(minItems === 0 ? {} : { minItems }),
});
const each = (keys: readonly string[], value: unknown): Readonly<Record<string, unknown>> =>
  Object.fromEntries(keys.map((key) => [key, value]));

const BAND = object({ enter: NUMBER, leave: NUMBER });
const CONDITION = object(
  {
    of: object(each(ASPECT_NAMES, NUMBER), ASPECT_NAMES),
    op: { enum: ['above', 'below'] },
    enter: NUMBER,
    leave: NUMBER,
    ifKnown: TRUE,
  },
  ['ifKnown'],
);
const NAME = object(
  {
    label: { enum: REGIME_LABELS.filter((label) => label !== 'neutral' && label !== 'unknown') },
    words: TEXT,
    families: list({ enum: REGIME_FAMILIES }, 1),
    direction: { enum: ['up', 'down', 'none'] },
    isForced: TRUE,
    hasCascadeRisk: TRUE,
    isOfLevel: TRUE,
    needs: list(CONDITION),
    unless: list(CONDITION, 1),
    isLastResort: TRUE,
    mustKnow: list(ASPECT),
    meaning: TEXT,
    signs: list(object({ aspect: ASPECT, side: { enum: [1, 0, -1] }, says: TEXT })),
    cannotKnow: TEXT,
    cannotKnowWithout: ASPECT,
  },
  [
    ...['isForced', 'hasCascadeRisk', 'isOfLevel', 'needs', 'unless', 'isLastResort', 'mustKnow'],
    'cannotKnowWithout',
  ],
);

/** Returns the form of a rule set as JSON Schema: what `RuleSet` is, so that a file can carry one whole. */
export function ruleSchema(): JsonSchema {
  return {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    title: 'Rules of regimes',
    ...object({
      version: TEXT,
      families: object({
        move: BAND,
        turn: SIZE,
        forced: object({ size: NUMBER, turn: SIZE }),
        stake: BAND,
        level: object({ enter: NUMBER, leave: NUMBER, towards: SIZE }),
        extreme: BAND,
      }),
      clear: object(each(EVIDENCE_KINDS, SIZE)),
      reject: object({ level: SHARE, margin: SHARE, rarity: SHARE }),
      dwellHours: SIZE,
      fallBackHours: SIZE,
      contradiction: SIZE,
      forcedMove: SIZE,
      names: list(NAME, 1),
    }),
  };
}
