import type { StreamExchangeOptions } from './streamExchange.ts';

/** The price channel of the made-up exchange as one of open interest: what it pushes as a price is a size in coins. */
export const openInterestChannel: NonNullable<StreamExchangeOptions['price']> = {
  yields: ['open-interest'],
  map: ({ s, t, p }, { exchange, endpoint, receivedAtMs }) => [
    {
      kind: 'open-interest',
      ...{ exchange, endpoint, receivedAtMs, venueSymbol: s, baseAsset: s.replace('USDT', '') },
      instrument: `${exchange}:${s}`,
      atMs: t,
      sides: 'unverified',
      openInterestBase: p,
    },
  ],
};
