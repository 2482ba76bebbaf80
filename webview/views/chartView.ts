import type { PanelViewState } from '../../src/surfaces/protocol/messages.ts';
import type { ExportedTable, NewestNumbers } from '../../src/surfaces/protocol/payloads.ts';
import type { ChartTheme } from '../charts/theme.ts';

/** One chart on the page. `update` takes new data in place, with what was read since; nothing is built again. */
export interface ChartView<P> {
  readonly root: HTMLElement;
  update(payload: P, newest: NewestNumbers | undefined): void;
  /** Takes what was read since: the ends of lines and numbers in words, nothing else is touched. */
  takeNewest(newest: NewestNumbers): void;
  /** Draws again at the size and sharpness that the screen now asks for. */
  resize(): void;
  applyTheme(theme: ChartTheme): void;
  dispose(): void;
}

/** What a chart needs of the panel: the theme now, and the kept layout. */
export interface ViewContext {
  theme(): ChartTheme;
  state(): Required<PanelViewState>;
  keep(change: Partial<PanelViewState>): void;
  /** Hands a table to the editor. Returns what became of it in words, undefined where the user thought better of it. */
  exportTable(how: 'copy' | 'save', table: ExportedTable): Promise<string | undefined>;
}
