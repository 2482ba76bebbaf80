import type { Stroke } from './linesLayer.ts';
import type { ChartTheme } from './theme.ts';

const PADDING_PX = 16;
const GAP_PX = 8;
const KEY_GAP_PX = 24;
const SWATCH_PX = 26;
const SCALE_PX = 440;
const BAR_PX = 12;
const LINE_HEIGHT = 1.5;
const TITLE_BIGGER_PX = 3;

/** One thing of a legend: how it is drawn, later strokes over earlier ones, and what it is. */
export interface PictureKey {
  readonly text: string;
  readonly strokes: readonly Stroke[];
}

/** What is said of a chart in a picture of it. */
export interface PictureWords {
  readonly title: string;
  /** SIMULATED, MODELLED. */
  readonly marks: readonly string[];
  /** Under the title: what it is of, which time it shows. */
  readonly lines: readonly string[];
  readonly keys: readonly PictureKey[];
  /** Colours of a heatmap and their values. */
  readonly scale?: {
    readonly title: string;
    readonly bar: HTMLCanvasElement;
    readonly labels: readonly string[];
  };
}

/** A part of the picture, under the one before it. CSS pixels. */
interface Part {
  readonly heightPx: number;
  draw(pen: CanvasRenderingContext2D, top: number): void;
}

/**
 * Returns a picture of a chart as it is drawn now, with its words around it, in the theme's colours at the screen's pixel ratio.
 * Throws where the canvas gives no drawing context.
 */
export function makePicture(
  chart: HTMLCanvasElement,
  words: PictureWords,
  theme: ChartTheme,
): HTMLCanvasElement {
  const ratio = devicePixelRatio;
  const picture = document.createElement('canvas');
  const pen = picture.getContext('2d');
  if (!pen) throw new Error('the canvas gives no drawing context');
  // On whole pixels of the screen: the chart's own must not be smeared over two.
  const paddingPx = Math.round(PADDING_PX * ratio) / ratio;
  const widthPx = chart.width / ratio;
  const parts = [
    headPart(pen, words, theme),
    ...words.lines.flatMap((line) => textParts(pen, line, widthPx, theme)),
    chartPart(chart, ratio),
    ...keyParts(pen, words.keys, widthPx, theme),
    ...scaleParts(words.scale, widthPx, theme),
  ];
  const heightPx = parts.reduce((sum, part) => sum + part.heightPx, 2 * paddingPx);
  picture.width = chart.width + 2 * Math.round(paddingPx * ratio);
  picture.height = Math.ceil(heightPx * ratio);
  pen.scale(ratio, ratio);
  pen.fillStyle = theme.background;
  pen.fillRect(0, 0, picture.width, picture.height);
  pen.textBaseline = 'middle';
  pen.translate(paddingPx, 0);
  let top = paddingPx;
  for (const part of parts) {
    part.draw(pen, top);
    top += part.heightPx;
  }
  return picture;
}

/** Returns a picture as a file. Throws where the browser makes none of it. */
export async function pngOf(picture: HTMLCanvasElement): Promise<Uint8Array> {
  const blob = await new Promise<Blob | null>((resolve) => picture.toBlob(resolve, 'image/png'));
  if (!blob) throw new Error('the picture is too large');
  return new Uint8Array(await blob.arrayBuffer());
}

const fontOf = ({ fontFamily, fontSizePx }: ChartTheme, weight = 400, biggerPx = 0): string =>
  `${weight} ${fontSizePx + biggerPx}px ${fontFamily}`;
const lineOf = ({ fontSizePx }: ChartTheme): number => Math.round(fontSizePx * LINE_HEIGHT);

/** The title, and in frames after it how far the numbers can be trusted. */
function headPart(pen: CanvasRenderingContext2D, { title, marks }: PictureWords, theme: ChartTheme): Part {
  const heightPx = lineOf(theme) + GAP_PX;
  return {
    heightPx,
    draw: (_pen, top) => {
      const middle = top + heightPx / 2 - GAP_PX / 4;
      pen.font = fontOf(theme, 600, TITLE_BIGGER_PX);
      pen.fillStyle = pen.strokeStyle = theme.foreground;
      pen.fillText(title, 0, middle);
      let left = pen.measureText(title).width + GAP_PX;
      pen.font = fontOf(theme, 600);
      for (const mark of marks) {
        const { width } = pen.measureText(mark);
        pen.strokeRect(left, top, width + 2 * GAP_PX, heightPx - GAP_PX / 2);
        pen.fillText(mark, left + GAP_PX, middle);
        left += width + 3 * GAP_PX;
      }
    },
  };
}

