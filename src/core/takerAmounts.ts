/** The amounts of a row of takers, in coins, dollars and contracts: bought and sold of each. */
export const TAKER_AMOUNTS = [
  ...(['takerBuyBase', 'takerSellBase', 'takerBuyUsd', 'takerSellUsd'] as const),
  ...(['takerBuyContracts', 'takerSellContracts'] as const),
] as const;
