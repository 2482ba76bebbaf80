/** Longer texts from outside are cut: a reason is a sentence, not a page. */
const LONGEST = 300;

/** Control characters, and characters that reorder or hide text (bidi marks, zero width, broken surrogates). */
const UNSAFE = /[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Zl}\p{Zp}]/gu;

/**
 * Returns text from outside as one plain line: breaks and control characters become spaces, characters that reorder
 * or hide text are dropped, and what is longer than 300 characters is cut. For terminals and plain text.
 */
export function plainText(text: string): string {
  const line = text
    .replace(/[\t\n\v\f\r\u0085\u2028\u2029]+/g, ' ')
    .replace(UNSAFE, '')
    .replace(/ {2,}/g, ' ')
    .trim();
  return line.length > LONGEST ? `${line.slice(0, LONGEST).replace(/[\ud800-\udbff]$/, '')}…` : line;
}

/**
 * Returns text from outside so that Markdown shows it and does not act on it: no links, images, emphasis, code, HTML,
 * entities, table cells, headings, lists or automatic links.
 */
export function escapeMarkdown(text: string): string {
  return (
    plainText(text)
      .replace(/[\\|[\]()<>`*_#~!&]/g, '\\$&')
      // Editors make links of addresses, also of names in other scripts (пример.рф) and of `//host`.
      // An amount ($26.9B) is no address.
      .replace(/:(?=\/\/)|@|\.(?!\d+[KMBT]\b)(?=[\p{L}\p{N}]*\p{L})|(?<![:/])\/(?=\/)/gu, '\\$&')
      .replace(/^(\d+)\.(?=\s)/, '$1\\.')
      .replace(/^(?:[-+](?=\s|$)|--|=)/, '\\$&')
  );
}
