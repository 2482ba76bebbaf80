import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { exchangeAdapters } from '../../../src/sources/exchanges/registry.ts';
import type { CardId, CardPayload } from '../../../src/surfaces/protocol/cards.ts';
import type { OpenInterestChart } from '../../../src/surfaces/protocol/payloads.ts';
import type { ChartTheme } from '../../../webview/charts/theme.ts';
import { cardModel } from '../../../webview/models/cardLines.ts';
import { parseColour, type Rgb } from '../../../webview/models/colour.ts';
import { exchangeColours, placeOfExchange } from '../../../webview/models/exchangeLook.ts';
import type { NamedLine } from '../../../webview/models/namedLine.ts';
import { openInterestModel } from '../../../webview/models/openInterest.ts';
import { strokeOf } from '../../../webview/views/lineLegend.ts';
import { THEMES, type ThemeName } from '../../browser/themes.ts';
import { contrastOf, deltaE2000, labOf } from '../../support/colourVision.ts';

const IDS = exchangeAdapters.map(({ id }) => id);
const NAMES = Object.keys(THEMES) as ThemeName[];

const SERIES = ['blue', 'orange', 'green', 'purple', 'red', 'yellow'];

/** Chart colours in that order, ink and ground of themes of newer editors (1.139): Modern, High Contrast, 2026; without an orange there is the ink. */
const NEWER = [
  ['#59a4f9', '#ea5c00', '#89d185', '#b180d7', '#f14c4c', '#cca700', '#cccccc', '#1f1f1f'],
  ['#0063d3', '#ea5c00', '#388a34', '#652d90', '#e51400', '#bf8803', '#3b3b3b', '#ffffff'],
  ['#59a4f9', '#ffffff', '#89d185', '#b180d7', '#f48771', '#ffd370', '#ffffff', '#000000'],
  ['#0063d3', '#292929', '#374e06', '#652d90', '#b5200d', '#895503', '#292929', '#ffffff'],
  ['#57a3f8', '#cd861a', '#86cf86', '#ad80d7', '#ef8773', '#e0b97f', '#bbbebf', '#121314'],
  ['#1a5cff', '#d18616', '#388a34', '#652d90', '#ad0707', '#667309', '#202020', '#ffffff'],
];

const variable = (theme: ThemeName, name: string): string =>
  (THEMES[theme].variables as Readonly<Record<string, string>>)[name] ?? '';

function themeOf(theme: ThemeName, palette: ChartTheme['palette'] = 'usual'): ChartTheme {
  const series = SERIES.map((name) => variable(theme, `charts-${name}`)); // prettier-ignore
  const exchanges = exchangeColours(series, variable(theme, 'editor-foreground'));
  return {
    foreground: variable(theme, 'editor-foreground'),
    series,
    exchanges,
    palette,
  } as unknown as ChartTheme;
}

const looks = (lines: readonly NamedLine[], theme: ChartTheme): Map<string, string> =>
  new Map(lines.map((line) => [line.label, JSON.stringify(strokeOf(line, theme))]));

function cardOf(card: CardId, ids: readonly string[]): CardPayload {
  const lines = ids.map((id) => ({ id, label: id, firstMs: 0, values: Float64Array.of(1, 2) }));
  return { card, asset: 'BTC', source: 'live', stepMs: 3_600_000, lines, notes: [] };
}

function openInterestOf(ids: readonly string[]): OpenInterestChart {
  const column = { atMs: Float64Array.of(0, 1), values: Float64Array.of(1, 2) };
  const lines = ids.map((id) => ({ id, label: id, sides: 'one' as const, base: column, usd: column }));
  return { kind: 'open-interest', asset: 'BTC', source: 'live', asOfMs: 1, coverage: { fresh: 1, of: 1 }, notes: [], lines } as OpenInterestChart; // prettier-ignore
}

