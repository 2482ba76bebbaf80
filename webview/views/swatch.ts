import type { Stroke } from '../charts/linesLayer.ts';

const SVG = 'http://www.w3.org/2000/svg';

/** A short line for a legend, drawn as the line of the chart is. */
export interface Swatch {
  readonly root: SVGSVGElement;
  /** Later strokes over earlier ones. */
  show(strokes: readonly Stroke[]): void;
}

/** Makes a swatch. */
export function createSwatch(strokes: readonly Stroke[] = []): Swatch {
  const root = svgElement('svg', { class: 'swatch', width: '26', height: '8', 'aria-hidden': 'true' });
  const show: Swatch['show'] = (next) => root.replaceChildren(...next.map(lineOf));
  show(strokes);
  return { root, show };
}

/** Returns what the swatches within an element show. */
export function strokesIn(element: Element): Stroke[] {
  return Array.from(element.querySelectorAll('.swatch line'), (line) => ({
    colour: line.getAttribute('stroke') ?? '',
    widthPx: Number(line.getAttribute('stroke-width')),
    dash: (line.getAttribute('stroke-dasharray') ?? '').split(' ').filter(Boolean).map(Number),
  }));
}

function lineOf({ colour, widthPx, dash }: Stroke): SVGLineElement {
  return svgElement('line', {
    ...{ x1: '0', y1: '4', x2: '26', y2: '4' },
    ...{ stroke: colour, 'stroke-width': String(widthPx), 'stroke-dasharray': dash.join(' ') },
  });
}

function svgElement<K extends keyof SVGElementTagNameMap>(
  tag: K,
  attributes: Readonly<Record<string, string>>,
): SVGElementTagNameMap[K] {
  const made = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  return made;
}
