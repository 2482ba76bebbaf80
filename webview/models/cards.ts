import type { Unit } from '../../src/core/units.ts';
import type { CardId } from '../../src/surfaces/protocol/cards.ts';

/** What a card of lines is called, its unit, and how it is drawn. */
export interface Card {
  readonly title: string;
  readonly unit: Unit;
  readonly form: 'line' | 'bars';
  /** Whether its running sum is something to look at as well. */
  readonly canSumUp?: true;
  /** Of a line: whether a value is of the step that begins at its label, as those of bars are. */
  readonly isOfSteps?: true;
  /** Whether a second asset can stand beside it: of what is above zero at every moment a change in percent says something. */
  readonly canCompare?: true;
  /** What its numbers are, in one line. */
  readonly meaning: string;
}

export const CARDS: Readonly<Record<CardId, Card>> = {
  price: {
    ...{ title: 'Price', unit: 'quote', form: 'line', canCompare: true },
    meaning: 'Close of each step, at its end; mark price where the exchange keeps one, else last price.',
  },
  volume: {
    ...{ title: 'Futures volume', unit: 'usd', form: 'bars' },
    meaning: 'Traded in each step in perpetuals, each trade counted once.',
  },
  'open-interest-history': {
    ...{ title: 'Open interest history', unit: 'base', form: 'line', canCompare: true },
    meaning: 'Open interest at each step in coins, one side, of the perpetual of each exchange.',
  },
  funding: {
    ...{ title: 'Funding', unit: 'fraction-per-year', form: 'line' },
    meaning:
      'Settled rates as percent per year, simple, over the time that each was paid for; above zero longs pay shorts.',
  },
  'over-spot': {
    ...{ title: 'Perpetual over spot', unit: 'fraction', form: 'line' },
    meaning:
      'Last price of the perpetual by that of the spot pair, minus 1: closes of one step, one exchange and one currency.',
  },
  'basis-index': {
    ...{ title: 'Basis against index', unit: 'fraction', form: 'line' },
    meaning:
      'Mark price of the perpetual by its index price, minus 1, where one answer of the exchange states both. A step without one is a gap.',
  },
  'term-structure': {
    ...{ title: 'Term structure', unit: 'fraction-per-year', form: 'line' },
    meaning:
      'Mark price of each dated future by its index price, minus 1, as percent per year, simple: by the days to its expiry, and nothing within two days of it.',
  },
  'taker-delta': {
    ...{ title: 'Taker delta', unit: 'base', form: 'bars', canSumUp: true },
    meaning: 'Takers’ buys minus their sells in each step, perpetuals.',
  },
  'spot-taker-delta': {
    ...{ title: 'Spot taker delta', unit: 'base', form: 'bars', canSumUp: true },
    meaning: 'Takers’ buys minus their sells in each step, spot.',
  },
  'spot-share': {
    ...{ title: 'Spot share of volume', unit: 'fraction', form: 'line', isOfSteps: true },
    meaning:
      'Spot by spot plus futures volume of each step in USD, of the same exchanges. A step that lacks one of them is a gap.',
  },
  liquidations: {
    ...{ title: 'Liquidations', unit: 'usd', form: 'bars' },
    meaning:
      'Liquidated in each step by side, as far as each feed tells; longs below zero. Feeds are not added up.',
  },
  'long-short-ratio': {
    ...{ title: 'Long/short ratio', unit: 'ratio', form: 'line', canCompare: true },
    meaning: 'Accounts that are long by accounts that are short, of all accounts.',
  },
  depth: {
    ...{ title: 'Depth within 1 %', unit: 'usd', form: 'line', canCompare: true },
    meaning: 'Bids plus asks within 1 % of the middle of the book.',
  },
};
