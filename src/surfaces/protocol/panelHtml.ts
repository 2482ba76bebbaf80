import type { ChartKind } from './payloads.ts';

export interface PanelHtmlOptions {
  /** `webview.cspSource` in the editor; the server's origin in tests. */
  readonly cspSource: string;
  /** Fresh for every page, at least 16 characters of base64. */
  readonly nonce: string;
  readonly scriptUri: string;
  readonly styleUri: string;
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
 * Returns the page of a chart panel. The policy comes first in the head and allows one script by nonce and the
 * extension's own styles, images and fonts; everything else (network included) is refused.
 */
export function panelHtml(options: PanelHtmlOptions): string {
  if (!/^[\w+/-]{16,}={0,2}$/.test(options.nonce))
    throw new Error('the nonce must be at least 16 characters of base64');
  if (/[;,]/.test(options.cspSource)) throw new Error('the CSP source must be one source list');
  const { cspSource } = options;
  const policy = [
    `default-src 'none'`,
    `script-src 'nonce-${options.nonce}'`,
    `style-src ${cspSource}`,
    `img-src ${cspSource} data:`,
    `font-src ${cspSource}`,
  ].join('; ');
  // Quotes inside the policy are harmless in a double-quoted attribute; only these three could end it.
  const policyText = policy.replace(/[&"<]/g, (character) => ENTITIES[character] ?? character);
  const text = (value: string): string => escapeText(value);
  return `<!DOCTYPE html>
<html lang="${text(options.language)}">
<head>
<meta http-equiv="Content-Security-Policy" content="${policyText}">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${text(options.title)}</title>
<link rel="stylesheet" href="${text(options.styleUri)}">
</head>
<body data-vscode-context="${text(JSON.stringify({ asset: options.asset ?? '', chart: options.chart ?? 'all' }))}">
<main id="perpscope" data-chart="${text(options.chart ?? 'all')}" data-asset="${text(options.asset ?? '')}"><p>Loading…</p></main>
<script nonce="${options.nonce}" src="${text(options.scriptUri)}"></script>
</body>
</html>
`;
}
