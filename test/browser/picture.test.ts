import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, it } from 'mocha';
import type { Page } from 'playwright-core';
import { panelGuards } from '../../src/surfaces/protocol/guards.ts';
import type { Box } from './pageScript.ts';
import { assertClean, settle, startHarness } from './harness.ts';
import type { Harness, OpenOptions } from './harness.ts';

const SHOTS = join(import.meta.dirname, '../../test-results/browser');
const PADDING_PX = 16;
const KINDS = ['open-interest', 'funding-heatmap', 'liquidation-heatmap'] as const;
const TITLES = {
  'open-interest': 'Open interest',
  'funding-heatmap': 'Funding by exchange',
  'liquidation-heatmap': 'Liquidation levels',
  price: 'Price',
} as const;
type Kind = keyof typeof TITLES;

interface Taken {
  readonly png: Buffer;
  readonly texts: readonly Box[];
}

/** Presses the button of a card by keyboard. Returns the picture that the editor was handed and what is written in it. */
async function take(page: Page, kind: Kind): Promise<Taken> {
  const card = page.locator(`[data-kind="${kind}"]`);
  const button = card.getByRole('button', { name: `Save picture…: ${TITLES[kind]}` });
  await button.focus();
  await page.keyboard.press('Enter');
  await card.locator('.picture-outcome', { hasText: 'Saved as perpscope-picture.png.' }).waitFor();
  const [picture, texts] = await page.evaluate(() => [window.perpscopePage.picture(), window.perpscopePage.pictureTexts()] as const); // prettier-ignore
  return { png: Buffer.from(picture, 'base64'), texts };
}

interface Seen {
  readonly width: number;
  readonly height: number;
  /** The colour of the corner. */
  readonly ground: readonly number[];
  /** Of each part the share of its pixels that are not of the ground. */
  readonly inked: readonly number[];
  /** Of each part the share of its pixels that differ from the other picture's. */
  readonly changed: readonly number[];
}

/** Decodes a picture as any program would, and looks at parts of it (CSS pixels), also beside another one. */
async function look(page: Page, png: Buffer, parts: readonly Box[], other = png): Promise<Seen> {
  return page.evaluate(
    async ({ files, boxes }) => {
      const decode = async (file: string): Promise<ImageData> => {
        const bytes = Uint8Array.from(atob(file), (letter) => letter.charCodeAt(0));
        const bitmap = await createImageBitmap(new Blob([bytes], { type: 'image/png' }));
        const pen = new OffscreenCanvas(bitmap.width, bitmap.height).getContext('2d')!;
        pen.drawImage(bitmap, 0, 0);
        return pen.getImageData(0, 0, bitmap.width, bitmap.height);
      };
      const [one, two] = [await decode(files[0] ?? ''), await decode(files[1] ?? '')];
      const at = ({ data, width }: ImageData, x: number, y: number): number[] => [
        ...data.subarray(4 * (y * width + x), 4 * (y * width + x) + 4),
      ];
      // Less is not seen: edges of letters in the colour of the ground are a shade off it.
      const isOther = (one: number[], other: number[]): boolean =>
        one.some((channel, index) => Math.abs(channel - (other[index] ?? 0)) > 40);
      const share = ({ left, top, right, bottom }: Box, isIt: (x: number, y: number) => boolean): number => {
        let [count, all] = [0, 0];
        for (let y = Math.floor(top * devicePixelRatio); y < bottom * devicePixelRatio; y++)
          for (let x = Math.floor(left * devicePixelRatio); x < right * devicePixelRatio; x++) {
            all += 1;
            if (isIt(x, y)) count += 1;
          }
        return all === 0 ? 0 : count / all;
      };
      const ground = at(one, 0, 0);
      return {
        width: one.width,
        height: one.height,
        ground,
        inked: boxes.map((box) => share(box, (x, y) => isOther(at(one, x, y), ground))),
        changed: boxes.map((box) => share(box, (x, y) => isOther(at(one, x, y), at(two, x, y)))),
      };
    },
    { files: [png.toString('base64'), other.toString('base64')], boxes: parts },
  );
}

const wordsOf = (texts: readonly Box[]): string => texts.map(({ text }) => text).join(' ');
const find = (texts: readonly Box[], word: string): Box =>
  texts.find(({ text }) => text === word) ?? assert.fail(`${word} is not in ${wordsOf(texts)}`);

