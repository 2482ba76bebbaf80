import type { Asset } from '../../core/ids.ts';
import { DAY_MS } from '../../core/units.ts';
import { coinMarginedPerpetual } from '../dumps/binance/markets.ts';
import { coinMarginedFiles } from './binanceFiles.ts';
import type { ExchangeDesk } from './exchangeDesk.ts';
import { periodsIn } from './periods.ts';

/** A month is looked for so long after its end: by then its files are there. */
const SURE_MS = 14 * DAY_MS;

/**
 * Returns the assets of which Binance has a coin-margined perpetual: whose newest month of bars is among its files. One request each,
 * of a checksum. Rejects as `ExchangeDesk.checksum`.
 */
export async function coinMarginedAssets(
  desk: ExchangeDesk,
  assets: readonly Asset[],
  nowMs: number,
  signal: AbortSignal,
): Promise<ReadonlySet<Asset>> {
  const files = coinMarginedFiles(() => true).find(({ metrics }) => metrics.includes('price'));
  const month = periodsIn('month', files?.zoneMs ?? 0, nowMs - 3 * 31 * DAY_MS, nowMs).findLast(
    ({ toMs }) => toMs + SURE_MS <= nowMs,
  );
  if (files === undefined || month === undefined) return new Set();
  const found = await Promise.all(
    assets.map((asset) => desk.checksum(files, coinMarginedPerpetual(asset).venueSymbol, month, signal)),
  );
  return new Set(assets.filter((_, index) => found[index] !== undefined));
}
