import type { ExchangeReadings } from './readings.ts';
import type { LeftOutLeg } from './snapshot.ts';

/**
 * Before anything is added up, the exchanges' numbers on one asset are held against each other. Tickers are no names:
 * two exchanges can list two coins under one, and a contract of thousands can be taken for single coins.
 */

/** Perpetuals of one coin trade within a few percent of each other, in a crash within ten; two coins hardly ever do. */
export const SAME_PRICE_FACTOR = 1.2;
/** A market holds a few days of its own volume, a sleeping one hundreds; never so many. */
const MOST_DAYS_OF_VOLUME = 1_000;
/** An open interest above this many times that of all others together must be supported by volume. */
const LARGEST_OVER_REST = 10;

export interface ComparedLegs {
  /** The legs that agree. */
  readonly counted: readonly ExchangeReadings[];
  readonly leftOut: readonly LeftOutLeg[];
  /** Of the counted ones: those of thousands of coins by their name alone; no other price confirms it. */
  readonly unconfirmed: readonly ExchangeReadings[];
}

/**
 * Returns which exchanges' numbers are of one and the same thing. The largest group of prices within 20 % of each other
 * decides; where no group is larger than every other, nothing tells which coin is meant and none is counted. An exchange
 * without a price cannot be compared and is counted as it is, unless its name alone says how many coins it is of.
 */
export function compareLegs(readings: readonly ExchangeReadings[]): ComparedLegs {
  const priced = readings.filter((one) => one.markPriceQuote !== undefined);
  const group = agreeing(priced);
  if (group === undefined) {
    const prices = priced.map((one) => `${one.displayName} ${shortPrice(one.markPriceQuote)}`).join(', ');
    const reason = `the prices contradict each other (${prices}): they are of different coins or units`;
    return {
      counted: [],
      leftOut: readings.map(({ exchange }) => ({ exchange, reason })),
      unconfirmed: [],
    };
  }
  const others = priced.filter((one) => !group.includes(one));
  const usual = middle(group.map(priceOf));
  const agreed = readings.filter((one) => !others.includes(one));
  const inflated = agreed.filter((one) => isInflated(one, agreed));
  const counted = agreed.filter((one) => !inflated.includes(one));
  return {
    counted,
    leftOut: [
      ...others.map((one) => ({ exchange: one.exchange, reason: otherPrice(one, usual) })),
      ...inflated.map(({ exchange }) => ({
        exchange,
        reason: 'its open interest contradicts its own volume and all other exchanges by orders of magnitude',
      })),
    ],
    unconfirmed: counted.filter((one) => one.coinsPerUnit !== undefined && !isConfirmed(one, counted)),
  };
}

const priceOf = ({ markPriceQuote = Number.NaN }: ExchangeReadings): number => markPriceQuote;

/** Returns the largest group of agreeing prices; undefined where another one is as large. Nothing to compare agrees. */
function agreeing(priced: readonly ExchangeReadings[]): readonly ExchangeReadings[] | undefined {
  const sorted = [...priced].sort((a, b) => priceOf(a) - priceOf(b));
  // Every group starts at one of the prices and takes what lies within the factor above it.
  const groups = sorted.map((first, start) =>
    sorted.slice(start).filter((one) => priceOf(one) <= priceOf(first) * SAME_PRICE_FACTOR),
  );
  const size = Math.max(...groups.map((one) => one.length));
  const largest = groups.filter((one) => one.length === size);
  const [first] = largest;
  if (first === undefined) return [];
  // Overlapping windows are one group that is a little wider than the factor; windows that share nothing contradict.
  const joined = new Set(first);
  for (const one of largest.slice(1)) {
    if (!one.some((leg) => joined.has(leg))) return undefined;
    for (const leg of one) joined.add(leg);
  }
  return [...joined];
}

function isInflated(leg: ExchangeReadings, all: readonly ExchangeReadings[]): boolean {
  const { openInterestUsd, volume24hUsd } = leg;
  if (openInterestUsd === undefined || volume24hUsd === undefined) return false;
  const others = all.filter((one) => one !== leg);
  const rest = others.reduce((sum, one) => sum + (one.openInterestUsd ?? 0), 0);
  return (
    rest > 0 &&
    openInterestUsd > LARGEST_OVER_REST * rest &&
    openInterestUsd > MOST_DAYS_OF_VOLUME * volume24hUsd
  );
}

/** The price of single coins elsewhere tells whether a name such as 1000PEPE says what it seems to say. */
function isConfirmed(leg: ExchangeReadings, counted: readonly ExchangeReadings[]): boolean {
  const price = priceOf(leg);
  const isNear = (other: number | undefined): boolean =>
    other !== undefined && Math.max(other / price, price / other) <= SAME_PRICE_FACTOR;
  return counted.some(
    (one) =>
      isNear(one.spotPriceQuote) ||
      (one !== leg && one.coinsPerUnit !== leg.coinsPerUnit && isNear(one.markPriceQuote)),
  );
}

function otherPrice(leg: ExchangeReadings, usual: number): string {
  const price = priceOf(leg);
  const times = Math.max(price / usual, usual / price);
  return `its price contradicts the others (${shortPrice(price)} against ${shortPrice(usual)}, ${shortPrice(times)} times apart): it is of another coin or another unit`;
}

const middle = (values: readonly number[]): number =>
  [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;

/** Three significant digits are enough to see which price is meant. */
const shortPrice = (value: number | undefined): string =>
  value === undefined ? '' : value.toLocaleString('en-US', { maximumSignificantDigits: 3 });