describe('a picture of a chart', function () {
  this.timeout(60_000);
  let harness: Harness;
  before(async () => {
    harness = await startHarness();
  });
  after(() => harness.close());

  /** Opens the same numbers from an exchange and from the simulated market. */
  async function both<T>(
    options: OpenOptions,
    use: (live: Page, simulated: Page) => Promise<T>,
  ): Promise<void> {
    const live = await harness.open(options);
    const simulated = await harness.open({ ...options, demo: { source: 'simulated' } });
    await use(live.page, simulated.page);
    for (const one of [live, simulated]) {
      await assertClean(one);
      await one.close();
    }
  }

  for (const [theme, ground, pixelRatio] of [['dark', [31, 31, 31, 255], 1], ['light', [255, 255, 255, 255], 2]] as const)
    it(`is a PNG with SIMULATED and MODELLED burnt in, in the colours and at the sharpness of the screen: ${theme}, ratio ${pixelRatio}`, () =>
      both({ theme, pixelRatio }, async (live, simulated) => {
        for (const kind of KINDS) {
          const [real, made] = [await take(live, kind), await take(simulated, kind)];
          mkdirSync(SHOTS, { recursive: true });
          writeFileSync(join(SHOTS, `picture-${kind}-${theme}.png`), made.png);
          const isModelled = kind === 'liquidation-heatmap';
          const mark = find(made.texts, 'SIMULATED');
          const seen = await look(simulated, made.png, [mark], real.png);
          assert.deepEqual(seen.ground, ground);
          const chartPx = await simulated.evaluate((one) => document.querySelector<HTMLCanvasElement>(`[data-kind="${one}"] .plot canvas`)?.width ?? 0, kind);
          assert.equal(seen.width, chartPx + 2 * PADDING_PX * pixelRatio);
          assert.ok((seen.inked[0] ?? 0) > 0.2, `SIMULATED covers ${seen.inked[0]} of its place`);
          assert.ok((seen.changed[0] ?? 0) > 0.2, 'the picture of live numbers has another word there, or none');
          assert.deepEqual(real.texts.filter(({ text }) => /SIMULATED|simulated/.test(text)), []);
          assert.equal(real.texts.some(({ text }) => text === 'MODELLED'), isModelled);
          const marked = isModelled ? find(real.texts, 'MODELLED') : undefined;
          if (marked) assert.ok(((await look(live, real.png, [marked])).inked[0] ?? 0) > 0.2, 'MODELLED');
          // The chart itself says it as well, for who cuts it out.
          const canvas = await simulated.evaluate((one) => window.perpscopePage.canvasTexts(one).find(({ text }) => text.startsWith('SIMULATED')), kind);
          assert.equal(canvas?.text, isModelled ? 'SIMULATED · MODELLED' : 'SIMULATED');
          const params = { asset: 'BTC', chart: kind, source: 'simulated', png: new Uint8Array(made.png) };
          assert.ok('value' in panelGuards.params('request', 'savePicture', params), `${made.png.length} bytes`);
        }
      })); // prettier-ignore

  it('says what the card says: title, source and times, and the lines that are seen with their strokes', async () => {
    const opened = await harness.open({ width: 620, state: { asset: 'BTC', chart: 'all', cards: ['price'], timeWindow: {} } });
    const { page } = opened;
    await page.locator('[data-kind="price"] .legend-entry').first().waitFor();
    await page.getByRole('button', { name: 'Show the last 1 d', exact: true }).click();
    await page.locator('[data-kind="open-interest"] .legend-entry', { hasText: 'OKX' }).click();
    await settle(page);
    const range = await page.locator('.time-range').innerText();
    for (const kind of [...KINDS, 'price'] as const) {
      const { texts, png } = await take(page, kind);
      const card = page.locator(`[data-kind="${kind}"]`);
      const words = wordsOf(texts);
      assert.equal(texts[0]?.text, TITLES[kind]);
      assert.ok(words.includes(await card.locator('.meta').innerText()), words);
      assert.ok(words.includes(range), words);
      assert.ok(words.includes(`source: live${kind === 'liquidation-heatmap' ? ', modelled' : ''}`), words);
      const shown = await card.locator('.legend-key, .legend-entry[aria-pressed="true"], .legend-title, .legend-labels span').allTextContents();
      for (const text of shown) find(texts, text);
      assert.ok(shown.length > 1, 'a legend');
      const { width, height } = await look(page, png, []);
      for (const { text, left, right, top, bottom } of texts)
        assert.ok(left >= 0 && top >= 0 && right <= width && bottom <= height, `${text} is cut off`);
      for (const [at, one] of texts.entries())
        for (const other of texts.slice(at + 1))
          assert.ok(one.right <= other.left || other.right <= one.left || one.bottom <= other.top || other.bottom <= one.top, `${one.text} lies over ${other.text}`);
    }
    const { texts, png } = await take(page, 'open-interest');
    assert.doesNotMatch(wordsOf(texts), /OKX/, 'what is switched off is not seen');
    const { left, top, bottom } = find(texts, 'Binance');
    const swatch = { text: '', left: left - 34, right: left - 8, top, bottom };
    assert.ok(((await look(page, png, [swatch])).inked[0] ?? 0) > 0.08, 'its stroke');
    await assertClean(opened);
    await opened.close();
  }); // prettier-ignore
});
