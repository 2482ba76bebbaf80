import { STEP_MS, type Flow } from './flow.ts';
import { streamOf, uniformAt } from './random.ts';
import { symbolKey, type MarketSymbol } from './symbols.ts';

/** One trade. `side` is the taker's. */
export interface TradeEvent {
  readonly id: number;
  readonly atMs: number;
  readonly side: 'buy' | 'sell';
  readonly price: number;
  readonly sizeBase: number;
}

export interface Trades {
  /** Trades with fromMs < atMs <= toMs, oldest first. Over whole steps their sums are those of the bars. */
  trades(symbol: MarketSymbol, fromMs: number, toMs: number): readonly TradeEvent[];
  /** Trades agreed beside the book, in the same range: no taker, no part of the bars, a price and size of their own. */
  blockTrades(symbol: MarketSymbol, fromMs: number, toMs: number): readonly TradeEvent[];
}

/** Enough to look like a tape, few enough to be pushed to every client. */
const PER_SIDE = 60;

/**
 * The whole contracts of a trade. What rounding takes from one trade of a step, the next one gets, so that their sum is
 * that of the market; a small trade may be of none.
 */
export function wholeContracts(
  { id, sizeBase, price }: TradeEvent,
  contracts: (coins: number, usd: number) => number,
): number {
  // The trades of a step and side have one size.
  const before = Math.floor(id / 2) % PER_SIDE;
  const upTo = (count: number): number => Math.round(contracts(count * sizeBase, count * sizeBase * price));
  return upTo(before + 1) - upTo(before);
}

/** Builds the tape of a market: the takers of each step's bar, split evenly with some play in time. */
export function createTrades(seed: number, flow: Flow): Trades {
  const makeStep = (symbol: MarketSymbol, step: number): TradeEvent[] => {
    const stream = streamOf(seed, `tape/${symbolKey(symbol)}`);
    const startMs = step * STEP_MS;
    const bar = flow.bar(symbol, startMs, startMs + STEP_MS);
    const events = (['buy', 'sell'] as const).flatMap((side, offset) => {
      const total = side === 'buy' ? bar.takerBuyBase : bar.volumeBase - bar.takerBuyBase;
      const sizeBase = total / PER_SIDE;
      if (!(sizeBase > 0)) return [];
      return Array.from({ length: PER_SIDE }, (_, index): TradeEvent => {
        const id = (step * PER_SIDE + index) * 2 + offset;
        const atMs = startMs + Math.ceil(((index + uniformAt(stream, id)) / PER_SIDE) * STEP_MS);
        return { id, atMs, side, price: flow.price(symbol, 'last', atMs), sizeBase };
      });
    });
    return events.sort((a, b) => a.atMs - b.atMs || a.id - b.id);
  };

  /** One block at most in a step, in a third of the steps. */
  const makeBlock = (symbol: MarketSymbol, step: number): TradeEvent[] => {
    const stream = streamOf(seed, `blocks/${symbolKey(symbol)}`);
    if (uniformAt(stream, step * 4) > 1 / 3) return [];
    const atMs = step * STEP_MS + Math.ceil(uniformAt(stream, step * 4 + 1) * STEP_MS);
    const side = uniformAt(stream, step * 4 + 2) < 0.5 ? 'buy' : 'sell';
    const bar = flow.bar(symbol, step * STEP_MS, (step + 1) * STEP_MS);
    const sizeBase = (bar.volumeBase * (1 + uniformAt(stream, step * 4 + 3))) / 4;
    const price = flow.price(symbol, 'last', atMs) * (side === 'buy' ? 1.002 : 0.998);
    return sizeBase > 0 ? [{ id: step, atMs, side, price, sizeBase }] : [];
  };

  const newest = new Map<string, { step: number; events: TradeEvent[] }>();
  return {
    trades(symbol, fromMs, toMs) {
      const found: TradeEvent[] = [];
      for (let step = Math.floor(fromMs / STEP_MS); step * STEP_MS < toMs; step += 1) {
        const key = symbolKey(symbol);
        const known = newest.get(key);
        const events = known?.step === step ? known.events : makeStep(symbol, step);
        newest.set(key, { step, events });
        for (const event of events) if (event.atMs > fromMs && event.atMs <= toMs) found.push(event);
      }
      return found;
    },
    blockTrades(symbol, fromMs, toMs) {
      const found: TradeEvent[] = [];
      for (let step = Math.floor(fromMs / STEP_MS); step * STEP_MS < toMs; step += 1)
        found.push(...makeBlock(symbol, step).filter(({ atMs }) => atMs > fromMs && atMs <= toMs));
      return found;
    },
  };
}
