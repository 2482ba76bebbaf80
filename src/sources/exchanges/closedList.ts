import type { AssetClass } from '../../core/instrument.ts';
import type { Issue, UnknownValue } from '../../core/issue.ts';
import type { MapContext } from './mapContext.ts';

/**
 * The values of a field that an exchange documents: what each means, and which of them Perpscope does not read. A value
 * that is in neither is news, and is told instead of sorted into the nearest of the known ones.
 */
export interface ClosedList<T> {
  readonly field: string;
  readonly meanings: ReadonlyMap<string, T>;
  readonly notRead: ReadonlySet<string>;
  /** What becomes of a row whose value is not known, in a few words. */
  readonly consequence: string;
}

/** Returns a closed list; `notRead` are documented values of what Perpscope leaves out on purpose. */
export function closedList<T>(
  field: string,
  meanings: Readonly<Record<string, T>>,
  notRead: readonly string[] = [],
  consequence = 'left out',
): ClosedList<T> {
  return { field, meanings: new Map(Object.entries(meanings)), notRead: new Set(notRead), consequence };
}

/**
 * Returns what a value means, or undefined where it is absent, not read, or not known. `name` is the row's own, such as
 * a symbol.
 */
export type ReadValue = <T>(list: ClosedList<T>, value: string | undefined, name: string) => T | undefined;

/** The class by a field that states one; a word that is not known says at least that it is no coin. */
export const assetClassBy = (
  read: ReadValue,
  list: ClosedList<AssetClass>,
  value: string | undefined,
  name: string,
): AssetClass | undefined => (value === undefined ? undefined : (read(list, value, name) ?? 'other'));

/** Unknown values of one answer that are told apart; a field that is no list any more would have one for each row. */
const MAX_VALUES = 20;

/** Returns the issue about an unknown value: field, value, how many rows, what became of them. */
export function unknownValueIssue(path: string, unknown: UnknownValue): Issue {
  const { field, value, rows, things, first, consequence } = unknown;
  const example = rows === 1 ? first : `first ${first}`;
  const message = `${field} ${value}, ${rows} ${rows === 1 ? things.replace(/s$/, '') : things} (${example}): not known, ${consequence}`;
  return { code: 'unsupported', path, message, unknown };
}

/**
 * Maps rows that have fields with closed lists, and reports each unknown value once with the number of its rows. Where
 * nothing came of the rows but values that are not read, one issue says so, because an answer must not be empty without
 * a word; not so where `mayBeEmpty`. `path` locates the rows, `things` names them in the plural.
 */
export function withClosedLists<R>(
  context: Pick<MapContext, 'report'>,
  {
    path,
    things,
    mayBeEmpty = false,
  }: { readonly path: string; readonly things: string; readonly mayBeEmpty?: boolean },
  map: (read: ReadValue) => R[],
): R[] {
  // Made where there is something to tell: a push is read so as well, and has nothing mostly.
  const told: { unknowns?: Map<string, UnknownValue>; leftOut?: Map<string, number> } = {};
  const read: ReadValue = (list, value, name) => {
    if (value === undefined) return undefined;
    const { field, consequence } = list;
    const meaning = list.meanings.get(value);
    if (meaning !== undefined) return meaning;
    if (list.notRead.has(value)) {
      const label = `${field} ${value === '' ? 'not stated' : value}`;
      const leftOut = (told.leftOut ??= new Map());
      leftOut.set(label, (leftOut.get(label) ?? 0) + 1);
      return undefined;
    }
    const key = `${field} ${value}`;
    const unknowns = (told.unknowns ??= new Map());
    const before = unknowns.get(key);
    if (before === undefined && unknowns.size >= MAX_VALUES) return undefined;
    const rows = (before?.rows ?? 0) + 1;
    unknowns.set(key, before === undefined ? { field, value, rows, things, first: name, consequence } : { ...before, rows });
    return undefined;
  }; // prettier-ignore
  const mapped = map(read);
  const { unknowns, leftOut } = told;
  for (const unknown of unknowns?.values() ?? []) context.report(unknownValueIssue(path, unknown));
  if (!mayBeEmpty && mapped.length === 0 && unknowns === undefined && leftOut !== undefined) {
    const values = [...leftOut].map(([label, count]) => `${count} of ${label}`).join(', ');
    context.report({
      code: 'unsupported',
      path,
      message: `${things} that Perpscope does not read: ${values}`,
    });
  }
  return mapped;
}

/** Joins issues about the same unknown value, as pages and parts of one list have them; all others stay as they are. */
export function joinUnknownValues<I extends Issue>(issues: readonly I[]): Issue[] {
  const joined = new Map<string, Issue>();
  for (const [index, issue] of issues.entries()) {
    const { unknown } = issue;
    const key = unknown === undefined ? String(index) : `${unknown.field} ${unknown.value}`;
    const before = joined.get(key)?.unknown;
    const isRepeated = unknown !== undefined && before !== undefined;
    const rows = isRepeated ? before.rows + unknown.rows : 0;
    joined.set(key, isRepeated ? unknownValueIssue(issue.path, { ...before, rows }) : issue);
  }
  return [...joined.values()];
}
