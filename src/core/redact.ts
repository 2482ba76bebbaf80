import type { Logger } from './logger.ts';
import {
  bytesOf,
  compacted,
  fromBase64,
  fromHex,
  joined,
  lowered,
  readable,
  type Spelling,
} from './spellings.ts';

/** What stands where a key was. */
export const REDACTED = '[key removed]';

/** Shorter texts would be found in ordinary words. */
const SHORTEST = 4;
/** From here on a text is taken for a key: other spellings and parts of it are looked for, too. */
const SHORTEST_KEY = 8;
/** So much of a key gives it away, wherever it stands. */
const PART = 8;
/** So much where it could as well be words or a number. */
const WORDY_PART = 16;
/** So much at the end of a text, or where a server had cut its own, unless it could be words or a number. */
const CUT_PART = 6;
/** Of a longer text only this much is read; the rest is dropped. */
const MOST = 100_000;

/** Letters and digits, or both cases: no word and no number of a market looks so. */
const LOOKS_RANDOM = /\p{L}.*\d|\d.*\p{L}|\p{Ll}\p{Lu}/u;
/** Where a server has cut a text. */
const ELLIPSIS = /…|\.{3,}/gu;
/** What may stand after the last word of a text. */
const CLOSING = /[\s.;,)\]}"'<>…]/u;

/** A secret in lower case, and how much of its beginning gives it away where a text was cut. */
interface Beginning {
  readonly text: string;
  readonly least: number;
}

/**
 * Takes known secrets out of texts: plain in any case, percent-encoded, with escapes of JSON or HTML, as hex, in Base64 of
 * either alphabet at any alignment, backwards, with single characters in between, and parts of it, as where a server had
 * cut its own answer. It works on whole texts: redact first, shorten then.
 */
export class Redactor {
  /** Forms that are looked for as they stand. */
  readonly #plain = new Set<string>();
  /** Parts in lower case, by their first characters. */
  readonly #parts = new Map<string, Set<string>>();
  /** Whole forms, by their first characters. */
  readonly #beginnings = new Map<string, Beginning[]>();

  /** Learns a secret. One of less than four characters is not looked for; of less than eight only as it stands. */
  add(secret: string): void {
    if (secret.length < SHORTEST) return;
    const json = JSON.stringify(secret).slice(1, -1);
    for (const form of [secret, encodeURIComponent(secret), json, btoa(bytesOf(secret))])
      this.#plain.add(form);
    const backwards = [...secret].reverse().join('');
    for (const form of [secret, backwards, bytesOf(secret)]) {
      this.#learn(form);
      this.#learn(joined(readable(form)).text);
    }
  }

  /** Returns the text without any secret that is known, and without what is beyond 100,000 characters. */
  redact(text: string): string {
    if (this.#plain.size === 0) return text;
    const read = text.slice(0, MOST);
    const hidden = new Uint8Array(read.length);
    for (const form of this.#plain)
      for (let at = read.indexOf(form), end = 0; at >= 0; at = read.indexOf(form, at + 1)) {
        hidden.fill(1, Math.max(at, end), at + form.length);
        end = at + form.length;
      }
    if (this.#parts.size > 0) {
      const spelled = readable(read);
      for (const view of [lowered(spelled), lowered(compacted(spelled))]) {
        this.#hideParts(view, hidden);
        this.#hideCuts(view, hidden);
      }
      const encoded = [...fromBase64(spelled), ...fromHex(spelled), ...fromHex(joined(spelled))];
      for (const view of encoded) this.#hideParts(lowered(view), hidden);
    }
    return withoutHidden(read, hidden);
  }

  #learn(form: string): void {
    if (form.length < SHORTEST_KEY) return;
    // What is longer than a wordy part is found by those within.
    for (const length of [PART, Math.min(WORDY_PART, form.length)])
      for (let at = 0; at + length <= form.length; at++) {
        const part = form.slice(at, at + length);
        const isEnough = length === form.length || length === WORDY_PART || LOOKS_RANDOM.test(part);
        if (isEnough) entryOf(this.#parts, part.slice(0, PART).toLowerCase(), newSet).add(part.toLowerCase());
      }
    let least = CUT_PART;
    while (least < WORDY_PART && !LOOKS_RANDOM.test(form.slice(0, least))) least++;
    const text = form.toLowerCase();
    entryOf(this.#beginnings, text.slice(0, CUT_PART), newList).push({ text, least });
  }

  #hideParts({ text, from, to }: Spelling, hidden: Uint8Array): void {
    for (let at = 0; at + PART <= text.length; at++)
      for (const part of this.#parts.get(text.slice(at, at + PART)) ?? [])
        if (text.startsWith(part, at)) hidden.fill(1, from(at), to(at + part.length - 1));
  }

  /** The beginning of a key where a text ends: the rest was cut off. */
  #hideCuts({ text, from, to }: Spelling, hidden: Uint8Array): void {
    const ends = cutsOf(text);
    let next = 0;
    for (let at = 0; at + CUT_PART <= text.length; at++) {
      while ((ends[next] ?? Infinity) < at + CUT_PART) next++;
      const end = ends[next];
      if (end === undefined) return;
      for (const { text: whole, least } of this.#beginnings.get(text.slice(at, at + CUT_PART)) ?? []) {
        const length = end - at;
        if (length < least || length >= whole.length) continue;
        if (text.startsWith(whole.slice(0, length), at)) hidden.fill(1, from(at), to(end - 1));
      }
    }
  }
}

const newSet = (): Set<string> => new Set();
const newList = (): Beginning[] => [];

function entryOf<T>(map: Map<string, T>, key: string, create: () => T): T {
  const entry = map.get(key) ?? create();
  map.set(key, entry);
  return entry;
}

/** Where a text was cut, in order: before each ellipsis, and after its last word. */
function cutsOf(text: string): number[] {
  let end = text.length;
  while (end > 0 && CLOSING.test(text.charAt(end - 1))) end--;
  return [...text.matchAll(ELLIPSIS)]
    .map(({ index }) => index)
    .filter((index) => index < end)
    .concat(end);
}

function withoutHidden(text: string, hidden: Uint8Array): string {
  let clean = '';
  for (let at = 0, end = 0; at < text.length; at = end) {
    const isHidden = hidden[at] === 1;
    while (end < text.length && (hidden[end] === 1) === isHidden) end++;
    clean += isHidden ? REDACTED : text.slice(at, end);
  }
  return clean;
}

/** Returns a logger through which no known secret passes. */
export function redactingLogger(logger: Logger, redactor: Redactor): Logger {
  return {
    debug: (message) => logger.debug(redactor.redact(message)),
    info: (message) => logger.info(redactor.redact(message)),
    warn: (message) => logger.warn(redactor.redact(message)),
    error: (message) => logger.error(redactor.redact(message)),
  };
}
