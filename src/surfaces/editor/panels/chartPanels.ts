import { randomBytes } from 'node:crypto';
import * as vscode from 'vscode';
import { DisposableStore } from '../../../core/disposable.ts';
import type { Logger } from '../../../core/logger.ts';
import type { MarketSession } from '../marketSession.ts';
import { panelGuards, parsePanelViewState } from '../../protocol/guards.ts';
import type { HostSide, PanelSide } from '../../protocol/messages.ts';
import { panelHtml } from '../../protocol/panelHtml.ts';
import { PANEL_HOURS, type ChartKind } from '../../protocol/payloads.ts';
import { createRpcPeer } from '../../protocol/rpc.ts';
import type { CardDeps } from './cardPayload.ts';
import { PanelFeed } from './panelFeed.ts';
import { PANEL_TYPE } from './panelType.ts';
import { SharedRange } from './sharedRange.ts';

const TITLES: Readonly<Record<ChartKind | 'all', string>> = {
  all: 'Charts',
  'open-interest': 'Open interest',
  'funding-heatmap': 'Funding heatmap',
  'liquidation-heatmap': 'Liquidation heatmap',
  'regime-timeline': 'Regime timeline',
};

interface PanelDeps {
  readonly session: MarketSession;
  readonly extensionUri: vscode.Uri;
  readonly logger: Logger;
}

/** Opens, restores and feeds chart panels. A panel keeps no data: it is hydrated whenever it becomes visible. */
export class ChartPanels implements vscode.Disposable {
  readonly #deps: PanelDeps;
  /** What each open panel is of: asset and chart, or the editor that it follows. */
  readonly #open = new Map<vscode.WebviewPanel, string>();
  readonly #range = new SharedRange();

  constructor(deps: PanelDeps) {
    this.#deps = deps;
  }

