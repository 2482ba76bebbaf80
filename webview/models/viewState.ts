import type { Palette, PanelViewState } from '../../src/surfaces/protocol/messages.ts';
import { CARD_IDS, type CardId } from '../../src/surfaces/protocol/cards.ts';
import { CHOICE_IDS, type ChoiceId } from '../../src/surfaces/protocol/heatmaps.ts';
import type { PanelItem } from '../../src/surfaces/protocol/payloads.ts';
import { PALETTES } from './palettes.ts';
import { keptWindow } from './timeRange.ts';

const CHARTS: readonly string[] = [
  'open-interest',
  'funding-heatmap',
  'liquidation-heatmap',
  'regime-timeline',
  'all',
] satisfies readonly PanelViewState['chart'][];

const ITEMS: readonly string[] = [...CHARTS, ...CHOICE_IDS];

function keptCards<Id extends ChoiceId>(kept: unknown, ids: readonly Id[]): Id[] {
  return Array.isArray(kept)
    ? ids.filter((id) => kept.includes(id)).sort((a, b) => kept.indexOf(a) - kept.indexOf(b))
    : [];
}

function keptScales(kept: unknown): Required<PanelViewState>['valueScales'] {
  if (typeof kept !== 'object' || kept === null) return {};
  const known = Object.entries(kept).filter(
    ([kind, scale]) => ITEMS.includes(kind) && (scale === 'log' || scale === 'change'),
  );
  return Object.fromEntries(known) as Required<PanelViewState>['valueScales'];
}

/** Of each card what was kept, where it is something that can be. */
function keptOf<T extends string>(kept: unknown, isKnown: (value: string) => value is T): { [Card in CardId]?: T } {
  const of = Object(kept) as Readonly<Record<string, unknown>>;
  const known = CARD_IDS.flatMap((id) => {
    const value = Object.hasOwn(of, id) ? of[id] : undefined;
    return typeof value === 'string' && isKnown(value) ? [[id, value] as const] : [];
  });
  return Object.fromEntries(known) as { [Card in CardId]?: T };
} // prettier-ignore

const isPalette = (value: unknown): value is Palette =>
  typeof value === 'string' && Object.hasOwn(PALETTES, value);

const isHeight = (value: string): value is 'small' | 'tall' => value === 'small' || value === 'tall';

/**
 * Returns the state to start with: the chart that the page was made for, and all else as it was kept. The asset too: a panel may have gone
 * with the editor to another one. Kept state may be of an older version, so each field is looked at.
 */
export function startState(
  page: { chart?: string; asset?: string },
  kept: unknown,
): Required<PanelViewState> {
  const old = (typeof kept === 'object' && kept !== null ? kept : {}) as Readonly<Record<string, unknown>>;
  const chart = [page.chart, old['chart']].find(
    (value): value is PanelViewState['chart'] => typeof value === 'string' && CHARTS.includes(value),
  );
  const keptAsset = typeof old['asset'] === 'string' ? old['asset'] : '';
  const hidden: unknown[] = Array.isArray(old['hiddenLines']) ? old['hiddenLines'] : [];
  const tables: unknown[] = Array.isArray(old['openTables']) ? old['openTables'] : [];
  const scrollPx = old['scrollPx'];
  return {
    chart: chart ?? 'all',
    asset: keptAsset === '' ? (page.asset ?? '') : keptAsset,
    openInterestUnit: old['openInterestUnit'] === 'usd' ? 'usd' : 'base',
    hiddenLines: hidden.filter((id): id is string => typeof id === 'string'),
    heatmapScale: old['heatmapScale'] === 'linear' ? 'linear' : 'log',
    levelsOf: typeof old['levelsOf'] === 'string' ? old['levelsOf'] : '',
    timeWindow: keptWindow(old['timeWindow']),
    valueScales: keptScales(old['valueScales']),
    openTables: tables.filter(
      (kind): kind is PanelItem => typeof kind === 'string' && kind !== 'all' && ITEMS.includes(kind),
    ),
    cards: keptCards(old['cards'], CHOICE_IDS),
    summedUp: keptCards(old['summedUp'], CARD_IDS),
    isLinked: old['isLinked'] === true,
    isFollowing: old['isFollowing'] === true,
    // Whether it is one of the assets is known once there are some.
    compared: keptOf(old['compared'], (value): value is string => value !== ''),
    cardHeights: keptOf(old['cardHeights'], isHeight),
    palette: isPalette(old['palette']) ? old['palette'] : '',
    scrollPx: typeof scrollPx === 'number' && scrollPx > 0 ? scrollPx : 0,
  };
}