/** A text in as many lines as it needs. */
function textParts(pen: CanvasRenderingContext2D, text: string, widthPx: number, theme: ChartTheme): Part[] {
  pen.font = fontOf(theme);
  const lines: string[] = [];
  for (const word of text.split(' ')) {
    const longer = lines.length === 0 ? word : `${lines.at(-1)} ${word}`;
    if (lines.length > 0 && pen.measureText(longer).width <= widthPx) lines[lines.length - 1] = longer;
    else lines.push(word);
  }
  const heightPx = lineOf(theme);
  return lines.map((line) => ({
    heightPx,
    draw: (_pen, top) => {
      pen.font = fontOf(theme);
      pen.fillStyle = theme.muted;
      pen.fillText(line, 0, top + heightPx / 2);
    },
  }));
}

function chartPart(chart: HTMLCanvasElement, ratio: number): Part {
  return {
    heightPx: chart.height / ratio + 2 * GAP_PX,
    draw: (pen, top) => {
      const y = Math.round((top + GAP_PX) * ratio) / ratio;
      pen.drawImage(chart, 0, y, chart.width / ratio, chart.height / ratio);
    },
  };
}

/** The legend of lines, one after another in as many rows as they need. */
function keyParts(
  pen: CanvasRenderingContext2D,
  keys: readonly PictureKey[],
  widthPx: number,
  theme: ChartTheme,
): Part[] {
  pen.font = fontOf(theme);
  const rows: { key: PictureKey; left: number }[][] = [];
  let right = Infinity;
  for (const key of keys) {
    const keyPx = SWATCH_PX + GAP_PX + pen.measureText(key.text).width;
    if (right + keyPx > widthPx) {
      rows.push([]);
      right = 0;
    }
    rows.at(-1)?.push({ key, left: right });
    right += keyPx + KEY_GAP_PX;
  }
  const heightPx = lineOf(theme);
  return rows.map((row) => ({
    heightPx,
    draw: (_pen, top) => {
      for (const { key, left } of row) drawKey(pen, key, left, top + heightPx / 2, theme);
    },
  }));
}

function drawKey(
  pen: CanvasRenderingContext2D,
  { text, strokes }: PictureKey,
  left: number,
  middle: number,
  theme: ChartTheme,
): void {
  pen.save();
  for (const { colour, widthPx, dash } of strokes) {
    pen.strokeStyle = colour;
    pen.lineWidth = widthPx;
    pen.setLineDash([...dash]);
    pen.beginPath();
    pen.moveTo(left, middle);
    pen.lineTo(left + SWATCH_PX, middle);
    pen.stroke();
  }
  pen.restore();
  pen.font = fontOf(theme);
  pen.fillStyle = theme.foreground;
  pen.fillText(text, left + SWATCH_PX + GAP_PX, middle);
}

/** The colours of a heatmap, with their values from end to end below. */
function scaleParts(scale: PictureWords['scale'], widthPx: number, theme: ChartTheme): Part[] {
  if (!scale) return [];
  const { title, bar, labels } = scale;
  const line = lineOf(theme);
  const wide = Math.min(SCALE_PX, widthPx);
  return [
    {
      heightPx: 2 * line + BAR_PX + GAP_PX,
      draw: (pen, top) => {
        pen.font = fontOf(theme);
        pen.fillStyle = theme.foreground;
        pen.fillText(title, 0, top + line / 2);
        pen.imageSmoothingEnabled = false;
        pen.drawImage(bar, 0, top + line, wide, BAR_PX);
        pen.strokeStyle = theme.border;
        pen.strokeRect(0, top + line, wide, BAR_PX);
        labels.forEach((label, at) => {
          const share = labels.length < 2 ? 0 : at / (labels.length - 1);
          const left = share * (wide - pen.measureText(label).width);
          pen.fillText(label, left, top + line * 1.5 + BAR_PX);
        });
      },
    },
  ];
}
