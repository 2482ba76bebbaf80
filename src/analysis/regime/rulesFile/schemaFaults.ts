import { nearest } from '../../../core/nearest.ts';
import type { PlacedJson } from '../../../core/placedJson.ts';
import type { JsonSchema } from '../../metrics/schemas.ts';
import { foundWords, pathTo, type RuleFault } from './ruleFault.ts';

/** A fault with its place in the text. */
export interface PlacedFault extends RuleFault {
  readonly offset: number;
}

interface Held {
  readonly json: PlacedJson;
  readonly path: string;
  readonly schema: JsonSchema;
}

/**
 * Returns what in placed data is not as a schema says, in the order of the text's data. Knows the keywords that the schema of rules uses
 * and throws for others: what nobody checks would be a promise.
 */
export function schemaFaults(json: PlacedJson, schema: JsonSchema, path = ''): PlacedFault[] {
  return Object.entries(schema).flatMap(([keyword, operand]) => {
    const check = CHECKS[keyword];
    if (check === undefined) throw new Error(`no check for the keyword ${keyword}`);
    return check(operand as never, { json, path, schema });
  });
}

type Check = (operand: never, held: Held) => PlacedFault[];

const nothing: Check = () => [];
const fault = (
  { json, path }: Pick<Held, 'json' | 'path'>,
  code: RuleFault['code'],
  expected: string,
  found = foundWords(json.value),
): PlacedFault => ({ code, path, expected, found, offset: json.offset });

const typeOf = ({ value, entries, items }: PlacedJson): string =>
  entries !== undefined ? 'object' : items !== undefined ? 'array' : value === null ? 'null' : typeof value;
const TYPE_WORDS: Readonly<Record<string, string>> = {
  object: 'an object',
  array: 'a list',
  string: 'a text',
  number: 'a number',
};

const numbers =
  (isWrong: (value: number, bound: number) => boolean, words: string): Check =>
  (bound: number, held) => {
    const { value } = held.json;
    if (typeof value !== 'number' || !isWrong(value, bound)) return [];
    return [fault(held, 'out-of-range', `a number ${words} ${bound}`)];
  };
const lengths =
  (of: string, isWrong: (length: number, bound: number) => boolean, words: string, what: string): Check =>
  (bound: number, held) => {
    const { value, entries } = held.json;
    if (typeOf(held.json) !== of) return [];
    const length = entries?.size ?? (value as string | readonly unknown[]).length;
    return isWrong(length, bound) ? [fault(held, 'wrong-length', `${words} ${bound} ${what}`)] : [];
  };
const below = (one: number, other: number): boolean => one < other;
const above = (one: number, other: number): boolean => one > other;

const oneOf: Check = (list: readonly unknown[], held) => {
  const { value } = held.json;
  if (list.includes(value)) return [];
  const near =
    typeof value === 'string'
      ? nearest(
          value,
          list.filter((one) => typeof one === 'string'),
        )
      : undefined;
  const known = list.map((one) => JSON.stringify(one)).join(', ');
  const one = list.length === 1 ? known : `one of ${known}`;
  return [fault(held, 'not-one-of', near === undefined ? one : `"${near}" or another of its values`)];
};

const CHECKS: Readonly<Record<string, Check>> = {
  // What editors read.
  ...Object.fromEntries(
    [
      ...['$schema', 'title', 'description', 'default', 'defaultSnippets', 'enumDescriptions'],
      ...['allowComments', 'allowTrailingCommas', 'then', 'else'],
    ].map((keyword) => [keyword, nothing]),
  ),
  type: (type: string, held) =>
    typeOf(held.json) === type ? [] : [fault(held, 'wrong-type', TYPE_WORDS[type] ?? type)],
  const: (only: unknown, held) => oneOf([only] as never, held),
  enum: oneOf,
  minimum: numbers(below, 'not below'),
  maximum: numbers(above, 'not above'),
  exclusiveMinimum: numbers((value, bound) => value <= bound, 'above'),
  minLength: lengths('string', below, 'at least', 'characters'),
  maxLength: lengths('string', above, 'at most', 'characters'),
  minItems: lengths('array', below, 'at least', 'entries'),
  minProperties: lengths('object', below, 'at least', 'keys'),
  pattern: (pattern: string, held) => {
    const { value } = held.json;
    if (typeof value !== 'string' || new RegExp(pattern, 'u').test(value)) return [];
    return [fault(held, 'wrong-form', `a text of the form ${pattern}`)];
  },
  items: (item: JsonSchema, { json, path }) =>
    (json.items ?? []).flatMap((one, at) => schemaFaults(one, item, pathTo(path, at))),
  required: (keys: readonly string[], held) =>
    keys
      .filter((key) => held.json.entries?.has(key) === false)
      .map((key) => fault(held, 'missing-key', `the key "${key}"`, 'nothing')),
  properties: (properties: Readonly<Record<string, JsonSchema>>, { json, path }) =>
    [...(json.entries ?? [])].flatMap(([key, { of }]) => {
      const own = Object.hasOwn(properties, key) ? properties[key] : undefined;
      return own === undefined ? [] : schemaFaults(of, own, pathTo(path, key));
    }),
  additionalProperties: (_none: false, { json, path, schema }) => {
    const known = Object.keys((schema['properties'] ?? {}) as object);
    return [...(json.entries ?? [])]
      .filter(([key]) => !known.includes(key))
      .map(([key, { offset }]) => {
        const near = nearest(key, known);
        const expected = near === undefined ? `one of the keys ${known.join(', ')}` : `the key "${near}"`;
        return { code: 'unknown-key', path, expected, found: foundWords(key), offset };
      });
  },
  if: (condition: JsonSchema, { json, path, schema }) => {
    const branch = schema[schemaFaults(json, condition).length === 0 ? 'then' : 'else'];
    return branch === undefined ? [] : schemaFaults(json, branch as JsonSchema, path);
  },
};