  /** Shows the charts of an asset beside the active editor or notebook; an open one is brought forward. */
  show(asset: string, chart: ChartKind | 'all'): void {
    const key = `${asset} ${chart}`;
    for (const [open, of] of this.#open) if (of === key) return open.reveal(undefined, true);
    const title = `${asset} ${TITLES[chart]}`;
    const where = { viewColumn: vscode.ViewColumn.Beside, preserveFocus: true };
    const feed = this.#attach(vscode.window.createWebviewPanel(PANEL_TYPE, title, where), asset, chart);
    if (this.#deps.session.state.snapshot !== undefined) feed.lookAhead();
  }

  /** Brings a panel back after a reload of the window, from what it kept: its asset and chart. */
  restore(panel: vscode.WebviewPanel, kept: unknown): void {
    const state = parsePanelViewState(kept);
    this.#attach(panel, state?.asset ?? this.#deps.session.settings.statusBarAsset, state?.chart ?? 'all');
  }

  dispose(): void {
    for (const panel of [...this.#open.keys()]) panel.dispose();
  }

  #attach(panel: vscode.WebviewPanel, asset: string, chart: ChartKind | 'all'): PanelFeed {
    const { session, extensionUri, logger } = this.#deps;
    const own = new DisposableStore();
    const dist = vscode.Uri.joinPath(extensionUri, 'dist');
    let shown = asset;
    let followed: Promise<vscode.Disposable> | undefined;
    const nameIt = (next: string): void => {
      shown = next;
      panel.title = `${next} ${TITLES[chart]}`;
      // One that goes with the editor is nobody's: who asks for its asset gets a panel that stays.
      this.#open.set(panel, `${followed === undefined ? next : 'editor'} ${chart}`);
    };
    nameIt(asset);
    const report = (error: unknown): void => logger.error(`panel: ${String(error)}`);
    const endFollowing = (): void => {
      followed?.then((following) => following.dispose()).catch(report);
      followed = undefined;
    };
    const showAsset = (next: string): void => {
      if (next === shown || followed === undefined) return;
      nameIt(next);
      feed
        .turnTo(next)
        .then((snapshot) => peer.emit('snapshot', snapshot))
        .catch(report);
    };
    const follow = (isOn: boolean): void => {
      endFollowing();
      if (isOn) {
        followed = import('./editorAsset.ts').then(({ followEditor }) =>
          followEditor(() => session.assets, showAsset),
        );
        followed.catch(report);
      }
      nameIt(shown);
    };
    const media = vscode.Uri.joinPath(extensionUri, 'media');
    panel.iconPath = {
      light: vscode.Uri.joinPath(media, 'tab-light.svg'),
      dark: vscode.Uri.joinPath(media, 'tab-dark.svg'),
    };
    panel.webview.options = { enableScripts: true, enableForms: false, localResourceRoots: [dist] };
    const feed = own.add(
      new PanelFeed({
        session,
        query: { asset, chart, hours: PANEL_HOURS.usual },
        send: {
          snapshot: (complete) => peer.emit('snapshot', complete),
          newest: (newest) => peer.emit('newest', newest),
        },
        onError: report,
      }),
    );
    const read: CardDeps = {
      lines: (wish, signal) => session.lines(wish, signal),
      nameOf: (id) => session.nameOf(id),
      placeOf: (id) => session.placeOf(id),
    };
    const peer = createRpcPeer<HostSide, PanelSide>({
      post: (message) => void panel.webview.postMessage(message),
      guards: panelGuards,
      onProblem: (problem) => logger.warn(`panel: ${problem}`),
      handlers: {
        ready: (query) => {
          // Numbers on the way arrive as a snapshot; the page must not wait for the exchanges.
          if (session.state.snapshot === undefined) void session.refresh('lately');
          nameIt(query.asset ?? asset);
          return feed.ask({ asset, ...query });
        },
        refresh: () => feed.refresh(),
        card: async (wish, signal) => {
          const { cardPayload } = await import('./cardPayload.ts');
          return cardPayload(wish, read, signal);
        },
        heatmap: async (wish, signal) => {
          const { heatmapPayload } = await import('./heatmapPayload.ts');
          const { assets, state } = session;
          return heatmapPayload(wish, { ...read, assets, state, nowMs: session.nowMs() }, signal);
        },
        link: (window) => this.#range.join(panel, window, (moved) => peer.emit('range', moved)),
        events: async (range) => {
          const file = session.settings.eventsFile;
          if (file === undefined) return { events: [], faults: [] };
          return (await import('../../../market/eventsFile.ts')).readEventsFile(file, range);
        },
        copyTable: async (table) => (await import('./tableActions.ts')).copyTable(table),
        saveTable: async (table) => (await import('./tableActions.ts')).saveTable(table),
        savePicture: async (picture) => (await import('./tableActions.ts')).savePicture(picture),
      },
      listeners: {
        error: ({ message }) => logger.error(`panel: ${message}`),
        range: (window) => this.#range.move(panel, window),
        unlink: () => this.#range.leave(panel),
        follow: ({ isOn }) => follow(isOn),
      },
    });
    own.add(peer);
    own.add(panel.webview.onDidReceiveMessage((message: unknown) => peer.receive(message)));
    feed.show(panel.visible);
    own.add(panel.onDidChangeViewState(() => feed.show(panel.visible)));
    panel.onDidDispose(() => {
      own.dispose();
      endFollowing();
      this.#range.leave(panel);
      this.#open.delete(panel);
    });
    panel.webview.html = panelHtml({
      cspSource: panel.webview.cspSource,
      nonce: randomBytes(18).toString('base64'),
      scriptUri: panel.webview.asWebviewUri(vscode.Uri.joinPath(dist, 'webview.js')).toString(),
      styleUri: panel.webview.asWebviewUri(vscode.Uri.joinPath(dist, 'webview.css')).toString(),
      title: panel.title,
      language: vscode.env.language,
      chart,
      asset,
    });
    return feed;
  }
}
