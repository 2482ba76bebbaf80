import type { Logger } from './logger.ts';
import { bytesOf, compacted, fromBase64, fromHex, lowered, readable, type Spelling } from './spellings.ts';

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
/** So much at the end of a text, or where a server had cut its own. */
const CUT_PART = 6;
const LONGEST_CUT = 512;
/** Of a longer text only this much is read; the rest is dropped. */
const MOST = 100_000;

/** Letters and digits, or both cases: no word and no number of a market looks so. */
const LOOKS_RANDOM = /\p{L}.*\d|\d.*\p{L}|\p{Ll}\p{Lu}/u;
/** Where a text that was cut short ends. */
const CUT = /…|\.{3}|["'<]|[\s.;,)\]}]*$/gu;

/**
 * Takes known secrets out of texts: plain in any case, percent-encoded, with escapes of JSON or HTML, as hex, in Base64 of
 * either alphabet at any alignment, backwards, with single characters in between, and parts of it, as where a server had
 * cut its own answer. It works on whole texts: redact first, shorten then.
 */
export class Redactor {
  /** Forms that are looked for as they stand. */
  readonly #plain = new Set<string>();
  /** Parts in lower case, by their length. */
  readonly #parts = new Map<number, Set<string>>();
  /** Beginnings in lower case. */
  readonly #cuts = new Set<string>();

  /** Learns a secret. One of less than four characters is not looked for; of less than eight only as it stands. */
  add(secret: string): void {
    if (secret.length < SHORTEST) return;
    const json = JSON.stringify(secret).slice(1, -1);
    for (const form of [secret, encodeURIComponent(secret), json, btoa(bytesOf(secret))])
      this.#plain.add(form);
    const backwards = [...secret].reverse().join('');
    for (const form of [secret, backwards, bytesOf(secret)]) {
      this.#learn(form);
      this.#learn(compacted(readable(form)).text);
    }
  }

  /** Returns the text without any secret that is known, and without what is beyond 100,000 characters. */
  redact(text: string): string {
    if (this.#plain.size === 0) return text;
    const read = text.slice(0, MOST);
    const hidden = new Uint8Array(read.length);
    for (const form of this.#plain)
      for (let at = read.indexOf(form); at >= 0; at = read.indexOf(form, at + 1))
        hidden.fill(1, at, at + form.length);
    if (this.#parts.size > 0) {
      const spelled = readable(read);
      for (const view of [lowered(spelled), compacted(lowered(spelled))]) {
        this.#hideParts(view, hidden);
        this.#hideCuts(view, hidden);
      }
      const encoded = [...fromBase64(spelled), ...fromHex(spelled), ...fromHex(compacted(spelled))];
      for (const view of encoded) this.#hideParts(lowered(view), hidden);
    }
    return withoutHidden(read, hidden);
  }

  #learn(form: string): void {
    if (form.length < SHORTEST_KEY) return;
    for (const length of [PART, WORDY_PART, form.length])
      for (let at = 0; at + length <= form.length; at++) {
        const part = form.slice(at, at + length);
        const isEnough = length >= WORDY_PART || length === form.length || LOOKS_RANDOM.test(part);
        if (isEnough) this.#parts.set(length, this.#partsOf(length).add(part.toLowerCase()));
      }
    for (let length = CUT_PART; length < Math.min(form.length, LONGEST_CUT); length++)
      this.#cuts.add(form.slice(0, length).toLowerCase());
  }

  #partsOf(length: number): Set<string> {
    return this.#parts.get(length) ?? new Set();
  }

  #hideParts({ text, from, to }: Spelling, hidden: Uint8Array): void {
    for (const [length, parts] of this.#parts)
      for (let at = 0; at + length <= text.length; at++)
        if (parts.has(text.slice(at, at + length))) hidden.fill(1, from[at], to[at + length - 1]);
  }

  /** The beginning of a key where a text ends: the rest was cut off. */
  #hideCuts({ text, from, to }: Spelling, hidden: Uint8Array): void {
    for (const { index: end } of text.matchAll(CUT))
      for (let length = Math.min(end, LONGEST_CUT); length >= CUT_PART; length--)
        if (this.#cuts.has(text.slice(end - length, end))) {
          hidden.fill(1, from[end - length], to[end - 1]);
          break;
        }
  }
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
