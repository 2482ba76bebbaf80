/* Runs inside the page before the bundle: the fake editor, and a record of what canvases write. */
import type { DatedEvents } from '../../src/core/datedEvent.ts';
import type { Envelope } from '../../src/surfaces/protocol/messages.ts';
import type { CardWish } from '../../src/surfaces/protocol/cards.ts';
import type { HeatmapWish } from '../../src/surfaces/protocol/heatmaps.ts';
import type {
  ExportedPicture,
  ExportedTable,
  NewestNumbers,
  PanelSnapshot,
} from '../../src/surfaces/protocol/payloads.ts';
import { createFakeHost } from '../../webview/fakeHost.ts';
import type { DemoOptions } from './demoData.ts';
import { demoHeatmap } from './demoHeatmap.ts';
import { demoCard, demoLiquidations, demoOpenInterest, demoSnapshot, demoTimeline } from './demoData.ts';
import { THEMES } from './themes.ts';
import type { ThemeName } from './themes.ts';

export interface Box {
  readonly text: string;
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
}

/** What the page is to be answered. Passed as `window.perpscopeStart` before this script. */
export interface PageStart {
  readonly theme: ThemeName;
  readonly demo: DemoOptions;
  /** `snapshot`: the demo panel; `loading`: no charts yet; `unavailable`, `empty`, `failure`, `silent`. */
  readonly answer: 'snapshot' | 'loading' | 'unavailable' | 'failure' | 'silent' | 'broken';
  readonly state?: unknown;
  /** The user's events; none where absent. */
  readonly events?: DatedEvents | 'failure';
}

const start = (window as unknown as { perpscopeStart: PageStart }).perpscopeStart;

function answerSnapshot(): PanelSnapshot {
  const full = demoSnapshot(start.demo);
  switch (start.answer) {
    case 'loading':
      return { version: 1, asset: 'BTC', source: full.source, isLoading: true, charts: [] };
    case 'unavailable':
      return {
        ...full,
        charts: full.charts.map((chart) =>
          chart.kind === 'liquidation-heatmap'
            ? { kind: chart.kind, unavailable: 'Needs 24 h of open interest history; 3 h are there.' }
            : chart,
        ),
      };
    case 'broken':
      return {
        ...full,
        charts: [demoOpenInterest(start.demo), { ...demoLiquidations(start.demo), rows: 3 }],
      };
    default:
      return full;
  }
}

const host = createFakeHost((message): readonly Envelope[] => {
  if (message.type !== 'request' || start.answer === 'silent') return [];
  const { id } = message;
  if (start.answer === 'failure')
    return [{ type: 'failure', id, code: 'network', message: 'no exchange could be reached' }];
  if (message.method === 'copyTable') {
    const { rows } = message.params as ExportedTable;
    return [{ type: 'reply', id, result: { rows: rows.length } }];
  }
  if (message.method === 'events' && start.events === 'failure')
    return [{ type: 'failure', id, code: 'protocol', message: 'out of order' }];
  if (message.method === 'events')
    return [{ type: 'reply', id, result: start.events ?? { events: [], faults: [] } }];
  if (message.method === 'link') return [{ type: 'reply', id, result: message.params }];
  if (message.method === 'savePicture')
    return [{ type: 'reply', id, result: { file: 'perpscope-picture.png' } }];
  if (message.method === 'saveTable')
    return [{ type: 'failure', id, code: 'store', message: 'the folder is read-only' }];
  if (message.method === 'card') {
    const { source } = answerSnapshot();
    return [{ type: 'reply', id, result: demoCard(message.params as CardWish, source) }];
  }
  if (message.method === 'heatmap') {
    const { source } = answerSnapshot();
    return [{ type: 'reply', id, result: demoHeatmap(message.params as HeatmapWish, source) }];
  }
  const { chart, levelsOf = 'aggregate' } = (message.params ?? {}) as { chart?: string; levelsOf?: string };
  const answered = answerSnapshot();
  const charts = answered.charts.map((one) => ('choices' in one ? { ...one, shown: levelsOf } : one));
  const whole = { ...answered, charts };
  const full = chart === 'regime-timeline' ? { ...whole, charts: [demoTimeline(start.demo)] } : whole;
  const snapshot = message.method === 'refresh' ? { ...full, version: 50 } : full;
  return [{ type: 'reply', id, result: snapshot }];
});
// All that there is, unless a test says otherwise: a panel that kept nothing shows a week.
host.state = start.state ?? { timeWindow: {} };

const violations: string[] = [];
document.addEventListener('securitypolicyviolation', (event) =>
  violations.push(`${event.violatedDirective}: ${event.blockedURI} ${event.sample}`),
);

