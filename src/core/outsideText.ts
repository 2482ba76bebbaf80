import type { Logger } from './logger.ts';

/**
 * Makes text from outside safe for the place where it is shown. Names of contracts, answers of exchanges and providers,
 * files and arguments are such text. Every sink has one function here; whoever shows foreign text uses it.
 *
 * - `plainText`: a row of a terminal, tree, tooltip or table
 * - `printable`: own text of several lines, as the last thing before standard output
 * - `escapeMarkdown`: reports and hovers
 * - `jsonLine`: JSON on standard output
 * - `quoted`: a word that is repeated to whoever typed it
 * - `noticeText`: a pop-up of the editor
 * - `lineLogger`: the log, one line for each message
 */

/** Longer texts from outside are cut: a reason is a sentence, not a page. */
const LONGEST = 300;
/** A message of the log or of standard error may name addresses and several causes. */
const LONGEST_MESSAGE = 2_000;
const LONGEST_WORD = 80;

/** What acts on a terminal, reorders text or cannot be seen: controls, bidi marks, zero width, broken surrogates. */
const UNSEEN = /[\p{C}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]/gu;
const UNSEEN_BUT_BREAK = /(?!\n)[\p{C}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]/gu;
/** Breaks and everything else that stands between words. */
const GAPS = /[\s\u0085\u2028\u2029]+/gu;
/** Marks upon marks grow over the rows beside them. */
const PILED_MARKS = /(\p{M}{4})\p{M}+/gu;

/**
 * Returns text from outside as one line without control, bidi and other unseen characters; breaks become spaces. What is
 * longer than 300 characters ends with an ellipsis.
 */
export function plainText(text: string): string {
  return plainLine(text, LONGEST);
}

/** As `plainText`, with at most `longest` characters. */
export function plainLine(text: string, longest: number): string {
  // Bounded before it is cleaned: an answer may have megabytes.
  const line = text
    .slice(0, longest * 10)
    .replace(GAPS, ' ')
    .replace(UNSEEN, '')
    .replace(PILED_MARKS, '$1')
    .replace(/ {2,}/g, ' ')
    .trim();
  return line.length > longest ? `${line.slice(0, longest - 1).replace(/[\ud800-\udbff]$/, '')}…` : line;
}

/** Returns text of several lines without anything that acts on a terminal. Line breaks stay. */
export function printable(text: string): string {
  return text.replace(UNSEEN_BUT_BREAK, '');
}

/**
 * Returns text from outside so that Markdown shows it and does not act on it: no links, images, emphasis, code, HTML,
 * entities, formulas, table cells, headings, lists or automatic links. Only what could act is escaped, so that a report
 * can be read as it stands.
 */
export function escapeMarkdown(text: string): string {
  return (
    plainText(text)
      .replace(/[\\|[<>`*~]/g, '\\$&')
      // Within a word an underscore is nothing but itself.
      .replace(/(?<![\p{L}\p{N}])_|_(?![\p{L}\p{N}])/gu, '\\$&')
      .replace(/&(?=#?\w+;)|\$(?!\d)/g, '\\$&')
      // Editors make links of addresses, also of names in other scripts (пример.рф) and of `//host`. An amount is none ($26.9B).
      .replace(/@|(?<=\/)\/|(?<=www)\.|\.(?!\d+[KMBT]\b)(?=[\p{L}\p{N}]*\p{L})/giu, '\\$&')
      .replace(/^(\d+)([.)])(?=\s|$)/, '$1\\$2')
      .replace(/^(?:[-+](?=\s|$)|--|=|#)/, '\\$&')
  );
}

/** Returns a value as one line of JSON in which unseen characters are spelled: the same value, safe to print. */
export function jsonLine(value: unknown): string {
  return JSON.stringify(value).replace(UNSEEN, (sign) =>
    Array.from({ length: sign.length }, (_, at) => unitOf(sign, at)).join(''),
  );
}

const unitOf = (sign: string, at: number): string =>
  `\\u${sign.charCodeAt(at).toString(16).padStart(4, '0')}`;

/** Returns a word in quotes, with what would act on a terminal or cannot be seen spelled out. */
export function quoted(word: string): string {
  const spelled = JSON.stringify(word.slice(0, LONGEST_WORD * 10)).replace(
    UNSEEN,
    (sign) => `\\u{${sign.codePointAt(0)?.toString(16) ?? ''}}`,
  );
  return spelled.length > LONGEST_WORD ? `${spelled.slice(0, LONGEST_WORD)}…` : spelled;
}

/** Returns a message of the log or of standard error as the one line that it is. */
export function messageLine(text: string): string {
  return plainLine(text, LONGEST_MESSAGE);
}

/** Returns a message of a pop-up: one line without links, which editors make of `[text](address)`. */
export function noticeText(text: string): string {
  return messageLine(text).replaceAll('](', '] (');
}

/** Returns a logger that writes every message as one line: no answer of an exchange can forge another. */
export function lineLogger(logger: Logger): Logger {
  return {
    debug: (message) => logger.debug(messageLine(message)),
    info: (message) => logger.info(messageLine(message)),
    warn: (message) => logger.warn(messageLine(message)),
    error: (message) => logger.error(messageLine(message)),
  };
}
