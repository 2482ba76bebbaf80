import { createRpcPeer } from '../../src/surfaces/protocol/rpc.ts';
import type {
  HostSide,
  PanelRequests,
  PanelSide,
  PanelViewState,
} from '../../src/surfaces/protocol/messages.ts';
import { PANEL_HOURS, type NewestNumbers, type PanelSnapshot } from '../../src/surfaces/protocol/payloads.ts';
import { watchPixelRatio } from '../charts/pixelRatio.ts';
import { onThemeChange, readTheme } from '../charts/theme.ts';
import { element } from '../dom.ts';
import type { PanelHost } from '../host.ts';
import { chartsOf, frameModel, panelTitle } from '../models/frame.ts';
import { startState } from '../models/viewState.ts';
import type { CardHost } from './asking.ts';
import { createChartList } from './chartList.ts';
import { createEventList } from './eventList.ts';
import { createFrame } from './frame.ts';
import { createPaletteChoice } from './paletteChoice.ts';
import { createPanelSwitches } from './panelSwitches.ts';
import { createTakeAway } from './takeAway.ts';
import { createTimeAxis } from './timeAxis.ts';
import { createTimeToolbar } from './timeToolbar.ts';

const AGE_TICK_MS = 5_000;
/** Background updates are read aloud at most this often. */
const ANNOUNCE_MS = 60_000;
/** A refresh waits for exchanges, which answer in their own time. */
const REFRESH_TIMEOUT_MS = 60_000;
/** Years are read in pieces, between everything else. */
const CARD_TIMEOUT_MS = 60_000;
/** Scrolling is kept once it rests. */
const SCROLL_REST_MS = 200;

function lineOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** Starts the panel in `root`: asks for everything, draws it, and draws each later snapshot over it. */
export function startPanel(root: HTMLElement, host: PanelHost, nowMs: () => number = Date.now): () => void {
  let state = startState({ ...root.dataset }, host.getState());
  let theme = readTheme(state.palette);
  let snapshot: PanelSnapshot | undefined;
  let announcedAtMs = -Infinity;
  let due: NewestNumbers | undefined;
  let scrollTimer: ReturnType<typeof setTimeout> | undefined;
  let isScrolledBack = false;

  function keep(change: Partial<PanelViewState>): void {
    state = { ...state, ...change };
    host.setState(state);
  }

  const peer = createRpcPeer<PanelSide, HostSide>({
    post: (message) => host.post(message),
    handlers: {},
    listeners: {
      snapshot: (next) => show(next, false),
      newest: (next) => take(next),
      range: (window) => switches.take(window),
    },
    // Later pages start above the ids of earlier ones, so that an old answer never fits a new request.
    firstId: nowMs(),
  });
  const report = (message: string): void => void peer.emit('error', { message: message.slice(0, 500) });
  const frame = createFrame(panelTitle(state.asset), () => void load('refresh'));
  const time = createTimeAxis(state.timeWindow, keep, () => {
    charts.draw();
    showTime();
    switches.moved();
  });
  const switches = createPanelSwitches(
    time,
    () => state,
    keep,
    peer,
    (error) => report(lineOf(error)),
  );
  const toolbar = createTimeToolbar(time);
  const palette = createPaletteChoice(state.palette, (chosen) => {
    keep({ palette: chosen });
    showTheme();
  });
  const events = createEventList(
    time,
    (wish) => peer.call('events', wish),
    () => charts.draw(),
  );
  const panel = {
    theme: () => theme,
    state: () => state,
    keep,
    reload: () => void load('ready'),
    time,
    say: frame.announce,
    eventsIn: events.within,
    ...createTakeAway(peer),
  };
  const cardHost: CardHost = {
    asset: () => snapshot?.asset ?? state.asset,
    assets: () => snapshot?.assets ?? [],
    nowMs: () => nowMs() + (snapshot?.clockBehindMs ?? 0),
    isPartial: () => snapshot?.isPartial ?? snapshot === undefined,
    ask: (wish, signal) => peer.call('card', wish, { timeoutMs: CARD_TIMEOUT_MS, signal }),
    askHeatmap: (wish, signal) => peer.call('heatmap', wish, { timeoutMs: CARD_TIMEOUT_MS, signal }),
  };
  const charts = createChartList(panel, cardHost, report, () => {
    void events.ask(false);
    showTime();
  });
  const pixelRatio = watchPixelRatio(() => charts.resize());
  frame.content.append(
    element('div', { class: 'time-bar' }, toolbar.root, switches.root, palette),
    events.root,
    charts.root,
  );
  root.replaceChildren(frame.root);

  /** Says which time is shown, and what happened in it. */
  function showTime(): void {
    toolbar.show();
    events.show();
  }

  function showTheme(): void {
    theme = readTheme(state.palette);
    charts.applyTheme(theme);
  }

  function showHead(): void {
    pixelRatio.check();
    if (snapshot) frame.showHead(frameModel(snapshot, nowMs()), snapshot.isLoading);
  }

  function show(next: PanelSnapshot, wasAsked: boolean): void {
    // Answers and notifications may cross; an older picture never replaces a newer one.
    if (snapshot && next.version < snapshot.version) return;
    const isNewAsset = snapshot?.asset !== next.asset;
    snapshot = next;
    if (state.asset !== next.asset) keep({ asset: next.asset });
    showHead();
    const shown = chartsOf(next, state.chart);
    frame.showMessage(next.isLoading && shown.length === 0 ? `Loading ${next.asset} data…` : '');
    charts.show(shown, next);
    showTime();
    if (next.isLoading) return;
    // What is said of events stands above the charts: before it does, the place is another one.
    void events.ask(true).then(scrollBack);
    const now = nowMs();
    if (!wasAsked && !isNewAsset && now - announcedAtMs < ANNOUNCE_MS) return;
    announcedAtMs = now;
    const { title, time } = frameModel(next, now);
    frame.announce(`${title} updated. ${time}.`);
  }

  /** Draws the newest readings with the next frame: a page that is not drawn does no work for them, and none pile up. */
  function take(next: NewestNumbers): void {
    const isFrameDue = due !== undefined;
    due = next;
    if (isFrameDue) return;
    requestAnimationFrame(() => {
      const newest = due;
      due = undefined;
      if (!snapshot || newest?.version !== snapshot.version) return;
      const { asOfMs, coverage, clockBehindMs } = newest;
      snapshot = {
        ...snapshot,
        newest,
        ...(asOfMs === undefined ? {} : { asOfMs }),
        ...(coverage === undefined ? {} : { coverage }),
        ...(clockBehindMs === undefined ? {} : { clockBehindMs }),
      };
      showHead();
      charts.takeNewest(newest);
      showTime();
    });
  }

  /** Once, to where the page was when it was left. */
  function scrollBack(): void {
    if (isScrolledBack) return;
    isScrolledBack = true;
    if (state.scrollPx > 0) window.scrollTo(0, state.scrollPx);
  }

  /** What the page was made for; one that kept no asset is told it with the first snapshot. */
  function query(): PanelRequests['ready']['params'] {
    const { asset, chart, levelsOf } = state;
    return {
      ...(asset === '' ? {} : { asset }),
      ...{ chart, hours: PANEL_HOURS.usual },
      ...(levelsOf === '' ? {} : { levelsOf }),
    };
  }

  async function load(method: 'ready' | 'refresh'): Promise<void> {
    frame.setBusy(true);
    try {
      const next =
        method === 'ready' || !snapshot
          ? await peer.call('ready', query())
          : await peer.call('refresh', {}, { timeoutMs: REFRESH_TIMEOUT_MS });
      frame.showProblem('');
      show(next, method === 'refresh');
      if (method === 'ready') switches.start();
    } catch (error) {
      const what = snapshot ? 'The data could not be refreshed' : 'The charts could not be loaded';
      frame.showProblem(`${what}: ${lineOf(error)}.`);
      if (!snapshot) frame.showMessage('No data to show. Press Refresh to try again.');
    } finally {
      frame.setBusy(false);
    }
  }

  const endMessages = host.onMessage((data) => peer.receive(data));
  const endTheme = onThemeChange(showTheme);
  const onScroll = (): void => {
    clearTimeout(scrollTimer);
    scrollTimer = setTimeout(() => keep({ scrollPx: Math.round(window.scrollY) }), SCROLL_REST_MS);
  };
  window.addEventListener('scroll', onScroll, { passive: true });
  const onError = (event: ErrorEvent): void => report(event.message);
  const onRejection = (event: PromiseRejectionEvent): void => report(lineOf(event.reason));
  window.addEventListener('error', onError);
  window.addEventListener('unhandledrejection', onRejection);
  const ageTimer = setInterval(showHead, AGE_TICK_MS);
  frame.showMessage(state.asset === '' ? 'Loading data…' : `Loading ${state.asset} data…`);
  void load('ready');

  return () => {
    clearInterval(ageTimer);
    endMessages();
    endTheme();
    pixelRatio.dispose();
    clearTimeout(scrollTimer);
    window.removeEventListener('scroll', onScroll);
    window.removeEventListener('error', onError);
    window.removeEventListener('unhandledrejection', onRejection);
    time.dispose();
    charts.dispose();
    peer.dispose();
  };
}
