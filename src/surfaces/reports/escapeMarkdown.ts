/** Longer texts from outside are cut: a reason is a sentence, not a page. */
const LONGEST = 300;

/** Control characters, and characters that reorder or hide text (bidi marks, zero width, line separators). */
const UNSAFE =
  // eslint-disable-next-line no-control-regex
  /[\u0000-\u001f\u007f-\u009f\u00ad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufe00-\ufe0f\ufeff\ufff9-\ufffb]|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]|\udb40[\udc00-\udfff]/g;

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
  return plainText(text)
    .replace(/[\\|[\]()<>`*_#~!&]/g, '\\$&')
    .replace(/:(?=\/\/)|@|\.(?=[A-Za-z])/g, '\\$&')
    .replace(/^(\d+)\.(?=\s)/, '$1\\.')
    .replace(/^(?:[-+](?=\s|$)|--|=)/, '\\$&');
}
