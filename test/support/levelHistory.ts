import { instrumentKey } from '../../src/core/ids.ts';
import type { Observation } from '../../src/core/observation.ts';
import { HOUR_MS } from '../../src/core/units.ts';
import type { ScoredBar } from '../../src/analysis/calibration/windows.ts';
import { candleRow, liquidationRow, openInterestRow } from '../unit/analysis/regime/history.ts';

/** A contract, and how much of a market it has. */
export interface Contract {
  readonly exchange: string;
  readonly venueSymbol: string;
  readonly part: number;
}

/** Bars of a market moved in time, so that `lastMs` begins the last of them. */
export function endingAt(bars: readonly ScoredBar[], lastMs: number): ScoredBar[] {
  const shift = lastMs - (bars.at(-1)?.atMs ?? 0);
  return bars.map((bar) => ({ ...bar, atMs: bar.atMs + shift }));
}

/** The rows of a contract that liquidation levels are made of, as an exchange's history gives them. */
export function levelHistory(
  { exchange, venueSymbol, part }: Contract,
  bars: readonly ScoredBar[],
): Observation[] {
  const who = { venueSymbol, instrument: instrumentKey(exchange, venueSymbol) };
  return bars.flatMap((bar): Observation[] => {
    const { atMs, openQuote, highQuote, lowQuote, closeQuote } = bar;
    const amount = (whole: number | undefined): number => part * (whole ?? Number.NaN);
    const prices = { openQuote, highQuote, lowQuote, volumeBase: amount(bar.volumeBase) };
    return [
      { ...openInterestRow(exchange, atMs + HOUR_MS, amount(bar.openInterestBase)), ...who },
      { ...candleRow(exchange, atMs, closeQuote, prices), ...who },
      {
        ...liquidationRow(exchange, atMs, amount(bar.longLiquidatedQuote), amount(bar.shortLiquidatedQuote)),
        ...who,
      },
    ];
  });
}
