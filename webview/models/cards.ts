import type { Unit } from '../../src/core/units.ts';
import type { CardId } from '../../src/surfaces/protocol/cards.ts';

/** What a card of lines is called, its unit, and how it is drawn. */
export interface Card {
  readonly title: string;
  readonly unit: Unit;
  readonly form: 'line' | 'bars';
  /** Whether its running sum is something to look at as well. */
  readonly canSumUp?: true;
  /** What its numbers are, in one line. */
  readonly meaning: string;
}

export const CARDS: Readonly<Record<CardId, Card>> = {
  price: {
    ...{ title: 'Price', unit: 'quote', form: 'line' },
    meaning: 'Close of each step, at its end; mark price where the exchange keeps one, else last price.',
  },
  volume: {
    ...{ title: 'Futures volume', unit: 'usd', form: 'bars' },
    meaning: 'Traded in each step in perpetuals, each trade counted once.',
  },
  'taker-delta': {
    ...{ title: 'Taker delta', unit: 'base', form: 'bars', canSumUp: true },
    meaning: 'Takers’ buys minus their sells in each step, perpetuals.',
  },
  'spot-taker-delta': {
    ...{ title: 'Spot taker delta', unit: 'base', form: 'bars', canSumUp: true },
    meaning: 'Takers’ buys minus their sells in each step, spot.',
  },
  liquidations: {
    ...{ title: 'Liquidations', unit: 'usd', form: 'bars' },
    meaning:
      'Liquidated in each step by side, as far as each feed tells; longs below zero. Feeds are not added up.',
  },
  'long-short-ratio': {
    ...{ title: 'Long/short ratio', unit: 'ratio', form: 'line' },
    meaning: 'Accounts that are long by accounts that are short, of all accounts.',
  },
  depth: {
    ...{ title: 'Depth within 1 %', unit: 'usd', form: 'line' },
    meaning: 'Bids plus asks within 1 % of the middle of the book.',
  },
};
