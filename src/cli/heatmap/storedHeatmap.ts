import { exchangeName, joinedWords } from '../../core/exchangeNames.ts';
import { PerpscopeError } from '../../core/errors.ts';
import type { ExchangeId } from '../../core/ids.ts';
import { jsonLine, quoted } from '../../core/outsideText.ts';
import { HOUR_MS } from '../../core/units.ts';
import type { Charted, LiquidationModel } from '../../market/chartData.ts';
import { chartInput } from '../../market/charts.ts';
import { olderSeries } from '../../market/olderBars.ts';
import { pastHistory, storedHistory } from '../../market/roundEnd.ts';
import { storedLevels } from '../../market/shownLevels.ts';
import type { AssetSeries } from '../../series/assetSeries.ts';
import { exchangeAdapters } from '../../sources/exchanges/registry.ts';
import { PANEL_HOURS } from '../../surfaces/protocol/payloads.ts';
import type { Arguments } from '../arguments.ts';
import type { CommandIo } from '../commandIo.ts';
import { readExchanges } from '../engineFor.ts';
import { openAskedStore, readOneAsset } from '../query/rangeOptions.ts';
import { damageRemark } from '../query/remarks.ts';
import { readSince } from '../timeline/times.ts';
import { storedLevelsJson } from './heatmapJson.ts';
import { storedLevelsText } from './heatmapText.ts';

/**
 * `perpscope heatmap --asset`: the modelled liquidation levels out of a history, those that a panel draws of it. Asks no exchange and
 * never writes the history. Returns the exit code: 1 where the history is too short for levels, 3 where parts of it cannot be read.
 */
export async function storedHeatmap(args: Arguments, io: CommandIo): Promise<number> {
  const asset = readOneAsset(args);
  const nowMs = io.clock.nowMs();
  const hours = readHours(args.values['range'], nowMs);
  const levelsOf = readExchange(args.values['exchange']);
  const store = openAskedStore(args);
  try {
    const adapters = exchangeAdapters;
    const from = { adapters, storeOf: () => Promise.resolve(store) };
    const history = await storedHistory(from, asset, store.source, nowMs);
    const historyAt = (atMs: number) => pastHistory(from, asset, store.source, atMs);
    const input = chartInput(history, hours, adapters);
    const older = await olderSeries({ source: store.source, asset, store, historyAt }, nowMs);
    const levels = await storedLevels(store, input, { asset, levelsOf }, { adapters, older });
    const lacking = lackingWords(levels, levelsOf);
    const damage = damageRemark(store.damage());
    if (damage !== undefined) io.note(`perpscope: ${damage}`);
    if (!('data' in levels) || lacking !== undefined) {
      const asked = levelsOf === undefined ? '' : ` --exchanges ${levelsOf}`;
      const cure = `perpscope backfill --asset ${asset}${asked} --since 30d --store ${args.values['store'] ?? ''}`;
      io.fail('no-history', `the history has too little of ${asset} for levels. ${lacking ?? ''} Bring it with: ${cure}`);
      return 1;
    } // prettier-ignore
    const quoteAsset = quoteOf(history, levels.data);
    const found = { asset, source: store.source, nowMs, hours, model: levels.data, quoteAsset };
    io.write(args.flags.has('json') ? `${jsonLine(storedLevelsJson(found))}\n` : `${storedLevelsText(found).join('\n')}\n`); // prettier-ignore
    return damage === undefined ? 0 : 3;
  } finally {
    store.close();
  }
}

/** Why there are no levels, or not those that were asked for. */
function lackingWords(
  levels: Charted<LiquidationModel>,
  levelsOf: ExchangeId | undefined,
): string | undefined {
  if (!('data' in levels)) return levels.unavailable;
  const { shown, choices } = levels.data;
  if (levelsOf === undefined || shown === levelsOf) return undefined;
  return `Of ${exchangeName(levelsOf)} there is none; there is enough of ${joinedWords(choices.map(exchangeName))}.`;
}

function readHours(value: string | undefined, nowMs: number): number {
  const { usual, least, most } = PANEL_HOURS;
  const fromMs = readSince('range', value, nowMs);
  const hours = fromMs === undefined ? usual : Math.round((nowMs - fromMs) / HOUR_MS);
  if (hours >= least && hours <= most) return hours;
  throw new PerpscopeError('usage', `--range takes ${least}h to ${most / 24}d, for example 7d, not ${quoted(value ?? '')}`); // prettier-ignore
}

function readExchange(value: string | undefined): ExchangeId | undefined {
  const [exchange, ...others] = readExchanges(value, '--exchange') ?? [];
  if (others.length === 0) return exchange;
  throw new PerpscopeError('usage', '--exchange takes one exchange; without it all of them are added up');
}

function quoteOf(history: AssetSeries, { priceFrom, priceType }: LiquidationModel): string | undefined {
  const parts = history.parts(priceType === 'mark price' ? 'mark-close' : 'last-close');
  const adapter = exchangeAdapters.find(({ id }) => id === priceFrom);
  const own = parts.filter(({ exchange }) => exchange === priceFrom);
  const quotes = new Set(own.map(({ shared }) => adapter?.parseSymbol(shared.venueSymbol)?.quoteAsset));
  const [quote] = quotes;
  return quotes.size === 1 ? quote : undefined;
}
