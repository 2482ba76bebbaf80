import { isAbsolute, join } from 'node:path';
import { ASSET_NAME_RULE, parseAsset, parseAssets } from '../../core/assetName.ts';
import type { Asset, DataSource, ExchangeId } from '../../core/ids.ts';
import type { RulesChoice } from '../../market/rulesChoice.ts';
import type { KeepMonths } from '../../core/keepMonths.ts';
import {
  isWhole,
  meantOf,
  oneLine,
  SettingsReader,
  shown,
  wholeRule,
  wordNear,
  type SettingFault,
} from './settingsReader.ts';
import { DEFAULT_FIGURES, MAX_FIGURES, STATUS_FIGURES, type StatusFigure } from './statusFigures.ts';

/** What the manifest says that settings may be. */
export interface KnownSettings {
  /** Every setting's key below `perpscope.`. */
  readonly keys: readonly string[];
  readonly exchanges: readonly ExchangeId[];
  readonly scenarios: readonly string[];
  /** What relative paths are of; absent where no folder is open, or none that is trusted. */
  readonly folder?: string | undefined;
}

/** The settings in force: what cannot be used is replaced by something safe and named in `problems`. */
export interface Settings {
  readonly assets: readonly Asset[];
  /** Empty = all. */
  readonly exchanges: readonly ExchangeId[];
  readonly statusBarAsset: Asset;
  readonly statusBarShow: readonly StatusFigure[];
  readonly refreshSeconds: number;
  readonly dataSource: DataSource;
  readonly endpoints: Readonly<Record<string, unknown>>;
  readonly simulatorScenario: string;
  readonly simulatorSeed: number;
  /** What is not stated is kept for ever. */
  readonly keepMonths: KeepMonths;
  /** The user's file of daily levels; empty for none. */
  readonly contextCsv: string;
  readonly rules: RulesChoice;
  /** The user's file of dated events. */
  readonly eventsFile: RulesChoice['file'];
  /** One line for each fault: the setting, what it says, what is done instead, and what may have been meant. */
  readonly problems: readonly string[];
  /** The same, by setting. */
  readonly faults: readonly SettingFault[];
  /** Present where nobody may be asked, with the line that says why: whatever stood in would ask somebody who was not meant. */
  readonly blocked?: string;
}

export const DEFAULT_ASSETS: readonly Asset[] = ['BTC', 'ETH'];
const DEFAULT_SCENARIO = 'spot-led-rally';
const MAX_ASSETS = 20;
const STEPS: readonly string[] = ['fiveMinutes', 'hourly', 'daily'];
const NOBODY = 'no exchange is asked until it is right';

/**
 * Returns the settings that `raw` values come to, by key below `perpscope.`; what is absent has its default. Pure, and
 * never throws: whatever stands in a file is used as it is or gives a line in `problems`.
 */
export function settingsOf(raw: Readonly<Record<string, unknown>>, known: KnownSettings): Settings {
  const reader = new SettingsReader(raw);
  const assets = assetsOf(reader);
  const exchanges = exchangesOf(reader, known.exchanges);
  // A word that is mistyped must not reach the exchanges.
  const dataSource = reader.word('dataSource', ['live', 'simulated'], 'live', {
    rule: 'neither "live" nor "simulated"',
    instead: 'simulated',
    done: 'the simulated market is shown',
  });
  const settings = {
    assets,
    exchanges,
    statusBarAsset: statusBarAssetOf(reader, assets[0] ?? 'BTC'),
    statusBarShow: figuresOf(reader),
    refreshSeconds: reader.whole('refreshSeconds', 15, 600, 60),
    dataSource,
    endpoints: endpointsOf(reader, dataSource),
    simulatorScenario: reader.word('simulator.scenario', known.scenarios, DEFAULT_SCENARIO, {
      rule: 'no scenario',
    }),
    simulatorSeed: reader.whole('simulator.seed', 0, 2 ** 31 - 1, 1),
    keepMonths: keepMonthsOf(reader),
    contextCsv: reader.text('context.csvFile', 'no file is read').trim(),
    rules: rulesOf(reader, known.folder),
    eventsFile: fileOf(reader, 'events.file', 'no events are shown', known.folder),
  };
  for (const key of Object.keys(raw).filter((one) => !known.keys.includes(one))) {
    const near = wordNear(key, known.keys);
    const help = near === undefined ? '' : `Did you mean perpscope.${near}?`;
    reader.say(
      oneLine(key),
      `${oneLine(`perpscope.${key}`)} is no setting of Perpscope and is not used. ${help}`.trim(),
    );
  }
  const { faults, blocked } = reader;
  const problems = faults.map(({ line }) => line);
  return { ...settings, problems, faults, ...(blocked === undefined ? {} : { blocked }) };
}

function assetsOf(reader: SettingsReader): readonly Asset[] {
  const instead = `${DEFAULT_ASSETS.join(', ')} are followed`;
  const entries = reader.list('assets', DEFAULT_ASSETS, instead);
  if (entries === undefined) return DEFAULT_ASSETS;
  const { assets } = parseAssets(entries.filter((entry) => typeof entry === 'string'));
  for (const entry of entries.filter((one) => !isAsset(one)))
    reader.fault(
      'assets',
      `holds ${shown(entry)}, which is no asset`,
      assets.length === 0 ? instead : 'it is left out',
      assetMeantBy(entry),
    );
  if (entries.length === 0) reader.say('assets', `perpscope.assets names no asset; ${instead}.`);
  if (assets.length === 0) return DEFAULT_ASSETS;
  if (assets.length > MAX_ASSETS) {
    const rest = assets.slice(MAX_ASSETS).join(', ');
    reader.say('assets', `perpscope.assets: at most ${MAX_ASSETS} are followed; left out: ${rest}.`);
  }
  return assets.slice(0, MAX_ASSETS);
}

