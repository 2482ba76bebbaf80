import { plainText } from '../../core/outsideText.ts';
import { nearest } from '../../core/nearest.ts';

const MAX_SHOWN = 60;

/** What is wrong with one setting: its key below `perpscope.`, and all there is to say in one line. */
export interface SettingFault {
  readonly key: string;
  readonly line: string;
}

/** What a word must be, and what is done where it is not. */
interface WordFault<W extends string> {
  readonly rule: string;
  readonly instead?: W;
  readonly done?: string;
}

/** Takes raw values by key and notes in one line each what is wrong with them and what is done instead. */
export class SettingsReader {
  readonly faults: SettingFault[] = [];
  /** The first fault after which nobody may be asked. */
  blocked: string | undefined;
  readonly #raw: Readonly<Record<string, unknown>>;

  constructor(raw: Readonly<Record<string, unknown>>) {
    this.#raw = raw;
  }

  value(key: string): unknown {
    return Object.hasOwn(this.#raw, key) ? this.#raw[key] : undefined;
  }

  say(key: string, line: string): string {
    this.faults.push({ key, line });
    return line;
  }

  fault(key: string, what: string, instead: string, help = ''): string {
    return this.say(key, `perpscope.${key} ${what}; ${instead}.${help === '' ? '' : ` ${help}`}`);
  }

  /** A text stands for the list of its words; undefined where there is no list at all. */
  list(key: string, absent: readonly unknown[], instead: string): readonly unknown[] | undefined {
    const value = this.value(key);
    if (value === undefined) return absent;
    if (Array.isArray(value)) return value as unknown[];
    const words = typeof value === 'string' ? value.split(/[\s,;]+/u).filter((word) => word !== '') : [];
    if (words.length === 0) {
      this.fault(key, `is ${shown(value)}, which is no list`, instead);
      return undefined;
    }
    this.fault(key, `is the text ${shown(value)} and no list`, `it is read as ${shown(words)}`);
    return words;
  }

  whole(key: string, min: number, max: number, fallback: number): number {
    const value = this.value(key);
    if (value === undefined) return fallback;
    if (isWhole(value, min, max)) return value;
    this.fault(key, `is ${shown(value)}; ${wholeRule(min, max)}`, `${fallback} is used`);
    return fallback;
  }

  /** A number from 0 to 1; undefined where nothing is set or what is set cannot be used. */
  share(key: string, instead: string): number | undefined {
    const value = this.value(key) ?? undefined;
    if (value === undefined) return undefined;
    if (typeof value === 'number' && value >= 0 && value <= 1) return value;
    this.fault(key, `is ${shown(value)}; it must be from 0 to 1`, instead);
    return undefined;
  }

  /** One of the known words; `absent` where nothing is set, `instead` for what is none of them. */
  word<W extends string>(
    key: string,
    known: readonly W[],
    absent: W,
    { instead = absent, rule, done = `"${instead}" is used` }: WordFault<W>,
  ): W {
    const value = this.value(key);
    if (value === undefined) return absent;
    const word = known.find((one) => one === value);
    if (word !== undefined) return word;
    // What is used need not be asked about.
    const isMeant = typeof value === 'string' && wordNear(value, known) === instead;
    this.fault(key, `is ${shown(value)}, which is ${rule}`, done, isMeant ? '' : meantOf(value, known));
    return instead;
  }

  text(key: string, instead: string): string {
    const value = this.value(key);
    if (value === undefined) return '';
    if (typeof value === 'string') return value;
    this.fault(key, `is ${shown(value)}, which is no text`, instead);
    return '';
  }

  /** Absent is empty; undefined where something else stands there. */
  object(key: string): Readonly<Record<string, unknown>> | undefined {
    const value = this.value(key);
    if (value === undefined) return {};
    const isObject = typeof value === 'object' && value !== null && !Array.isArray(value);
    return isObject ? (value as Record<string, unknown>) : undefined;
  }
}

/** Returns whether a value is a whole number from `min` to `max`. */
export const isWhole = (value: unknown, min: number, max: number): value is number =>
  Number.isInteger(value) && (value as number) >= min && (value as number) <= max;

/** Says what a whole number must be. */
export const wholeRule = (min: number, max: number): string =>
  `it must be a whole number from ${min} to ${max}`;

/** Returns a value as it stands in the file, on one line and of bounded length. */
export function shown(value: unknown): string {
  return oneLine(
    Array.isArray(value) ? `[${value.map((one: unknown) => inJson(one)).join(', ')}]` : inJson(value),
  );
}

const inJson = (value: unknown): string =>
  typeof value === 'string' ? `"${value}"` : (JSON.stringify(value) ?? String(value));

/** Returns text from a file on one line, without what cannot be seen, of bounded length. */
export function oneLine(text: string): string {
  const line = plainText(text.slice(0, 4 * MAX_SHOWN));
  return line.length > MAX_SHOWN ? `${line.slice(0, MAX_SHOWN)}…` : line;
}

/** Returns the question whether the known word nearest to a value was meant, or all known words where none is near. */
export function meantOf(value: unknown, known: readonly string[]): string {
  const word = typeof value === 'string' ? wordNear(value, known) : undefined;
  return word === undefined ? `Known: ${known.join(', ')}.` : `Did you mean "${word}"?`;
}

/** Returns the known word that a text is the beginning of, or a slip of; undefined where none is near. */
export function wordNear(text: string, known: readonly string[]): string | undefined {
  const given = text.trim();
  if (given === '' || given.length > MAX_SHOWN) return undefined;
  const small = given.toLowerCase();
  const begun = known.find((one) => small.length >= 3 && one.toLowerCase().startsWith(small));
  return begun ?? nearest(given, known);
}
