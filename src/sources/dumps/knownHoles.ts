/** A stretch that a dump is known to lack, whoever fetches it. */
export interface KnownHole {
  /** Id of the format. */
  readonly format: string;
  /** Absent: of all symbols, as far as is known. */
  readonly symbols?: readonly string[];
  readonly fromMs: number;
  /** Exclusive. */
  readonly toMs: number;
  /** Where it was reported, an issue of binance/binance-public-data. */
  readonly source: string;
  /** Files issued since have it: where it is missing, an older copy was read. */
  readonly isRepaired?: true;
}

const at = (text: string): number => Date.parse(`${text}Z`);
const MAIN = ['BTCUSDT', 'ETHUSDT'];

/** Stretches that were reported missing. A hole in one of them is no fault of the fetching, and asking again is no use. */
export const knownHoles: readonly KnownHole[] = [
  {
    ...{ format: 'binance/um-metrics', symbols: ['BNXUSDT'], source: '#287' },
    ...{ fromMs: at('2022-04-01T00:00'), toMs: at('2022-07-07T00:00') },
  },
  {
    ...{ format: 'binance/um-metrics', source: '#276', isRepaired: true },
    ...{ fromMs: at('2023-09-18T00:00'), toMs: at('2023-09-19T00:00') },
  },
  {
    ...{ format: 'binance/um-metrics', source: '#335' },
    ...{ fromMs: at('2024-02-16T13:30'), toMs: at('2024-02-17T00:00') },
  },
  {
    ...{ format: 'binance/um-markPriceKlines', symbols: MAIN, source: '#484' },
    ...{ fromMs: at('2023-11-10T03:40'), toMs: at('2023-11-10T04:05') },
  },
  {
    ...{ format: 'binance/um-premiumIndexKlines', symbols: ['BTCUSDT'], source: '#335' },
    ...{ fromMs: at('2021-01-24T00:00'), toMs: at('2021-02-22T00:00') },
  },
];

/** Returns the known hole that a stretch lies in; undefined where none covers all of it. */
export function knownHole(
  format: string,
  symbol: string,
  fromMs: number,
  toMs: number,
): KnownHole | undefined {
  return knownHoles.find(
    (hole) =>
      hole.format === format &&
      (hole.symbols?.includes(symbol) ?? true) &&
      hole.fromMs <= fromMs &&
      toMs <= hole.toMs,
  );
}
