import type { PanelViewState } from '../../src/surfaces/protocol/messages.ts';
import type { ChartTheme } from '../charts/theme.ts';

/** One chart on the page. `update` takes new data in place; nothing is built again. */
export interface ChartView<P> {
  readonly root: HTMLElement;
  update(payload: P): void;
  applyTheme(theme: ChartTheme): void;
  dispose(): void;
}

/** What a chart needs of the panel: the theme now, and the kept layout. */
export interface ViewContext {
  theme(): ChartTheme;
  state(): Required<PanelViewState>;
  keep(change: Partial<PanelViewState>): void;
}
