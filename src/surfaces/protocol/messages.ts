import type { DatedEvents } from '../../core/datedEvent.ts';
import type { Asset, ExchangeId } from '../../core/ids.ts';
import type { CardId, CardPayload, CardWish } from './cards.ts';
import type { ChoiceId, HeatmapPayload, HeatmapWish } from './heatmaps.ts';
import type {
  ChartKind,
  ExportedPicture,
  ExportedTable,
  NewestNumbers,
  PanelItem,
  PanelSnapshot,
} from './payloads.ts';

/** What a panel wants to see: which chart or all of them, of which asset, of how many hours until now. */
export interface PanelQuery {
  readonly asset: Asset;
  readonly chart: ChartKind | 'all';
  readonly hours: number;
  /** The exchange whose liquidation levels are shown alone. */
  readonly levelsOf?: ExchangeId;
}

/** Requests that a panel makes of the host, by name: parameters and answer. Plain data only. */
export interface PanelRequests {
  /**
   * The panel can draw: answers with everything it wants to see, and from then on it is sent that and nothing else.
   * Without an asset it is the one that the panel was opened for.
   */
  ready: { params: Omit<PanelQuery, 'asset'> & { readonly asset?: Asset }; result: PanelSnapshot };
  refresh: { params: Record<string, never>; result: PanelSnapshot };
  /** The lines of a card over any time. */
  card: { params: CardWish; result: CardPayload };
  /** The cells of a heatmap card over any time. */
  heatmap: { params: HeatmapWish; result: HeatmapPayload };
  /** The events of the user's file from `fromMs` to before `toMs`, epoch ms; none where no file is named. */
  events: { params: { readonly fromMs: number; readonly toMs: number }; result: DatedEvents };
  /** Shares the range of time with other panels that do: answers with theirs, or with this one where it is the first. */
  link: { params: TimeWindow; result: TimeWindow };
  /** Puts a table on the clipboard, for spreadsheets. */
  copyTable: { params: ExportedTable; result: { readonly rows: number } };
  /** Asks where, and writes a table as CSV; answers with the file's name, or without where the user thought better of it. */
  saveTable: { params: ExportedTable; result: { readonly file?: string } };
  /** As `saveTable`, a picture of a chart. */
  savePicture: { params: ExportedPicture; result: { readonly file?: string } };
}

/** What the host tells a visible panel without being asked. */
export interface PanelNotifications {
  snapshot: PanelSnapshot;
  newest: NewestNumbers;
  /** Where a linked panel has moved to. */
  range: TimeWindow;
}

/** What a panel tells the host without wanting an answer. */
export interface PanelEvents {
  error: { readonly message: string };
  /** A linked panel has moved. */
  range: TimeWindow;
  unlink: Record<string, never>;
  /** Whether the panel shows the asset that the active editor names. */
  follow: { readonly isOn: boolean };
}

/** What a panel sends, for the RPC peer. */
export interface PanelSide {
  requests: PanelRequests;
  events: PanelEvents;
}

/** What the host sends, for the RPC peer. The host asks a panel nothing. */
export interface HostSide {
  requests: Record<never, never>;
  events: PanelNotifications;
}

/** Which stretch of time a panel shows: all that there is where `spanMs` is absent, up to the newest where `endMs` is. */
export interface TimeWindow {
  readonly spanMs?: number;
  readonly endMs?: number;
}

/** How a chart shows the values of lines: on a logarithmic axis, or as change since the first one shown in percent. */
export type ValueScale = 'linear' | 'log' | 'change';

/** Colours of heatmaps. */
export type Palette = 'usual' | 'purple-to-yellow' | 'colour-blind-safe' | 'high-contrast';

/** What the webview keeps over a reload: selection and layout, never data. */
export interface PanelViewState {
  readonly asset: string;
  readonly chart: ChartKind | 'all';
  /** Unit of the open interest chart; coins where absent. */
  readonly openInterestUnit?: 'base' | 'usd';
  /** What the user switched off: lines of the open interest chart, and realised liquidations (`realised`). */
  readonly hiddenLines?: readonly string[];
  /** Colour scale of the liquidation heatmap; logarithmic where absent. */
  readonly heatmapScale?: 'log' | 'linear';
  /** The exchange whose liquidation levels are shown alone; all of them where absent or empty. */
  readonly levelsOf?: string;
  /** The stretch of time of all charts; all where absent. */
  readonly timeWindow?: TimeWindow;
  /** How the lines of a chart, or the colours of a heatmap card, are shown; linear where absent. */
  readonly valueScales?: { readonly [Item in PanelItem]?: ValueScale };
  /** Charts whose numbers are shown as a table. */
  readonly openTables?: readonly PanelItem[];
  /** The cards that a panel of all charts shows, in their order. */
  readonly cards?: readonly ChoiceId[];
  /** Cards whose flows are shown as their running sum. */
  readonly summedUp?: readonly CardId[];
  /** Whether the panel shares its range of time with others. */
  readonly isLinked?: boolean;
  /** Whether it shows the asset that the active editor names. */
  readonly isFollowing?: boolean;
  /** The second asset that a card shows beside the panel's. */
  readonly compared?: { readonly [Card in CardId]?: Asset };
  /** How high cards are; usual where absent. */
  readonly cardHeights?: { readonly [Card in CardId]?: 'small' | 'tall' };
  /** Colours that the user chose; absent or empty: high contrast in a theme of high contrast, else the usual ones. */
  readonly palette?: Palette | '';
  /** How far the page is scrolled down. */
  readonly scrollPx?: number;
}

export type Envelope =
  | { readonly type: 'request'; readonly id: number; readonly method: string; readonly params: unknown }
  | { readonly type: 'cancel'; readonly id: number }
  | { readonly type: 'reply'; readonly id: number; readonly result: unknown }
  | { readonly type: 'failure'; readonly id: number; readonly code: string; readonly message: string }
  | { readonly type: 'event'; readonly method: string; readonly params: unknown };
