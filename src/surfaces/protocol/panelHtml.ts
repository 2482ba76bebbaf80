import type { ChartKind } from './payloads.ts';

export interface PanelHtmlOptions {
  /** Fresh for every page, at least 16 characters of base64. */
  readonly nonce: string;
  /** The code of the page and its styles, as built. */
  readonly script: string;
  readonly style: string;
  readonly title: string;
  /** BCP 47 tag of the page's language. */
  readonly language: string;
  /** What the panel shows; all charts where absent. */
  readonly chart?: ChartKind | 'all';
  readonly asset?: string;
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

function escapeText(text: string): string {
  return text.replace(/[&<>"']/g, (character) => ENTITIES[character] ?? character);
}

/**
 * Returns the page of a chart panel, with its script and styles in it: what the editor would have to fetch for the page stands on the
 * screen later by as much. The policy comes first in the head and allows these two by nonce and pictures that the page draws itself;
 * everything else (network included) is refused. Throws for a nonce that is none and for code that would end its element.
 */
export function panelHtml(options: PanelHtmlOptions): string {
  if (!/^[\w+/-]{16,}={0,2}$/.test(options.nonce))
    throw new Error('the nonce must be at least 16 characters of base64');
  // An open comment would let the parser pass over the end of the script.
  if (/<\/script|<!--/i.test(options.script) || /<\/style/i.test(options.style))
    throw new Error('script and style must not hold what ends their element');
  const policy = [
    `default-src 'none'`,
    `script-src 'nonce-${options.nonce}'`,
    `style-src 'nonce-${options.nonce}'`,
    'img-src data:',
  ].join('; ');
  const text = (value: string): string => escapeText(value);
  return `<!DOCTYPE html>
<html lang="${text(options.language)}">
<head>
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${text(options.title)}</title>
<style nonce="${options.nonce}">${options.style}</style>
</head>
<body data-vscode-context="${text(JSON.stringify({ asset: options.asset ?? '', chart: options.chart ?? 'all' }))}">
<main id="perpscope" data-chart="${text(options.chart ?? 'all')}" data-asset="${text(options.asset ?? '')}"><p>Loading…</p></main>
<script nonce="${options.nonce}">${options.script}</script>
</body>
</html>
`;
}
