import type { Palette, PanelViewState } from '../../src/surfaces/protocol/messages.ts';
import type { Rgb } from '../models/colour.ts';
import { neutralColour, parseColour } from '../models/colour.ts';
import { exchangeColours } from '../models/exchangeLook.ts';

/** Colours and fonts of the editor's theme, as a canvas needs them: a canvas inherits nothing from CSS. */
export interface ChartTheme {
  readonly foreground: string;
  readonly muted: string;
  readonly grid: string;
  readonly border: string;
  readonly background: string;
  /** Colours that a theme has for charts, in the order of `SERIES`. */
  readonly series: readonly string[];
  /** Line colours of exchanges, by `placeOfExchange`. */
  readonly exchanges: readonly string[];
  /** Colours of heatmaps, and whether lines are told by their dashes first. */
  readonly palette: Palette;
  /** Ground of the diverging scale: what zero looks like. */
  readonly neutral: Rgb;
  readonly fontFamily: string;
  readonly fontSizePx: number;
  readonly isHighContrast: boolean;
}

const SERIES = ['blue', 'orange', 'green', 'purple', 'red', 'yellow'] as const;

function opaque(colour: string): string {
  const parts = parseColour(colour);
  return parts === undefined ? colour : `rgb(${parts.join(', ')})`;
}

/** Reads the theme from the `--vscode-*` variables in force. `chosen`: the colours that the user wants, whatever the theme. */
export function readTheme(chosen: PanelViewState['palette'] = ''): ChartTheme {
  const style = getComputedStyle(document.body);
  const read = (...names: string[]): string | undefined =>
    names.map((name) => style.getPropertyValue(`--vscode-${name}`).trim()).find((value) => value !== '');
  const isHighContrast = document.body.classList.contains('vscode-high-contrast');
  const foreground = read('editor-foreground', 'foreground') ?? style.color;
  const background = read('editor-background') ?? style.backgroundColor;
  const border = read('contrastBorder', 'editorWidget-border', 'panel-border') ?? foreground;
  // The editor defines some chart colours half transparent, for fills: a line needs all of it.
  const series = SERIES.map((name) => opaque(read(`charts-${name}`) ?? foreground));
  const fontSize = Number.parseFloat(read('font-size') ?? '13');
  return {
    foreground,
    background,
    border,
    muted: isHighContrast ? foreground : (read('descriptionForeground') ?? foreground),
    // Faint: the lines of a grid must not compete with the lines of the chart.
    grid:
      (isHighContrast ? undefined : read('editorIndentGuide-background1', 'panel-border')) ??
      read('charts-lines') ??
      border,
    series,
    exchanges: exchangeColours(series, foreground),
    palette: chosen !== '' ? chosen : isHighContrast ? 'high-contrast' : 'usual',
    neutral: neutralColour(
      parseColour(background) ?? [30, 30, 30],
      parseColour(foreground) ?? [204, 204, 204],
    ),
    fontFamily: read('font-family') ?? style.fontFamily,
    fontSizePx: Number.isFinite(fontSize) ? Math.max(11, fontSize - 1) : 12,
    isHighContrast,
  };
}

/** Calls the listener when the editor's theme changes; the returned function ends it. */
export function onThemeChange(listener: () => void): () => void {
  let isDue = false;
  const observer = new MutationObserver(() => {
    // A change of theme touches classes and many variables; one redraw serves all of them.
    if (isDue) return;
    isDue = true;
    requestAnimationFrame(() => {
      isDue = false;
      listener();
    });
  });
  const filter = { attributes: true, attributeFilter: ['class', 'style', 'data-vscode-theme-id'] };
  observer.observe(document.body, filter);
  observer.observe(document.documentElement, filter);
  return () => observer.disconnect();
}
