/* What journeys through the workbench read from its pages: drawn pixels, boxes of text, messages that pop up. */
import type { Frame, Page } from 'playwright-core';

export interface Box {
  readonly text: string;
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
}

declare global {
  interface Window {
    perpscopeWritten?: WeakMap<HTMLCanvasElement, Box[]>;
    perpscopePopups?: string[];
  }
}

const SLACK_PX = 1.5;

/** Prepares every page and frame that opens from now on: what canvases write is recorded. */
export async function recordCanvasTexts(page: Page): Promise<void> {
  await page.addInitScript(() => {
    const written = new WeakMap<HTMLCanvasElement, Box[]>();
    window.perpscopeWritten = written;
    const { fillText, clearRect } = CanvasRenderingContext2D.prototype;
    CanvasRenderingContext2D.prototype.fillText = function record(text, x, y, maxWidth) {
      const size = this.measureText(text);
      const transform = this.getTransform();
      const corners = [
        { x: x - size.actualBoundingBoxLeft, y: y - size.actualBoundingBoxAscent },
        { x: x + size.actualBoundingBoxRight, y: y + size.actualBoundingBoxDescent },
      ].map((corner) => transform.transformPoint(corner));
      const xs = corners.map((corner) => corner.x / devicePixelRatio);
      const ys = corners.map((corner) => corner.y / devicePixelRatio);
      const boxes = written.get(this.canvas) ?? [];
      boxes.push({
        text,
        left: Math.min(...xs),
        right: Math.max(...xs),
        top: Math.min(...ys),
        bottom: Math.max(...ys),
      });
      written.set(this.canvas, boxes);
      return maxWidth === undefined
        ? fillText.call(this, text, x, y)
        : fillText.call(this, text, x, y, maxWidth);
    };
    CanvasRenderingContext2D.prototype.clearRect = function forget(...area) {
      written.delete(this.canvas);
      return clearRect.apply(this, area);
    };
  });
}

/** What the canvas of one chart has written, in its own pixels. */
export function canvasTexts(frame: Frame, kind: string): Promise<readonly Box[]> {
  return frame.evaluate((each) => {
    const canvas = document.querySelector<HTMLCanvasElement>(`[data-kind="${each}"] .plot canvas`);
    return (canvas && window.perpscopeWritten?.get(canvas)) ?? [];
  }, kind);
}

/** Boxes of every visible text outside of canvases, by line. */
export function domTexts(frame: Frame): Promise<readonly Box[]> {
  return frame.evaluate(() => {
    const boxes: Box[] = [];
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    while (walker.nextNode()) {
      const { parentElement, textContent } = walker.currentNode;
      if (!parentElement || (textContent ?? '').trim() === '') continue;
      if (
        parentElement.closest('.visually-hidden, script, style, .scroller') ||
        !parentElement.checkVisibility()
      )
        continue;
      const range = document.createRange();
      range.selectNodeContents(walker.currentNode);
      for (const { left, top, right, bottom } of range.getClientRects())
        boxes.push({ text: textContent ?? '', left, top, right, bottom });
    }
    return boxes;
  });
}

/** Pairs of texts that cover each other. */
export function overlaps(boxes: readonly Box[]): string[] {
  const found: string[] = [];
  boxes.forEach((one, index) => {
    for (const other of boxes.slice(index + 1)) {
      const wide = Math.min(one.right, other.right) - Math.max(one.left, other.left);
      const high = Math.min(one.bottom, other.bottom) - Math.max(one.top, other.top);
      if (wide > SLACK_PX && high > SLACK_PX) found.push(`"${one.text}" over "${other.text}"`);
    }
  });
  return found;
}

