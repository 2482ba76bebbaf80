import { escapeMarkdown } from '../../core/outsideText.ts';

/** Returns a section of a report. */
export function section(title: string, body: string): string {
  return `## ${title}\n\n${body}`;
}

/** Returns a list, every line escaped; `none` where it is empty. */
export function bullets(lines: readonly string[], none = ''): string {
  return lines.length === 0 ? none : lines.map((line) => `- ${escapeMarkdown(line)}`).join('\n');
}

/** Returns a part that is folded until somebody wants to read it. The body is Markdown. */
export function details(title: string, body: string): string {
  return `<details>\n<summary>${title}</summary>\n\n${body}\n\n</details>`;
}

/** Returns one line with a link to each section. */
export function contentsLine(titles: readonly string[]): string {
  const anchor = (title: string): string => title.toLowerCase().replaceAll(' ', '-');
  return titles.map((title) => `[${title}](#${anchor(title)})`).join(' · ');
}

/** Returns a text in which each number stays on one line with its unit. */
export const unbroken = (text: string): string => text.replace(/(?<=\d[KMBT]?) (?=[^\s|])/g, '\u00a0');

export function capital(words: string): string {
  return words.charAt(0).toUpperCase() + words.slice(1);
}

export function lower(words: string): string {
  return words.charAt(0).toLowerCase() + words.slice(1);
}
