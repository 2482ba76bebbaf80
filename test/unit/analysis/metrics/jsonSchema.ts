import type { JsonSchema } from '../../../../src/analysis/metrics/schemas.ts';

/**
 * Returns what in a value is not as a schema says, one line each. Knows the keywords that the project's schemas use, and throws for
 * others: a keyword that nobody checks would be a promise.
 */
export function schemaErrors(schema: JsonSchema, value: unknown, path = '$'): string[] {
  return Object.entries(schema).flatMap(([keyword, operand]) => {
    const check = CHECKS[keyword];
    if (check === undefined) throw new Error(`no check for the keyword ${keyword}`);
    return check(operand as never, value, path, schema);
  });
}

type Check = (operand: never, value: unknown, path: string, schema: JsonSchema) => string[];

const when = (isWrong: boolean, error: string): string[] => (isWrong ? [error] : []);
const isNumber = (value: unknown): value is number => typeof value === 'number';
const entriesOf = (value: unknown): [string, unknown][] =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? Object.entries(value) : [];
const typeOf = (value: unknown): string =>
  value === null ? 'null' : Array.isArray(value) ? 'array' : typeof value;

const CHECKS: Readonly<Record<string, Check>> = {
  // Words for editors.
  ...Object.fromEntries(
    [
      ...['$schema', 'title', 'description', 'enumDescriptions', 'allowComments', 'allowTrailingCommas'],
      ...['then', 'else'],
    ].map((keyword) => [keyword, () => []]),
  ),
  type: (type: string, value, path) => {
    const isRight = type === 'integer' ? Number.isInteger(value) : typeOf(value) === type;
    return when(!isRight, `${path} is no ${type}`);
  },
  const: (only: unknown, value, path) => when(value !== only, `${path} is not ${JSON.stringify(only)}`),
  enum: (list: readonly unknown[], value, path) =>
    when(!list.includes(value), `${path} is none of its values`),
  minimum: (least: number, value, path) =>
    when(isNumber(value) && value < least, `${path} is below ${least}`),
  maximum: (most: number, value, path) => when(isNumber(value) && value > most, `${path} is above ${most}`),
  exclusiveMinimum: (least: number, value, path) =>
    when(isNumber(value) && value <= least, `${path} is not above ${least}`),
  minLength: (least: number, value, path) =>
    when(typeof value === 'string' && value.length < least, `${path} is too short`),
  maxLength: (most: number, value, path) =>
    when(typeof value === 'string' && value.length > most, `${path} is too long`),
  minProperties: (least: number, value, path) =>
    when(typeOf(value) === 'object' && entriesOf(value).length < least, `${path} has too few`),
  if: (condition: JsonSchema, value, path, schema) => {
    const branch = schema[schemaErrors(condition, value).length === 0 ? 'then' : 'else'];
    return branch === undefined ? [] : schemaErrors(branch as JsonSchema, value, path);
  },
  pattern: (text: string, value, path) =>
    when(typeof value === 'string' && !new RegExp(text, 'u').test(value), `${path} is not like ${text}`),
  minItems: (least: number, value, path) =>
    when(Array.isArray(value) && value.length < least, `${path} has too few`),
  maxItems: (most: number, value, path) =>
    when(Array.isArray(value) && value.length > most, `${path} has too many`),
  items: (item: JsonSchema, value, path) =>
    Array.isArray(value) ? value.flatMap((one, at) => schemaErrors(item, one, `${path}[${at}]`)) : [],
  required: (keys: readonly string[], value, path) =>
    (typeOf(value) === 'object' ? keys : []).flatMap((key) =>
      when(!entriesOf(value).some(([own]) => own === key), `${path} has no ${key}`),
    ),
  properties: (properties: Readonly<Record<string, JsonSchema>>, value, path) =>
    entriesOf(value).flatMap(([key, one]) => {
      const own = properties[key];
      return own === undefined ? [] : schemaErrors(own, one, `${path}.${key}`);
    }),
  propertyNames: (name: JsonSchema, value, path) =>
    entriesOf(value).flatMap(([key]) => schemaErrors(name, key, `${path} key ${key}`)),
  additionalProperties: (other: JsonSchema | false, value, path, { properties = {} }) =>
    entriesOf(value)
      .filter(([key]) => !Object.hasOwn(properties as object, key))
      .flatMap(([key, one]) =>
        other === false ? [`${path}.${key} is not known`] : schemaErrors(other, one, `${path}.${key}`),
      ),
  oneOf: (schemas: readonly JsonSchema[], value, path) => {
    const fitting = schemas.filter((schema) => schemaErrors(schema, value, path).length === 0).length;
    return when(fitting !== 1, `${path} fits ${fitting} of ${schemas.length} forms`);
  },
};
