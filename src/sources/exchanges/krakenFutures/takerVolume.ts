import { TAKER_AMOUNTS } from '../../../core/takerAmounts.ts';
import { HOUR_MS, SECOND_MS } from '../../../core/units.ts';
import { definePoll } from '../contract.ts';
import { columnsOf } from '../kit/columns.ts';
import { readDecimal } from '../kit/decimals.ts';
import { decimal, epochSeconds, nonNegative } from '../kit/fields.ts';
import { object, rows } from '../kit/payloads.ts';
import { arrayReader } from '../kit/rowReader.ts';
import { at, bySymbol, CHARTS, sizeReporter, sizesOf } from './shared.ts';

/** Amounts are texts of eight digits. */
const ROUNDING = 1e-6;

interface Flow {
  readonly time: number;
  readonly buy: number;
  readonly sell: number;
  readonly cvd: number;
}
const FLOW = arrayReader({ time: epochSeconds, buy: nonNegative, sell: nonNegative, cvd: decimal });

/**
 * Whether the amounts are those of each bar. No answer is at hand that was recorded, and its names would fit sums since the
 * begin as well: then bars would count everything before them. Amounts of bars are what the delta grows by, or the
 * delta itself where that is no sum; sums never fall.
 */
function isOfBars(flow: readonly Flow[]): boolean {
  const isNear = (a: number, b: number, { buy, sell }: Flow): boolean =>
    Math.abs(a - b) <= ROUNDING * Math.max(1, buy + sell, Math.abs(a), Math.abs(b));
  const before = (index: number): Flow | undefined => flow[index - 1];
  // One bar is its own sum.
  if (flow.length < 2) return false;
  const grows = flow.every((one, index) => {
    const last = before(index)?.cvd;
    return last === undefined || isNear(one.cvd - last, one.buy - one.sell, one);
  });
  if (grows) return true;
  const isDelta = flow.every((one) => isNear(one.cvd, one.buy - one.sell, one));
  return isDelta && flow.some((one, index) => one.buy < (before(index)?.buy ?? 0));
}

const INTERVAL_S = HOUR_MS / SECOND_MS;
const LISTS = { buyVolume: rows, sellVolume: rows, cvd: rows };

/**
 * What takers bought and sold, as `cvd` states it (knowledge): three lists beside the times. Asked for in pages of the past
 * alone: now, trades of the stream are summed.
 */
export const takerVolume = definePoll({
  id: 'kraken-futures/cvd',
  ...at(`${CHARTS}/analytics/{symbol}/cvd`, 'charts/market-analytics'),
  yields: ['taker-volume'],
  tense: 'history',
  cadenceMs: HOUR_MS,
  request: bySymbol(`${CHARTS}/analytics/{symbol}/cvd`, () => ({ interval: String(INTERVAL_S) })),
  schema: object({ result: object({ timestamp: rows, data: object(LISTS) }) }),
  map({ result: { timestamp, data } }, context) {
    const who = context.subject(undefined, '');
    const seconds = readDecimal(context.params['interval'] ?? '');
    const fault = (code: 'decode' | 'implausible', message: string): [] => {
      context.report({ code, path: 'result', message });
      return [];
    };
    if (who === undefined) return [];
    if (seconds === undefined || seconds <= 0) return fault('decode', 'the request names no interval');
    const lists = [data.buyVolume, data.sellVolume, data.cvd];
    if (lists.some((list) => list.length !== timestamp.length))
      return fault('decode', 'times and amounts are not as many: they cannot be joined');
    const joined = timestamp.map((time, index) => [time, ...lists.map((list) => list[index])]);
    const flow = FLOW.list(joined, 'result.data', context);
    if (flow.length > 0 && !isOfBars(flow))
      return fault(
        'implausible',
        'the amounts are not shown to be those of each bar; all of them were dropped',
      );
    const reportSize = sizeReporter(context);
    const out = columnsOf(
      context,
      { kind: 'taker-volume', barMs: seconds * SECOND_MS },
      TAKER_AMOUNTS,
      flow.length,
    );
    for (const { time, buy, sell } of flow) {
      reportSize(who, 'result.data');
      const [bought, sold] = [sizesOf(who, buy), sizesOf(who, sell)];
      out.of(who).push(time, bought.base, sold.base, bought.usd, sold.usd, bought.contracts, sold.contracts);
    }
    return out.chunks();
  },
});
