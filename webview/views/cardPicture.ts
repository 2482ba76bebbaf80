import type { PanelItem, TakenAway } from '../../src/surfaces/protocol/payloads.ts';
import { sourceOf } from '../../src/surfaces/protocol/tableText.ts';
import { makePicture, pngOf, type PictureWords } from '../charts/picture.ts';
import { button, element, setText } from '../dom.ts';
import { CHART_TITLES } from '../models/chartText.ts';
import { formatUtcRange } from '../models/format.ts';
import type { ViewContext } from './chartView.ts';
import { strokesIn } from './swatch.ts';

const MEANING = 'What is seen of the chart, with its title, time, source and legend, as PNG';

type Origin = Pick<TakenAway, 'asset' | 'source'>;

/** Saves a card as a picture: what it shows now, with the words that it has. */
export interface CardPicture {
  readonly root: HTMLElement;
  /** What the card shows is of this; before there is nothing to save. */
  show(origin: Origin): void;
}

/** Makes the button of a card; `card` returns all of it. */
export function createCardPicture(
  kind: PanelItem,
  card: () => HTMLElement,
  context: ViewContext,
): CardPicture {
  let origin: Origin | undefined;
  const save = button('Save picture…', { class: 'secondary', title: MEANING }, () => void take());
  save.setAttribute('aria-label', `Save picture…: ${CHART_TITLES[kind]}`);
  const outcome = element('span', { class: 'picture-outcome', role: 'status' });
  const root = element('span', { class: 'picture', hidden: '' }, save, outcome);

  function draw(what: TakenAway): Promise<Uint8Array> {
    const canvas = card().querySelector<HTMLCanvasElement>('.plot canvas');
    if (!canvas) throw new Error('the chart is not drawn');
    const { min, max } = context.time.range();
    const time = `${formatUtcRange(min, max)} · source: ${sourceOf(what)} · Perpscope`;
    return pngOf(makePicture(canvas, wordsOf(card(), time), context.theme()));
  }

  async function take(): Promise<void> {
    if (!origin) return;
    const what = { asset: origin.asset, source: origin.source, chart: kind };
    setText(outcome, '');
    setText(outcome, (await context.savePicture(what, () => draw(what))) ?? '');
  }

  return {
    root,
    show: (next) => {
      origin = next;
      root.hidden = false;
    },
  };
}

/** Returns what a card says, read off it: a picture says what stands there, with `time` besides. */
function wordsOf(card: HTMLElement, time: string): PictureWords {
  const textOf = (selector: string): string => card.querySelector(selector)?.textContent ?? '';
  const textsOf = (selector: string): string[] =>
    Array.from(card.querySelectorAll(selector), ({ textContent }) => textContent ?? '');
  const bar = card.querySelector<HTMLCanvasElement>('.legend-bar');
  // What is switched off is not seen, and said of nothing.
  const keys = card.querySelectorAll(
    '.legend:not([hidden]) :is(.legend-key, .legend-entry[aria-pressed="true"])',
  );
  return {
    title: textOf('h2'),
    marks: textsOf('.badge'),
    lines: [textOf('.meta'), ...textsOf('.verdict'), time],
    keys: Array.from(keys, (key) => ({ text: key.textContent ?? '', strokes: strokesIn(key) })),
    ...(bar === null
      ? {}
      : { scale: { title: textOf('.legend-title'), bar, labels: textsOf('.legend-labels span') } }),
  };
}
