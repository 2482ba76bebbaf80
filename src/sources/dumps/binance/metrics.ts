import { MINUTE_MS } from '../../../core/units.ts';
import { amounts } from '../../exchanges/kit/amounts.ts';
import { columnsOf } from '../../exchanges/kit/columns.ts';
import { unlessFalseZero } from '../../exchanges/mapping.ts';
import type { DumpFormat, DumpName, Labelling, TableOf } from '../dumpFormat.ts';
import { periodOf, UTC } from '../fileNames.ts';
import { stated, takeLabel, takeNumber } from '../rowCells.ts';
import { coinMargined, type BinanceMarket } from './markets.ts';

const BAR_MS = 5 * MINUTE_MS;

/**
 * From the file of this day on labels of USD-M are starts of five minutes, before they were their ends (COIN-M: always starts). So the
 * file of the day before ends with the label 00:00 that this one begins with, and the two are five minutes apart.
 */
const STARTS_FROM_MS = Date.UTC(2026, 5, 25);

const RATIOS = [
  'count_toptrader_long_short_ratio',
  'sum_toptrader_long_short_ratio',
  'count_long_short_ratio',
] as const;
const POPULATIONS = ['top-accounts', 'top-positions', 'all-accounts'] as const;

/**
 * Daily `metrics`: open interest, three ratios of longs to shorts and the ratio of takers, every five minutes. Values of a moment
 * (all but the takers) are of the end of their five minutes in both eras: they get that time, the takers the start. USD-M
 * counts coins of one side and their dollars; COIN-M contracts, and coins beside them.
 */
export function metrics(market: BinanceMarket): DumpFormat {
  return {
    id: `binance/${market.id}-metrics`,
    exchange: 'binance',
    endpoint: `DUMP futures/${market.id}/daily/metrics`,
    cells: [
      ...['create_time', 'symbol', 'sum_open_interest', 'sum_open_interest_value'],
      ...[...RATIOS, 'sum_taker_long_short_vol_ratio'],
    ],
    numbers: ['openInterest', 'openInterestValue', 'topAccounts', 'topPositions', 'allAccounts', 'takers'],
    nameOf(fileName) {
      const [, venueSymbol = '', day] = /^(.+)-metrics-(\d{4}-\d{2}-\d{2})\.zip$/.exec(fileName) ?? [];
      const period = periodOf(day, UTC);
      return period === undefined ? undefined : { venueSymbol, stepMs: BAR_MS, ...period };
    },
    parseSymbol: (venueSymbol) => market.parseSymbol(venueSymbol),
    ...(market.market === undefined ? {} : { market: market.market }),
    read(cells, slot) {
      slot.symbol = cells[1];
      let bad = takeLabel(slot, cells[0], BAR_MS);
      for (let place = 0; bad === undefined && place < 6; place += 1)
        bad = takeNumber(slot, place, cells[place + 2], {});
      // A row without a single number is the mark of a hole.
      return bad ?? (slot.values.every(Number.isNaN) ? 'absent' : undefined);
    },
    labelling: (keys, file) => labellingOf(market, keys, file),
    chunks: (of) => [...openInterest(market, of), ...ratios(of), ...takers(of)],
  };
}

/**
 * By the day of the file. Labels that reach over one end of the day alone say otherwise where the file was issued anew in the other
 * way: that is believed of a whole day only, since one odd row of a day with holes would move all others by five minutes.
 */
function labellingOf(
  { id }: BinanceMarket,
  keys: readonly number[],
  { fromMs, toMs }: DumpName,
): Labelling | undefined {
  const byDate = id === 'cm' || fromMs >= STARTS_FROM_MS ? 'start' : 'end';
  const [hasFirst, hasNext] = [keys.includes(fromMs), keys.includes(toMs)];
  const era = hasFirst === hasNext ? byDate : hasNext ? 'end' : 'start';
  const isAgainstDate = era !== byDate;
  if (isAgainstDate && new Set(keys).size !== (toMs - fromMs) / BAR_MS) return undefined;
  return { era, shiftMs: era === 'end' ? -BAR_MS : 0, isAgainstDate };
}

const VENUE = { usdBasis: 'venue' } as const;

function openInterest(market: BinanceMarket, { table, who, context }: TableOf) {
  const shared = { kind: 'open-interest', sides: 'one', barMs: BAR_MS } as const;
  const out = columnsOf(context, shared, ['openInterestBase', 'openInterestUsd'], table.keys.length);
  for (let row = 0; row < table.keys.length; row += 1) {
    const [size, value] = [stated(table, 0, row), stated(table, 1, row)];
    const { base, usd } =
      market.id === 'um' ? { base: size, usd: unlessFalseZero(value, size) } : inContracts(size, value);
    if (base === undefined && usd === undefined) continue;
    if (market.id === 'um' && base === undefined) continue;
    out.of(who, usd === undefined ? undefined : VENUE).push((table.keys[row] ?? 0) + BAR_MS, base, usd);
  }
  return out.chunks();

  function inContracts(contracts: number | undefined, coins: number | undefined) {
    const { usd } = amounts(who, 'contracts', contracts, undefined, coinMargined(who));
    const base = unlessFalseZero(coins, contracts);
    // A value that equals the dollars of the contracts is dollars, whatever its column is said to hold.
    const isDollars = base !== undefined && usd !== undefined && Math.abs(base - usd) <= 1e-9 * usd;
    return { base: isDollars ? undefined : base, usd };
  }
}

function ratios({ table, who, context }: TableOf) {
  return POPULATIONS.flatMap((population, index) => {
    const shared = { kind: 'long-short-ratio', population, barMs: BAR_MS } as const;
    const out = columnsOf(context, shared, ['longShortRatio'], table.keys.length);
    for (let row = 0; row < table.keys.length; row += 1) {
      const ratio = stated(table, 2 + index, row);
      // Every population has both sides: a ratio of 0 is none.
      if (ratio !== undefined && ratio !== 0) out.of(who).push((table.keys[row] ?? 0) + BAR_MS, ratio);
    }
    return out.chunks();
  });
}

function takers({ table, who, context }: TableOf) {
  const out = columnsOf(
    context,
    { kind: 'taker-volume', barMs: BAR_MS },
    ['takerBuySellRatio'],
    table.keys.length,
  );
  for (let row = 0; row < table.keys.length; row += 1) {
    const ratio = stated(table, 5, row);
    if (ratio !== undefined) out.of(who).push(table.keys[row] ?? 0, ratio);
  }
  return out.chunks();
}
