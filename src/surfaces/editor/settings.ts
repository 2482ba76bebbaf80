import * as vscode from 'vscode';
import type { Asset, DataSource, ExchangeId } from '../../core/ids.ts';

/** The settings in force, each checked: what is out of range falls back to its default and is named in `problems`. */
export interface Settings {
  readonly assets: readonly Asset[];
  /** Empty = all. */
  readonly exchanges: readonly ExchangeId[];
  readonly statusBarAsset: Asset;
  readonly refreshSeconds: number;
  readonly dataSource: DataSource;
  readonly endpoints: Readonly<Record<string, unknown>>;
  readonly simulatorScenario: string;
  readonly simulatorSeed: number;
  readonly keepMonths: number;
  /** The user's file of daily levels; empty for none. */
  readonly contextCsv: string;
  readonly problems: readonly string[];
}

export const DEFAULT_ASSETS: readonly Asset[] = ['BTC', 'ETH'];
const DEFAULT_REFRESH_SECONDS = 60;
const TICKER = /^[A-Z0-9]{1,20}$/;

/** Reads `perpscope.*`. Which exchanges exist is known to the engine, which checks the list. */
export function readSettings(): Settings {
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
    exchanges: list('exchanges').map((id) => id.trim().toLowerCase()),
    statusBarAsset: TICKER.test(statusBarAsset) ? statusBarAsset : (followed[0] ?? 'BTC'),
    refreshSeconds: number('refreshSeconds', 15, 600, DEFAULT_REFRESH_SECONDS),
    dataSource: configuration.get('dataSource') === 'simulated' ? 'simulated' : 'live',
    endpoints:
      typeof endpoints === 'object' && endpoints !== null ? (endpoints as Record<string, unknown>) : {},
    simulatorScenario: String(configuration.get('simulator.scenario') ?? 'spot-led-rally'),
    simulatorSeed: number('simulator.seed', 0, 2 ** 31 - 1, 1),
    keepMonths: number('history.keepMonths', 1, 120, 6),
    contextCsv: String(configuration.get('context.csvFile') ?? '').trim(),
    problems,
  };
}
