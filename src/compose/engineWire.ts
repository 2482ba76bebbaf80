import type { Asset, ExchangeId } from '../core/ids.ts';
import type { SourcedCharts } from '../market/shownCharts.ts';
import type { ChartsWish } from '../market/charts.ts';
import type { MarketHealth } from '../market/health.ts';
import type { RefreshRequest } from '../market/market.ts';
import type { RulesChoice } from '../market/rulesChoice.ts';
import type { LinesWish, SourcedLines } from '../market/shownLines.ts';
import type { KeyedProvider } from '../sources/context/keys.ts';
import type { ProxySettings } from '../sources/transport/proxy.ts';
import type { KeepMonths } from '../core/keepMonths.ts';
import type { StateMessage } from './stateParts.ts';

/*
 * What the editor's thread and the engine's thread say to each other: plain data only, by name. Both run the peer of
 * `surfaces/protocol/rpc.ts`.
 */

/** What an engine is started with; of `EngineOptions` what can cross. The rest is asked for or told (see below). */
export interface StartParams {
  readonly storePath?: string;
  /** Of the window, over all engines that it starts one after another; see `EngineOptions`. */
  readonly shareId?: string;
  readonly keepMonths: KeepMonths;
  readonly rules?: RulesChoice;
  readonly transportState?: unknown;
  readonly proxy?: ProxySettings;
  readonly contextCsv?: string;
  readonly endpoints?: unknown;
  readonly endpointsFrom?: string;
  readonly simulator?: { readonly seed: number; readonly scenario: string };
}

/** A refresh without what cannot cross: its signal is the request's own. */
export type RefreshParams = Omit<RefreshRequest, 'signal'>;

/** Which charts are wanted, of which asset. */
export interface ChartsRequest extends ChartsWish {
  readonly asset: Asset;
}

/** An exchange as it is named. */
export interface NamedExchange {
  readonly id: ExchangeId;
  readonly displayName: string;
}

type Nothing = Record<string, never>;

/** What the editor asks and tells the engine. */
export interface EditorSide {
  requests: {
    start: { params: StartParams; result: { readonly adapters: readonly NamedExchange[] } };
    /** Whether its event loop turns. */
    ping: { params: Nothing; result: null };
    refresh: { params: RefreshParams; result: null };
    health: { params: Nothing; result: MarketHealth };
    listedAssets: { params: Nothing; result: readonly Asset[] };
    charts: { params: ChartsRequest; result: SourcedCharts };
    lines: { params: LinesWish; result: SourcedLines };
    /** Of the code alone: needs no engine that runs. */
    keyedProviders: { params: Nothing; result: readonly KeyedProvider[] };
    /** Ends the engine and closes its history; answers with what the next engine must know of pauses. */
    stop: { params: Nothing; result: { readonly transportState: unknown } };
  };
  events: {
    /** Whether somebody looks at what is pushed. */
    watch: { readonly isWatched: boolean };
    /** So many months of history are kept from now on. */
    keepMonths: { readonly months: KeepMonths };
    /** Regimes are judged by these rules from now on. */
    rules: RulesChoice;
  };
}

/** What the engine asks and tells the editor. */
export interface EngineSide {
  requests: {
    /** The key of a provider; null where there is none. Keys are in this answer and nowhere else. */
    key: { params: { readonly providerId: string }; result: string | null };
  };
  events: {
    state: StateMessage;
    /** What the transport knows of pauses, after each refresh: an engine that dies can be asked no more. */
    transportState: unknown;
    log: { readonly level: 'debug' | 'info' | 'warn' | 'error'; readonly message: string };
    notice: { readonly text: string };
  };
}