/** How many colours a chart's canvas shows, and a checksum of its pixels; nothing where it is not drawn yet. */
export function colours(frame: Frame, kind: string): Promise<{ distinct: number; sum: number }> {
  return frame.evaluate((each) => {
    const canvas = document.querySelector<HTMLCanvasElement>(`[data-kind="${each}"] .plot canvas`);
    const copy = document.createElement('canvas');
    const context = copy.getContext('2d', { willReadFrequently: true });
    if (!canvas || !context || canvas.width === 0 || canvas.height === 0) return { distinct: 0, sum: 0 };
    copy.width = canvas.width;
    copy.height = canvas.height;
    context.drawImage(canvas, 0, 0);
    const { data } = context.getImageData(0, 0, copy.width, copy.height);
    const seen = new Set<number>();
    let sum = 0;
    for (let at = 0; at < data.length; at += 4) {
      const word = ((data[at] ?? 0) << 16) | ((data[at + 1] ?? 0) << 8) | (data[at + 2] ?? 0);
      if ((data[at + 3] ?? 0) > 0) seen.add(word);
      sum = (Math.imul(sum, 31) + word) >>> 0;
    }
    return { distinct: seen.size, sum };
  }, kind);
}

/** Notes every message that the workbench pops up from now on. */
export async function watchPopups(page: Page): Promise<void> {
  await page.evaluate(() => {
    const popups: string[] = [];
    window.perpscopePopups = popups;
    const seen = new WeakSet<Element>();
    new MutationObserver(() => {
      for (const one of document.querySelectorAll('.notification-list-item-message')) {
        if (seen.has(one) || !one.textContent) continue;
        seen.add(one);
        popups.push(one.textContent);
      }
    }).observe(document.body, { childList: true, subtree: true });
  });
}

export const popups = (page: Page): Promise<readonly string[]> =>
  page.evaluate(() => window.perpscopePopups ?? ['nobody watched']);

/**
 * The layout of editors that a reload will bring back. The editor in a browser saves it once a minute and when its window
 * loses the focus, which is what this makes it believe.
 */
export function savedLayout(page: Page): Promise<string> {
  return page.evaluate(async () => {
    const { hasFocus } = document;
    document.hasFocus = () => false;
    document.dispatchEvent(new Event('visibilitychange'));
    document.hasFocus = hasFocus;
    document.dispatchEvent(new Event('visibilitychange'));
    const names = (await indexedDB.databases()).map(({ name }) => name ?? '');
    const found = names
      .filter((name) => /^vscode-web-state-db-(?!global)/.test(name))
      .map(
        (name) =>
          new Promise<string>((resolve) => {
            const opening = indexedDB.open(name);
            opening.onerror = () => resolve('');
            opening.onsuccess = () => {
              const database = opening.result;
              const reading = database
                .transaction('ItemTable')
                .objectStore('ItemTable')
                .get('memento/workbench.parts.editor');
              reading.onerror = () => resolve('');
              reading.onsuccess = () => resolve(JSON.stringify(reading.result ?? ''));
              database.close();
            };
          }),
      );
    return (await Promise.all(found)).join('\n');
  });
}

/** Drags the edge of the side bar until it is so wide. */
export async function resizeSideBar(page: Page, widthPx: number): Promise<void> {
  const bar = page.locator('.part.sidebar');
  const box = await bar.boundingBox();
  if (box === null) throw new Error('there is no side bar');
  const y = box.y + box.height / 2;
  await page.mouse.move(box.x + box.width, y);
  await page.mouse.down();
  await page.mouse.move(box.x + widthPx, y, { steps: 4 });
  await page.mouse.up();
  await page.mouse.move(0, 0);
  await page.waitForFunction(
    (wanted) => Math.abs((document.querySelector('.part.sidebar')?.clientWidth ?? 0) - wanted) < 3,
    widthPx,
  );
}

/** The rows of trees in the side bar that are in sight: their text, the room for it and the room that it needs. */
export function treeRows(page: Page): Promise<readonly { text: string; roomPx: number; neededPx: number }[]> {
  return page.locator('.part.sidebar .monaco-list-row').evaluateAll((rows) =>
    rows.flatMap((row) => {
      const label = row.querySelector('.monaco-icon-label-container');
      if (label === null) return [];
      return [{ text: label.textContent ?? '', roomPx: label.clientWidth, neededPx: label.scrollWidth }];
    }),
  );
}
