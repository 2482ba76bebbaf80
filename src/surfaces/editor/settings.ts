import * as vscode from 'vscode';
import { ASSET_NAME_RULE, parseAsset, parseAssets } from '../../core/assetName.ts';
import type { Asset, DataSource, ExchangeId } from '../../core/ids.ts';
import { plainText } from '../../core/outsideText.ts';

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
const MAX_ASSETS = 20;

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
  const noTicker = (key: string, entry: string): string =>
    `perpscope.${key}: "${plainText(entry).slice(0, 60)}" is no asset; write ${ASSET_NAME_RULE}`;
  const { assets: named, refused } = parseAssets(list('assets'));
  const assets = named.slice(0, MAX_ASSETS);
  problems.push(...refused.map((entry) => noTicker('assets', entry)));
  if (named.length > MAX_ASSETS)
    problems.push(
      `perpscope.assets: at most ${MAX_ASSETS} are followed; left out: ${named.slice(MAX_ASSETS).join(', ')}`,
    );
  const number = (key: string, min: number, max: number, fallback: number): number => {
    const value: unknown = configuration.get(key);
    if (typeof value === 'number' && Number.isFinite(value) && value >= min && value <= max) return value;
    problems.push(`perpscope.${key} must be a number from ${min} to ${max}; ${fallback} is used`);
    return fallback;
  };
  const source: unknown = configuration.get('dataSource') ?? 'live';
  // A word that is mistyped must not reach the exchanges.
  if (source !== 'live' && source !== 'simulated')
    problems.push('perpscope.dataSource must be live or simulated; the simulated market is used');
  const endpoints: unknown = configuration.get('endpoints');
  const followed = assets.length > 0 ? assets : DEFAULT_ASSETS;
  const wanted: unknown = configuration.get('statusBar.asset') ?? '';
  const statusBarAsset = typeof wanted === 'string' ? parseAsset(wanted) : undefined;
  if (wanted !== '' && statusBarAsset === undefined)
    problems.push(noTicker('statusBar.asset', typeof wanted === 'string' ? wanted : JSON.stringify(wanted)));
  return {
    assets: followed,
    exchanges: list('exchanges').map((id) => id.trim().toLowerCase()),
    statusBarAsset: statusBarAsset ?? followed[0] ?? 'BTC',
    refreshSeconds: number('refreshSeconds', 15, 600, DEFAULT_REFRESH_SECONDS),
    dataSource: source === 'live' ? 'live' : 'simulated',
    endpoints:
      typeof endpoints === 'object' && endpoints !== null ? (endpoints as Record<string, unknown>) : {},
    simulatorScenario: String(configuration.get('simulator.scenario') ?? 'spot-led-rally'),
    simulatorSeed: number('simulator.seed', 0, 2 ** 31 - 1, 1),
    keepMonths: number('history.keepMonths', 1, 120, 6),
    contextCsv: String(configuration.get('context.csvFile') ?? '').trim(),
    problems,
  };
}