describe('the look of an exchange', () => {
  it('is the same in every card, whichever exchanges stand beside it', () => {
    const theme = themeOf('dark');
    const seen = new Map<string, Set<string>>();
    const note = (lines: readonly NamedLine[]): void => {
      for (const [id, look] of looks(lines, theme)) seen.set(id, (seen.get(id) ?? new Set()).add(look));
    };
    const subsets = [IDS, IDS.toReversed(), ['aggregate', ...IDS], IDS.slice(4), ['htx', 'okx'], ['deribit'], ['aggregate', 'gate', 'newcomer']]; // prettier-ignore
    for (const ids of subsets) {
      for (const card of ['price', 'volume', 'funding', 'liquidations', 'depth'] as const)
        note(cardModel(cardOf(card, ids)).lines);
      note(openInterestModel(openInterestOf(ids), 'base', new Set()).lines);
    }
    for (const [id, each] of seen) assert.equal(each.size, 1, `${id}: ${[...each].join(' ')}`);
    assert.equal(seen.size, IDS.length + 2);
    const all = [...seen.values()].flatMap((each) => [...each]);
    assert.equal(new Set(all).size, all.length, 'and no two look alike');
  });

  it('has nine colours that are told from each other and from the sum in the editor’s themes', () => {
    assert.equal(IDS.length, 9);
    const dashes = IDS.map((id) => strokeOf({ colourIndex: placeOfExchange(id) } as NamedLine, themeOf('dark')).dash.join());
    const known = NAMES.map((name) => [...SERIES.map((one) => variable(name, `charts-${one}`)), variable(name, 'editor-foreground'), variable(name, 'editor-background')]);
    for (const [...given] of [...known, ...NEWER]) {
      const [ground = '', ink = ''] = [given.pop(), given.pop()];
      const colours = [...exchangeColours(given, ink), ink].map((colour) => parseColour(colour) as Rgb);
      assert.equal(colours.length, 10);
      colours.forEach((one, at) => {
        assert.ok(contrastOf(one, parseColour(ground) as Rgb) >= 2.9, `${String(given)}: ${at} is hardly seen`);
        colours.slice(at + 1).forEach((other, far) => {
          const distance = deltaE2000(labOf(one), labOf(other));
          const [dash, next] = [at, at + 1 + far].map((place) => dashes[place]);
          assert.ok(distance > 15 || dash !== next, `${String(given)}: ${at} and ${at + 1 + far} are alike`);
          assert.ok(distance > 13, `${String(given)}: ${at} and ${at + 1 + far} are ${distance} apart`);
        });
      });
    }
  }); // prettier-ignore

  it('is a place of its own for each that is built in, and beyond those by name for others', () => {
    assert.deepEqual(IDS.map(placeOfExchange), [0, 1, 2, 3, 4, 5, 6, 7, 8]);
    const theme = themeOf('hc-light', 'high-contrast');
    const places = new Set<number>();
    for (const id of ['coinbase', 'bitmex', 'mexc', 'dydx', 'bitfinex', 'a', '', 'é', 'x'.repeat(5_000)]) {
      const place = placeOfExchange(id);
      places.add(place);
      assert.ok(place >= 9 && place < 18, `${id}: ${place}`);
      for (const each of [theme, themeOf('dark')]) {
        const look = JSON.stringify(strokeOf({ colourIndex: place } as NamedLine, each));
        const own = IDS.map((one) =>
          JSON.stringify(strokeOf({ colourIndex: placeOfExchange(one) } as NamedLine, each)),
        );
        assert.ok(!own.includes(look), id);
      }
    }
    assert.ok(places.size > 3);
  });

  it('differs in dashes between feeds of one exchange, and not between its sides', () => {
    const lines = (['long', 'short'] as const).flatMap((side) =>
      ['okx pushed', 'okx asked'].map((label) => ({ id: 'okx', label: `${label} ${side}`, side, firstMs: 0, values: Float64Array.of(1) })),
    );
    const payload = { ...cardOf('liquidations', []), lines };
    const seen = [...looks(cardModel(payload).lines, themeOf('dark')).values()];
    assert.deepEqual(seen.map((look) => seen.indexOf(look)), [0, 1, 0, 1]);
    const colours = seen.map((look) => (JSON.parse(look) as { colour: string }).colour);
    assert.equal(new Set(colours).size, 1);
  }); // prettier-ignore

  it('does not rest on colour where that is not to be relied on: neighbours differ in their dashes', () => {
    for (const palette of ['high-contrast', 'colour-blind-safe'] as const) {
      const dashes = IDS.map((id) => strokeOf({ colourIndex: placeOfExchange(id) } as NamedLine, themeOf('light', palette)).dash.join()); // prettier-ignore
      for (let at = 1; at < dashes.length; at++) assert.notEqual(dashes[at], dashes[at - 1]);
    }
  });

  it('stays a colour in a theme whose colours cannot be read', () => {
    const names = ['a', 'b', 'c', 'd', 'e', 'f'];
    assert.deepEqual(exchangeColours(names, 'ink'), ['a', 'f', 'c', 'd', 'e', 'a', 'd', 'd', 'e']);
  });
});
