import type { Metric } from '../metrics/kit/metric.ts';
import { METRICS } from '../metrics/registry.ts';
import { rangeSchema, type JsonSchema } from '../metrics/schemas.ts';
import { REGIME_LABELS } from './assessment.ts';

const TEXT = { type: 'string', minLength: 1 };
const LABEL = { enum: REGIME_LABELS };

const object = (properties: Readonly<Record<string, unknown>>, required: readonly string[]): JsonSchema => ({
  type: 'object',
  properties,
  required,
  additionalProperties: false,
});
const list = (items: unknown, minItems = 0): JsonSchema => ({
  type: 'array',
  items,
  ...(minItems === 0 ? {} : { minItems }),
});

/**
 * Returns the form of a rule set as JSON Schema: what `RuleSet` is, with the features that metrics have and thresholds that
 * their values can reach.
 */
export function ruleSchema(metrics: readonly Metric[] = METRICS): JsonSchema {
  const judged = metrics.filter(({ feature }) => feature !== undefined);
  const keys = { enum: judged.map(({ feature }) => feature?.key) };
  const group = object(
    {
      id: TEXT,
      weight: { type: 'number', exclusiveMinimum: 0 },
      mode: { enum: ['any', 'all', 'first'] },
      conditions: list({ oneOf: judged.flatMap(conditionSchemas) }, 1),
      says: TEXT,
    },
    ['id', 'weight', 'mode', 'conditions'],
  );
  const need = object(
    {
      groups: list(TEXT, 1),
      atLeast: { type: 'integer', minimum: 1 },
      ifKnown: { const: true },
      lacks: TEXT,
    },
    ['groups', 'lacks'],
  );
  const rule = object(
    {
      label: LABEL,
      meaning: TEXT,
      needs: list(need),
      groups: list(group, 1),
      rivals: list(LABEL),
      from: object({ articles: list(TEXT), definitions: TEXT }, ['articles', 'definitions']),
      cannotKnow: TEXT,
      cannotKnowWithout: keys,
    },
    ['label', 'meaning', 'needs', 'groups', 'rivals', 'from', 'cannotKnow'],
  );
  const share = { type: 'number', minimum: 0, maximum: 1 };
  return {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    title: 'Rules of regimes',
    ...object(
      {
        version: TEXT,
        minimumAgreement: object({ enter: share, leave: share }, ['enter', 'leave']),
        neutralNeeds: list(object({ name: TEXT, anyOf: list(keys, 1) }, ['name', 'anyOf'])),
        rules: list(rule, 1),
      },
      ['version', 'minimumAgreement', 'neutralNeeds', 'rules'],
    ),
  };
}

/** A condition compares with a number or with a band; claims count as 1 or 0. */
function conditionSchemas({ feature, range }: Metric): JsonSchema[] {
  const threshold =
    range.kind === 'boolean' ? { type: 'number', minimum: 0, maximum: 1 } : rangeSchema(range);
  const band = { type: 'array', items: threshold, minItems: 2, maxItems: 2 };
  const condition = (op: readonly string[], bound: unknown): JsonSchema =>
    object(
      {
        feature: { const: feature?.key },
        op: { enum: op },
        ...{ enter: bound, leave: bound },
        ...{ isStandIn: { const: true }, note: TEXT, says: TEXT },
      },
      ['feature', 'op', 'enter', 'leave'],
    );
  return [condition(['above', 'below'], threshold), condition(['within'], band)];
}
