import * as vscode from 'vscode';
import type { Asset, DataSource, ExchangeId } from '../../core/ids.ts';

/** The settings in force, each checked: what is out of range falls back to its default and is named in `problems`. */
export interface Settings {
  readonly assets: readonly Asset[];
  readonly exchanges: readonly ExchangeId[];
  readonly statusBarAsset: Asset;
  readonly refreshSeconds: number;
  readonly dataSource: DataSource;
  readonly endpoints: Readonly<Record<string, unknown>>;
  readonly simulatorScenario: string;
  readonly simulatorSeed: number;
  readonly problems: readonly string[];
}

export const DEFAULT_ASSETS: readonly Asset[] = ['BTC', 'ETH'];
const DEFAULT_REFRESH_SECONDS = 60;
const TICKER = /^[A-Z0-9]{1,20}$/;

/** Reads `perpscope.*`. `knownExchanges` are the ids that adapters exist for; an empty choice means all of them. */
export function readSettings(knownExchanges: readonly ExchangeId[]): Settings {
  const configuration = vscode.workspace.getConfiguration('perpscope');
  const problems: string[] = [];
  const list = (key: string): string[] => {
    const value: unknown = configuration.get(key);
    if (Array.isArray(value) && value.every((item) => typeof item === 'string')) return value;
    problems.push(`perpscope.${key} must be a list of words; its default is used`);
    return [];
  };
  const tickers = list('assets').map((asset) => asset.trim().toUpperCase());
  const assets = [...new Set(tickers.filter((asset) => TICKER.test(asset)))].slice(0, 20);
  if (assets.length < new Set(tickers).size)
    problems.push('perpscope.assets: some entries are no tickers (at most 20 are followed)');
  const chosen = list('exchanges');
  const exchanges = knownExchanges.filter((id) => chosen.length === 0 || chosen.includes(id));
  const unknown = chosen.filter((id) => !knownExchanges.includes(id));
  if (unknown.length > 0)
    problems.push(
      `perpscope.exchanges: unknown ${unknown.join(', ')}; known are ${knownExchanges.join(', ')}`,
    );
  const number = (key: string, min: number, max: number, fallback: number): number => {
    const value: unknown = configuration.get(key);
    if (typeof value === 'number' && Number.isFinite(value) && value >= min && value <= max) return value;
    problems.push(`perpscope.${key} must be a number from ${min} to ${max}; ${fallback} is used`);
    return fallback;
  };
  const endpoints: unknown = configuration.get('endpoints');
  const statusBarAsset = String(configuration.get('statusBar.asset') ?? '')
    .trim()
    .toUpperCase();
  const followed = assets.length > 0 ? assets : DEFAULT_ASSETS;
  return {
    assets: followed,
    exchanges: exchanges.length > 0 ? exchanges : knownExchanges,
    statusBarAsset: TICKER.test(statusBarAsset) ? statusBarAsset : (followed[0] ?? 'BTC'),
    refreshSeconds: number('refreshSeconds', 15, 3_600, DEFAULT_REFRESH_SECONDS),
    dataSource: configuration.get('dataSource') === 'simulated' ? 'simulated' : 'live',
    endpoints:
      typeof endpoints === 'object' && endpoints !== null ? (endpoints as Record<string, unknown>) : {},
    simulatorScenario: String(configuration.get('simulator.scenario') ?? 'calm'),
    simulatorSeed: number('simulator.seed', 0, 2 ** 31 - 1, 1),
    problems,
  };
}
