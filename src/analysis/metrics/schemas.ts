import type { Metric } from './kit/metric.ts';
import type { Range } from './kit/range.ts';
import { METRICS } from './registry.ts';

/** Forms of data as JSON Schema (draft 2020-12): plain data, for files that people write and tools that programs call. */
export type JsonSchema = Readonly<Record<string, unknown>>;

const DIALECT = 'https://json-schema.org/draft/2020-12/schema';
export const EXCHANGE_ID = { type: 'string', pattern: '^[a-z0-9-]{1,40}$' } as const;

/** Returns the form of a value of a range. */
export function rangeSchema({ kind, min, max, isExclusiveMin }: Range): JsonSchema {
  const number = {
    type: 'number',
    ...(min === undefined ? {} : { [isExclusiveMin ? 'exclusiveMinimum' : 'minimum']: min }),
    ...(max === undefined ? {} : { maximum: max }),
  };
  switch (kind) {
    case 'number':
      return number;
    case 'boolean':
      return { type: 'boolean' };
    case 'by-exchange-number':
      return { type: 'object', propertyNames: EXCHANGE_ID, additionalProperties: number };
    case 'by-exchange-boolean':
      return { type: 'object', propertyNames: EXCHANGE_ID, additionalProperties: { type: 'boolean' } };
  }
}

/** Returns the form of a features file: what `parseFeatures` accepts. */
export function featuresSchema(metrics: readonly Metric[] = METRICS): JsonSchema {
  const properties: [string, JsonSchema][] = metrics.flatMap((metric) => {
    const { feature, range } = metric;
    if (feature === undefined) return [];
    const beside = Object.entries(feature.beside ?? {}).map(([key, own]): [string, JsonSchema] => [
      key,
      { ...rangeSchema(own), description: `Beside ${feature.key}${hintOf(own)}.` },
    ]);
    return [[feature.key, { ...rangeSchema(range), description: describe(metric) }], ...beside];
  });
  return {
    $schema: DIALECT,
    title: 'Stated values that a regime is judged from',
    type: 'object',
    properties: {
      asset: { type: 'string', description: 'Ticker, such as BTC.' },
      ...Object.fromEntries(properties),
    },
    additionalProperties: false,
  };
}

/** Returns the form of what a program asks of metrics: which one, of what asset and exchange. */
export function metricQuerySchema(metrics: readonly Metric[] = METRICS): JsonSchema {
  return {
    $schema: DIALECT,
    title: 'A metric of an asset',
    type: 'object',
    properties: {
      asset: { type: 'string', description: 'Ticker, such as BTC.' },
      metric: {
        description: 'Which metric.',
        oneOf: metrics.map((metric) => ({
          const: metric.id,
          title: metric.name,
          description: describe(metric),
        })),
      },
      exchange: { ...EXCHANGE_ID, description: 'One exchange; all of them together without it.' },
    },
    required: ['asset', 'metric'],
    additionalProperties: false,
  };
}

/** Returns the form of an answer: the number within its range, with what must be said beside it. */
export function metricAnswerSchema({ id, unit, range }: Metric): JsonSchema {
  return {
    $schema: DIALECT,
    title: id,
    type: 'object',
    properties: {
      metric: { const: id },
      value: rangeSchema(range),
      unit: { const: unit },
      atMs: { type: 'number', description: 'Time of the oldest number behind it, epoch ms.' },
      sources: { type: 'array', items: EXCHANGE_ID },
    },
    required: ['metric', 'value', 'unit', 'sources'],
    additionalProperties: false,
  };
}

function describe({ name, unit, formula, window, caveats }: Metric): string {
  return `${name}, ${unit}: ${formula}. Window: ${window.words}. ${caveats}`;
}

const hintOf = ({ hint, entries }: Range): string =>
  entries === undefined ? (hint === undefined ? '' : `, ${hint}`) : `, by exchange: ${entries}`;
