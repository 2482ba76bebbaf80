import type { ContractSize, Instrument } from '../../core/instrument.ts';
import type { ListedFault } from '../../core/issue.ts';
import { pathOf, type Path } from './kit/place.ts';
import type { MapContext } from './mapContext.ts';
import type { Subject } from './mapping.ts';

/** Fewer contracts than this may be rounded so much that their coins say nothing about the size of one. */
const MIN_CONTRACTS = 100;
/** Coins and contracts of one row that are off by more than this share contradict each other. */
const SIZE_TOLERANCE = 0.01;
/** A quotient this near to 1, 2 or 5 times a power of ten is the size of a contract and no slip. */
const ROUNDNESS = 0.001;

function report(
  context: MapContext,
  instrument: Instrument,
  fault: Omit<ListedFault, 'instrument'>,
  path: Path,
  what: string,
): void {
  const message = `${instrument.venueSymbol}: ${what}; the list of instruments is out of date`;
  context.report({
    code: 'contradiction',
    path: pathOf(path),
    message,
    listed: { instrument: instrument.key, ...fault },
  });
}

/** The size of a contract that coins and contracts of one row have as their quotient, where it is a round one. */
function roundSize(contracts: number, coins: number): number | undefined {
  const quotient = coins / contracts;
  const power = 10 ** Math.floor(Math.log10(quotient * (1 + ROUNDNESS)));
  return [1, 2, 5, 10].map((one) => one * power).find((one) => Math.abs(quotient / one - 1) < ROUNDNESS);
}

/**
 * Compares the size of a linear contract in the list with contracts and coins that one row states of the same thing.
 * `other-size`: they agree with each other on another size, which is reported; the coins hold. `no-size`: they contradict
 * the list and are no contract size either.
 */
export function sizeOfAmounts(
  context: MapContext,
  who: Subject,
  contracts: number | undefined,
  coins: number | undefined,
  path: Path,
  field?: string,
): 'agrees' | 'other-size' | 'no-size' {
  const { instrument } = who;
  if (instrument?.contractSize.unit !== 'base' || contracts === undefined || coins === undefined)
    return 'agrees';
  const listed = instrument.contractSize.amount;
  if (contracts === 0 || Math.abs(coins - contracts * listed) <= SIZE_TOLERANCE * contracts * listed)
    return 'agrees';
  // The same number twice is contracts twice.
  const size = coins > 0 && coins !== contracts ? roundSize(contracts, coins) : undefined;
  if (size === undefined || contracts < MIN_CONTRACTS) return 'no-size';
  const what = `${coins} coins are ${contracts} contracts of ${size}, the list says ${listed}`;
  report(context, instrument, { field: 'contractSize', value: size }, pathOf(path, field), what);
  return 'other-size';
}

/** Returns the size that a payload states, else the list's; where they differ the payload's holds, with an issue. */
export function sizeStated(
  context: MapContext,
  who: Subject,
  stated: ContractSize | undefined,
  path: Path,
): ContractSize | undefined {
  const { instrument } = who;
  if (stated === undefined || instrument === undefined) return stated ?? instrument?.contractSize;
  const { amount, unit } = instrument.contractSize;
  if (amount !== stated.amount || unit !== stated.unit) {
    const what = `a contract is ${stated.amount} (${stated.unit}), the list says ${amount} (${unit})`;
    const value = unit === stated.unit ? { value: stated.amount } : {};
    report(context, instrument, { field: 'contractSize', ...value }, path, what);
  }
  return stated;
}

/** Reports a contract that its own payload calls halted, suspended or about to be delisted while the list has it trading. */
export function reportHalt(context: MapContext, who: Subject, isHalted: boolean, path: Path): void {
  const { instrument } = who;
  if (!isHalted || instrument?.status !== 'trading') return;
  report(context, instrument, { field: 'status' }, path, 'it is not traded as usual');
}

const NO_BOUNDS = { cap: undefined, floor: undefined } as const;

/**
 * Returns the highest and lowest rate of the list for a rate of `intervalMs`, as far as they can be: bounds are per
 * interval, so those of another interval say nothing, and a rate beyond them shows that the exchange has moved them.
 */
export function listedBounds(
  context: MapContext,
  who: Subject,
  rate: number,
  intervalMs: number,
  path: Path,
): { readonly cap: number | undefined; readonly floor: number | undefined } {
  const { instrument } = who;
  if (instrument === undefined || instrument.fundingIntervalMs !== intervalMs) return NO_BOUNDS;
  const { fundingCap: cap, fundingFloor: floor } = instrument;
  // Exchanges round the rate and its bounds to different digits.
  const slack = 1e-6;
  const isBeyond = rate > (cap ?? Infinity) + slack || rate < (floor ?? -Infinity) - slack;
  if (!isBeyond) return { cap, floor };
  const what = `a rate of ${rate} is beyond the listed bounds ${String(floor)} and ${String(cap)}`;
  report(context, instrument, { field: 'fundingBounds' }, path, what);
  return NO_BOUNDS;
}
