import type { ExchangeId } from '../../core/ids.ts';

/**
 * Which of the trades that an exchange publishes are market trades: matched in the public book of the contract, by
 * somebody who took. Taker volume is made of these alone.
 *
 * A liquidation order that is matched in the book is one, because it takes what rests there, and the exchanges'
 * own taker statistics count it. What is agreed or forced beside the book is none, whatever side it states: blocks and
 * quotes on request, positions taken over by an insurance fund or reduced by deleveraging, assignments, and legs of a
 * spread that was matched in a book of its own.
 */
interface TradeFlag {
  readonly exchange: ExchangeId;
  /** The field, by its names in answers and pushes. */
  readonly fields: readonly string[];
  /** `set`: any value but false, 0, empty or none. A list: exactly these texts. */
  readonly isBeside: 'set' | readonly string[];
  /** What the field says of such a trade. */
  readonly meaning: string;
  readonly seen: 'docs' | 'recorded' | 'source';
}

export const TRADE_FLAGS: readonly TradeFlag[] = [
  { exchange: 'bybit', fields: ['BT', 'isBlockTrade'], isBeside: 'set', meaning: 'block trade', seen: 'docs' },
  { exchange: 'binance', fields: ['X'], isBeside: ['INSURANCE_FUND', 'ADL', 'NA'], meaning: 'taken over by the insurance fund, or deleveraged', seen: 'source' },
  { exchange: 'deribit', fields: ['block_trade_id', 'block_rfq_id'], isBeside: 'set', meaning: 'block trade, or quote on request', seen: 'docs' },
  { exchange: 'deribit', fields: ['combo_id', 'combo_trade_id'], isBeside: 'set', meaning: 'leg of a combo, matched in its own book', seen: 'docs' },
  { exchange: 'gate', fields: ['is_internal'], isBeside: 'set', meaning: 'taken over by the insurance fund, or deleveraged', seen: 'docs' },
  { exchange: 'kraken-futures', fields: ['type'], isBeside: ['assignment', 'termination', 'block'], meaning: 'assigned, terminated, agreed', seen: 'docs' },
]; // prettier-ignore

/**
 * Flags that leave a market trade what it is: retail price improvement on Bybit (`RPI`, `isRPITrade`) and Binance (`nq`
 * is `q` without it) is matched against takers; `source` 1 on OKX is an order of its liquidity programme, met by a taker;
 * `liquidation` on Deribit and `type: liquidation` on Kraken are orders in the book. The aggregated trades of Binance
 * leave the insurance fund and deleveraging out by themselves, OKX publishes blocks in channels of their own, and the
 * trades of Bitget, HTX, Hyperliquid and of all spot pairs but Bybit's carry no flag at all.
 */
export const isMarketTrade = (exchange: ExchangeId, row: object): boolean => {
  const fields = row as Readonly<Record<string, unknown>>;
  for (const { fields: names, isBeside: rule } of FLAGS_OF.get(exchange) ?? [])
    for (const name of names) if (isBeside(rule, fields[name])) return false;
  return true;
};

const FLAGS_OF: ReadonlyMap<ExchangeId, readonly TradeFlag[]> = Map.groupBy(
  TRADE_FLAGS,
  ({ exchange }) => exchange,
);

/** Flags are booleans, ids, or texts of either: only what clearly says no leaves a trade in. */
function isBeside(rule: TradeFlag['isBeside'], value: unknown): boolean {
  if (rule !== 'set') return typeof value === 'string' && rule.includes(value);
  const isNone = value === undefined || value === null || value === false || value === 0 || value === '';
  return !isNone && value !== 'false' && value !== '0';
}