const written = new WeakMap<HTMLCanvasElement, Box[]>();
/** The canvas off the page that was last written on: a picture to take away. */
let offPage: HTMLCanvasElement | undefined;
const write = CanvasRenderingContext2D.prototype.fillText;
CanvasRenderingContext2D.prototype.fillText = function fillText(text, x, y, maxWidth) {
  const { actualBoundingBoxLeft, actualBoundingBoxRight, actualBoundingBoxAscent, actualBoundingBoxDescent } =
    this.measureText(text);
  const transform = this.getTransform();
  const corners = [
    [x - actualBoundingBoxLeft, y - actualBoundingBoxAscent],
    [x + actualBoundingBoxRight, y + actualBoundingBoxDescent],
  ].map(([cornerX, cornerY]) => transform.transformPoint({ x: cornerX ?? 0, y: cornerY ?? 0 }));
  const xs = corners.map((corner) => corner.x / devicePixelRatio);
  const ys = corners.map((corner) => corner.y / devicePixelRatio);
  if (!this.canvas.isConnected) offPage = this.canvas;
  const boxes = written.get(this.canvas) ?? [];
  boxes.push({
    text,
    left: Math.min(...xs),
    right: Math.max(...xs),
    top: Math.min(...ys),
    bottom: Math.max(...ys),
  });
  written.set(this.canvas, boxes);
  return maxWidth === undefined ? write.call(this, text, x, y) : write.call(this, text, x, y, maxWidth);
};
const clear = CanvasRenderingContext2D.prototype.clearRect;
CanvasRenderingContext2D.prototype.clearRect = function clearRect(...area) {
  written.delete(this.canvas);
  return clear.apply(this, area);
};

/** Gives the page a theme in the way the editor does. */
function setTheme(name: ThemeName): void {
  const root = document.documentElement;
  for (const property of [...root.style]) root.style.removeProperty(property);
  for (const [key, value] of Object.entries(THEMES[name].variables))
    root.style.setProperty(`--vscode-${key}`, value);
  if (document.body) document.body.className = THEMES[name].bodyClass;
}

document.addEventListener('readystatechange', () => {
  if (document.readyState === 'interactive') setTheme(start.theme);
});

/** Pixels of a canvas, read through a copy: reading one back often would change how the browser draws it. */
function pixels(selector: string): ImageData | undefined {
  const canvas = document.querySelector<HTMLCanvasElement>(selector);
  const copy = document.createElement('canvas');
  const context = copy.getContext('2d', { willReadFrequently: true });
  if (!canvas || !context) return undefined;
  copy.width = canvas.width;
  copy.height = canvas.height;
  context.drawImage(canvas, 0, 0);
  return context.getImageData(0, 0, copy.width, copy.height);
}

const page = {
  pixels,
  host,
  violations,
  setTheme,
  canvasTexts: (kind: string): readonly Box[] => {
    const canvas = document.querySelector<HTMLCanvasElement>(`[data-kind="${kind}"] .plot canvas`);
    return canvas ? (written.get(canvas) ?? []) : [];
  },
  /** What is written in the last picture that was taken. */
  pictureTexts: (): readonly Box[] => (offPage && written.get(offPage)) ?? [],
  /** The last picture that was handed to the editor, as base64; empty where there is none. */
  picture: (): string => {
    const requests = host.received as readonly { method?: string; params: unknown }[];
    const last = requests.findLast(({ method }) => method === 'savePicture');
    const { png = new Uint8Array() } = (last?.params ?? {}) as Partial<ExportedPicture>;
    return btoa(Array.from(png, (byte) => String.fromCharCode(byte)).join(''));
  },
  demo: demoSnapshot,
  timeline: demoTimeline,
  send: (snapshot: PanelSnapshot): void => host.send({ type: 'event', method: 'snapshot', params: snapshot }),
  newest: (newest: NewestNumbers): void => host.send({ type: 'event', method: 'newest', params: newest }),
  notify: (options: DemoOptions): void =>
    host.send({ type: 'event', method: 'snapshot', params: demoSnapshot(options) }),
  /** How many colours a canvas shows, and a checksum of its pixels. */
  colours: (selector: string): { distinct: number; sum: number } => {
    const data = pixels(selector)?.data ?? [];
    const seen = new Set<number>();
    let sum = 0;
    for (let at = 0; at < data.length; at += 4) {
      const word = ((data[at] ?? 0) << 16) | ((data[at + 1] ?? 0) << 8) | (data[at + 2] ?? 0);
      if ((data[at + 3] ?? 0) > 0) seen.add(word);
      sum = (Math.imul(sum, 31) + word) >>> 0;
    }
    return { distinct: seen.size, sum };
  },
};

export type PageTools = typeof page;

Object.assign(window, { perpscopePage: page, acquireVsCodeApi: () => host.api });