/** What is not chosen is not asked: a choice that names nobody asks nobody, rather than all. */
function exchangesOf(reader: SettingsReader, known: readonly ExchangeId[]): readonly ExchangeId[] {
  const entries = reader.list('exchanges', [], NOBODY);
  if (entries === undefined) {
    reader.blocked ??= reader.faults.at(-1)?.line;
    return [];
  }
  const idOf = (entry: unknown): ExchangeId | undefined =>
    typeof entry === 'string' ? known.find((id) => id === entry.trim().toLowerCase()) : undefined;
  const exchanges = [...new Set(entries.flatMap((entry) => idOf(entry) ?? []))];
  const isNobody = entries.length > 0 && exchanges.length === 0;
  const instead = isNobody ? NOBODY : `asked: ${exchanges.join(', ')}`;
  for (const entry of entries.filter((one) => idOf(one) === undefined)) {
    const what = `holds ${shown(entry)}, which is no exchange`;
    const line = reader.fault('exchanges', what, instead, meantOf(entry, known));
    if (isNobody) reader.blocked ??= line;
  }
  return exchanges;
}

function statusBarAssetOf(reader: SettingsReader, fallback: Asset): Asset {
  const given = reader.value('statusBar.asset');
  if (given === undefined || given === '') return fallback;
  const asset = typeof given === 'string' ? parseAsset(given) : undefined;
  if (asset === undefined) {
    const what = `is ${shown(given)}, which is no asset`;
    reader.fault('statusBar.asset', what, `${fallback} is shown`, assetMeantBy(given));
  }
  return asset ?? fallback;
}

function figuresOf(reader: SettingsReader): readonly StatusFigure[] {
  const instead = `${DEFAULT_FIGURES.join(', ')} is shown`;
  const entries = reader.list('statusBar.show', DEFAULT_FIGURES, instead);
  if (entries === undefined) return DEFAULT_FIGURES;
  const figures = STATUS_FIGURES.filter((figure) => entries.includes(figure)).sort(
    (a, b) => entries.indexOf(a) - entries.indexOf(b),
  );
  const isNone = entries.length > 0 && figures.length === 0;
  for (const entry of entries.filter((one) => !figures.some((figure) => figure === one))) {
    const what = `holds ${shown(entry)}, which is no figure`;
    reader.fault('statusBar.show', what, isNone ? instead : 'it is left out', meantOf(entry, STATUS_FIGURES));
  }
  if (figures.length > MAX_FIGURES) {
    const rest = figures.slice(MAX_FIGURES).join(', ');
    reader.say(
      'statusBar.show',
      `perpscope.statusBar.show: at most ${MAX_FIGURES} are shown; left out: ${rest}.`,
    );
  }
  return isNone ? DEFAULT_FIGURES : figures.slice(0, MAX_FIGURES);
}

/** What cannot be read deletes nothing. */
function keepMonthsOf(reader: SettingsReader): KeepMonths {
  const key = 'history.keepMonthsByStep';
  const instead = 'these rows are kept for ever';
  const kept: Record<string, number> = { live: reader.whole('history.keepMonths', 1, 120, 6) };
  const stated = reader.object(key);
  if (stated === undefined)
    reader.fault(key, `is ${shown(reader.value(key))}, which is no object of months by step`, instead);
  for (const [step, months] of Object.entries(stated ?? {})) {
    if (!STEPS.includes(step))
      reader.fault(key, `holds ${shown(step)}, which is no step`, 'it is left out', meantOf(step, STEPS));
    else if (isWhole(months, 1, 240)) kept[step] = months;
    else if (months !== null)
      reader.fault(key, `says ${shown(months)} of ${step}; ${wholeRule(1, 240)}`, instead);
  }
  return kept;
}

/** A workspace that is not trusted says nothing of files: what a path in it leads to is its choice. */
function fileOf(
  reader: SettingsReader,
  key: string,
  instead: string,
  folder: string | undefined,
): RulesChoice['file'] {
  const name = reader.text(key, instead).trim();
  const path = isAbsolute(name) ? name : folder === undefined ? '' : join(folder, name);
  if (name !== '' && path === '')
    reader.fault(key, `is ${shown(name)}, relative, and no trusted folder open`, instead);
  return name === '' || path === '' ? undefined : { path, name };
}

function rulesOf(reader: SettingsReader, folder: string | undefined): RulesChoice {
  const ofRules = 'the rules say it';
  return {
    file: fileOf(reader, 'regime.rulesFile', 'the built-in rules judge', folder),
    level: reader.share('regime.level', ofRules),
    margin: reader.share('regime.margin', ofRules),
  };
}

/** Addresses that cannot be read must not send requests to the exchanges' own. */
function endpointsOf(reader: SettingsReader, source: DataSource): Readonly<Record<string, unknown>> {
  const endpoints = reader.object('endpoints');
  if (endpoints !== undefined) return endpoints;
  const what = `is ${shown(reader.value('endpoints'))}, which is no object of addresses by exchange`;
  if (source === 'live') reader.blocked ??= reader.fault('endpoints', what, NOBODY);
  else reader.fault('endpoints', what, 'the simulated market does without');
  return {};
}

const isAsset = (entry: unknown): boolean => typeof entry === 'string' && parseAsset(entry) !== undefined;

/** A pair such as ETH/USDT is of its first coin. */
function assetMeantBy(entry: unknown): string {
  const first =
    typeof entry === 'string' ? entry.split(/[\s/\\_,;|]+/u).find((part) => part !== '') : undefined;
  const asset = first === undefined ? undefined : parseAsset(first);
  return asset === undefined ? `Write ${ASSET_NAME_RULE}.` : `Did you mean "${asset}"?`;
}
