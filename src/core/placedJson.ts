/**
 * JSON as people write it in the editor's own settings (comments, a comma after the last entry), read so that each value knows where it
 * stands. Beyond what JSON.parse refuses a key that stands twice is a fault: of two values only one would count.
 */

/** A value with its place: offsets into the text. */
export interface PlacedJson {
  readonly value: unknown;
  readonly offset: number;
  /** Of an object: its keys with their own places, the first of each. */
  readonly entries?: ReadonlyMap<string, { readonly offset: number; readonly of: PlacedJson }>;
  /** Of a list. */
  readonly items?: readonly PlacedJson[];
}

export interface JsonFault {
  readonly code: 'syntax' | 'duplicate-key';
  readonly offset: number;
  readonly expected: string;
  readonly found: string;
}

export interface ReadJson {
  /** Absent where the text cannot be read to its end. */
  readonly root?: PlacedJson;
  readonly faults: readonly JsonFault[];
}

/** Deeper data is nobody's: reading it would only fill the stack. */
const DEEPEST = 32;
const LONGEST_FOUND = 40;
const SPACE = /(?:\s+|\/\/[^\n\r]*|\/\*[^]*?\*\/)*/y;
const STRING = /"(?:[^"\\\u0000-\u001f]+|\\(?:["\\/bfnrt]|u[\da-fA-F]{4}))*"/y; // eslint-disable-line no-control-regex
const SCALAR = /(?:-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null)(?![\w.+-])/y;
const TOKEN = /"[^"\n\r]*"?|[\w.+-]+|[^]/y;

/** Returns the data of a text with its places, and what is wrong with it: the first fault of form, every key that stands twice. */
export function readPlacedJson(text: string): ReadJson {
  const faults: JsonFault[] = [];
  try {
    const root = new Reader(text, faults).whole();
    return { root, faults };
  } catch (error) {
    if (!(error instanceof Stop)) throw error;
    return { faults: [...faults, error.fault] };
  }
}

/** Returns line and column of an offset, both from 1, as editors count them. */
export function placeOf(text: string, offset: number): { readonly line: number; readonly column: number } {
  const lines = text.slice(0, offset).split(/\r\n|[\n\r]/);
  return { line: lines.length, column: (lines.at(-1)?.length ?? 0) + 1 };
}

class Stop extends Error {
  readonly fault: JsonFault;
  constructor(fault: JsonFault) {
    super(fault.code);
    this.fault = fault;
  }
}

class Reader {
  readonly #text: string;
  readonly #faults: JsonFault[];
  #at = 0;

  constructor(text: string, faults: JsonFault[]) {
    this.#text = text;
    this.#faults = faults;
  }

  whole(): PlacedJson {
    const root = this.#value(0);
    if (this.#next() !== '') this.#stop('the end of the file');
    return root;
  }

  #value(depth: number): PlacedJson {
    const sign = this.#next();
    const offset = this.#at;
    if (depth > DEEPEST) this.#stop('no data as deep as this');
    if (sign === '{') return this.#object(offset, depth);
    if (sign === '[') return this.#list(offset, depth);
    const word = this.#take(sign === '"' ? STRING : SCALAR) ?? this.#stop('a value');
    const value = JSON.parse(word) as unknown;
    if (typeof value === 'number' && !Number.isFinite(value)) {
      this.#at = offset;
      this.#stop('a finite number');
    }
    return { value, offset };
  }

  #object(offset: number, depth: number): PlacedJson {
    const entries = new Map<string, { offset: number; of: PlacedJson }>();
    this.#each('}', () => {
      const own = this.#at;
      const key = JSON.parse(this.#take(STRING) ?? this.#stop('a key in double quotes')) as string;
      if (this.#next() !== ':') this.#stop('a colon');
      this.#at += 1;
      const of = this.#value(depth + 1);
      if (!entries.has(key)) entries.set(key, { offset: own, of });
      else this.#faults.push({ code: 'duplicate-key', offset: own, expected: 'each key once', found: `"${key}" again` }); // prettier-ignore
    });
    const value = Object.fromEntries([...entries].map(([key, { of }]) => [key, of.value]));
    return { value, offset, entries };
  }

  #list(offset: number, depth: number): PlacedJson {
    const items: PlacedJson[] = [];
    this.#each(']', () => void items.push(this.#value(depth + 1)));
    return { value: items.map(({ value }) => value), offset, items };
  }

  /** Reads the entries up to the closing sign; a comma may stand after the last. */
  #each(close: string, read: () => void): void {
    this.#at += 1;
    for (let next = this.#next(); next !== close; next = this.#next()) {
      read();
      next = this.#next();
      if (next === ',') this.#at += 1;
      else if (next !== close) this.#stop(`a comma or ${close}`);
    }
    this.#at += 1;
  }

  /** Returns the next sign that says something; '' at the end. */
  #next(): string {
    this.#take(SPACE);
    return this.#text.charAt(this.#at);
  }

  #take(pattern: RegExp): string | undefined {
    pattern.lastIndex = this.#at;
    const found = pattern.exec(this.#text)?.[0];
    this.#at += found?.length ?? 0;
    return found;
  }

  #stop(expected: string): never {
    TOKEN.lastIndex = this.#at;
    const token = TOKEN.exec(this.#text)?.[0];
    const found = token === undefined ? 'the end of the file' : token.slice(0, LONGEST_FOUND);
    throw new Stop({ code: 'syntax', offset: this.#at, expected, found });
  }
}
