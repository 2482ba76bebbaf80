/*
 * Checks of plain data by shape, for messages that cross from a page. They build nothing and load nothing: a library of
 * schemas is thirty times their size, in a file that the editor loads with the first panel.
 */

/** What is wrong, and where: names and places joined by dots, empty for the value itself. */
export interface Fault {
  readonly at: string;
  readonly why: string;
}

/** Returns what is wrong with a value; undefined where it is as it should be. */
export type Check = (value: unknown) => Fault | undefined;

const fault = (why: string, at = ''): Fault => ({ at, why });
const within = (name: string, found: Fault): Fault => ({
  ...found,
  at: found.at === '' ? name : `${name}.${found.at}`,
});

/** Anything at all. */
export const anything: Check = () => undefined;

/** A text of so many characters. */
export const text =
  (most: number, least = 0): Check =>
  (value) => {
    if (typeof value !== 'string') return fault('not a text');
    return value.length < least || value.length > most
      ? fault(`not ${least} to ${most} characters`)
      : undefined;
  };

/** One of some texts. */
export const oneOf =
  (names: readonly string[]): Check =>
  (value) =>
    typeof value === 'string' && names.includes(value) ? undefined : fault(`none of ${names.join(', ')}`);

/** A finite number between two bounds. */
export const number =
  (least: number, most: number): Check =>
  (value) =>
    typeof value === 'number' && value >= least && value <= most
      ? undefined
      : fault(`not a number from ${least} to ${most}`);

/** A whole number between two bounds. */
export const whole =
  (least: number, most: number): Check =>
  (value) =>
    Number.isSafeInteger(value) ? number(least, most)(value) : fault('not a whole number');

/** What one of the checks accepts; the last one says what is wrong. */
export const either =
  (...checks: readonly Check[]): Check =>
  (value) => {
    let found: Fault | undefined;
    for (const check of checks) {
      found = check(value);
      if (found === undefined) return undefined;
    }
    return found;
  };

/** What a check accepts and that holds besides. */
export const also =
  (check: Check, holds: (value: never) => boolean, why: string): Check =>
  (value) =>
    check(value) ?? (holds(value as never) ? undefined : fault(why));

/** A list of so many of a kind. */
export const list =
  (of: Check, most: number, least = 0): Check =>
  (value) => {
    if (!Array.isArray(value)) return fault('not a list');
    if (value.length < least || value.length > most) return fault(`not ${least} to ${most} entries`);
    for (let index = 0; index < value.length; index++) {
      const found = of(value[index]);
      if (found !== undefined) return within(String(index), found);
    }
    return undefined;
  };

/** A field that may be absent. */
export interface Optional {
  readonly optional: Check;
}
export const optional = (check: Check): Optional => ({ optional: check });

/** An object with these fields and no others. */
export function object(fields: Readonly<Record<string, Check | Optional>>): Check {
  const known = Object.entries(fields);
  return (value) => {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return fault('not an object');
    for (const [name, field] of known) {
      const isThere = Object.hasOwn(value, name) && (value as Record<string, unknown>)[name] !== undefined;
      const check = typeof field === 'function' ? field : field.optional;
      if (!isThere && typeof field !== 'function') continue;
      const found = check(isThere ? (value as Record<string, unknown>)[name] : undefined);
      if (found !== undefined) return within(name, found);
    }
    const extra = Object.keys(value).find((name) => !Object.hasOwn(fields, name));
    return extra === undefined ? undefined : fault(`the field ${extra.slice(0, 60)} is not known`);
  };
}
