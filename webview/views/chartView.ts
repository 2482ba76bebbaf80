import type { DatedEvent } from '../../src/core/datedEvent.ts';
import type { PanelViewState } from '../../src/surfaces/protocol/messages.ts';
import type { PanelItem, NewestNumbers } from '../../src/surfaces/protocol/payloads.ts';
import type { ChartTheme } from '../charts/theme.ts';
import type { TimeControl } from '../charts/timeGestures.ts';
import type { Range } from '../models/axis.ts';
import type { TakeAway } from './takeAway.ts';

/** One chart on the page. `update` takes new data in place, with what was read since; `draw` shows it. */
export interface ChartView<P> {
  readonly root: HTMLElement;
  update(payload: P, newest: NewestNumbers | undefined): void;
  /** Takes what was read since: the ends of lines and numbers in words. Returns whether the picture is another one. */
  takeNewest(newest: NewestNumbers): boolean;
  /** From the first to the last moment that there is something of. */
  extent(): Range | undefined;
  /** Draws what the shared range of time shows. */
  draw(): void;
  /** Marks a moment that another chart is read at. */
  mark(atMs: number | undefined): void;
  /** What is said of a moment beside another chart's own words. */
  linesAt(atMs: number): readonly string[];
  /** Draws again at the size and sharpness that the screen now asks for. */
  resize(): void;
  applyTheme(theme: ChartTheme): void;
  dispose(): void;
}

/** What a chart needs of the panel: the theme now, and the kept layout. */
export interface ViewContext extends TakeAway {
  theme(): ChartTheme;
  state(): Required<PanelViewState>;
  keep(change: Partial<PanelViewState>): void;
  /** Asks the host anew, for what is kept now. */
  reload(): void;
  /** The stretch of time that all charts show. */
  readonly time: TimeControl;
  /** The user's events within a range, both ends included. */
  eventsIn(range: Range): readonly DatedEvent[];
  /** Tells the other charts which moment is read at one of them. */
  pointAt(kind: PanelItem, atMs: number | undefined): void;
  /** What the other charts have at a moment. */
  linesOfOthers(kind: PanelItem, atMs: number): readonly string[];
  /** Says something to a screen reader. */
  say(text: string): void;
}
