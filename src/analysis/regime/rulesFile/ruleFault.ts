import { plainText } from '../../../core/outsideText.ts';

/** What is wrong with a rules file, one thing each. Programs decide by the code; docs/rules.md lists them. */
export type RuleFaultCode =
  /** Of the text. */
  | 'syntax'
  | 'duplicate-key'
  | 'unreadable'
  /** Of the form, by the schema. */
  | 'wrong-type'
  | 'not-one-of'
  | 'out-of-range'
  | 'wrong-length'
  | 'wrong-form'
  | 'missing-key'
  | 'unknown-key'
  /** Of the sense: what would make a wrong name. */
  | 'reserved-version'
  | 'leave-beyond-enter'
  | 'never-ends'
  | 'turn-by-force'
  | 'empty-condition'
  | 'direction-against-family'
  | 'duplicate-name'
  | 'never-reached'
  | 'family-without-name';

export interface RuleFault {
  readonly code: RuleFaultCode;
  /** Where in the data: names[3].needs[0].enter; empty for the whole. */
  readonly path: string;
  readonly expected: string;
  readonly found: string;
  /** From 1; absent where there is no text. */
  readonly line?: number;
  readonly column?: number;
}

/** Returns the path of an entry. */
export function pathTo(path: string, key: string | number): string {
  if (typeof key === 'number') return `${path}[${key}]`;
  return path === '' ? key : `${path}.${key}`;
}

const LONGEST = 60;

/** Returns a value as it stands in the file, on one line and of bounded length. */
export function foundWords(value: unknown): string {
  if (Array.isArray(value)) return value.length === 0 ? 'an empty list' : 'a list';
  if (typeof value === 'object' && value !== null) return 'an object';
  const text = plainText(JSON.stringify(value) ?? 'nothing');
  return text.length > LONGEST ? `${text.slice(0, LONGEST)}…` : text;
}

/** Returns a fault in one line: `rules.json:12:5: names[3].needs[0].leave: expected at most 2, found 3 (leave-beyond-enter)`. */
export function faultLine({ code, path, expected, found, line, column }: RuleFault, file: string): string {
  const place = line === undefined ? file : `${file}:${line}:${column}`;
  const where = path === '' ? '' : `${path}: `;
  return `${place}: ${where}expected ${expected}, found ${plainText(found)} (${code})`;
}
