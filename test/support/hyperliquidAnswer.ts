/** A universe and contexts as `metaAndAssetCtxs` answers them; sizes are lots of each coin's own decimals. */
export function metaAndContexts(
  coins: readonly { readonly name: string; readonly szDecimals: number; readonly openInterest: string }[],
): unknown {
  return [
    { universe: coins.map(({ name, szDecimals }) => ({ name, szDecimals, maxLeverage: 50 })) },
    coins.map(({ openInterest }) => ({
      ...{ funding: '0.0000125', openInterest, prevDayPx: '99.0', dayNtlVlm: '1000.0', premium: '0.0001' },
      ...{ oraclePx: '100.0', markPx: '100.0', midPx: '100.0', impactPxs: null, dayBaseVlm: '10.0' },
    })),
  ];
}
