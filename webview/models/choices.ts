import type { ChoiceId, HeatmapId } from '../../src/surfaces/protocol/heatmaps.ts';
import { CARDS } from './cards.ts';

/** What a heatmap card is called, whose rows it has, and what its cells are. */
export interface HeatmapCard {
  readonly title: string;
  /** What a row is. */
  readonly rows: 'Exchange' | 'Asset' | 'Asset, exchange';
  /** What is coloured, without the step. */
  readonly unit: string;
  /** Whether cells are of each step, and not of a year. */
  readonly isPerStep: boolean;
  /** What its numbers are, in one line. */
  readonly meaning: string;
}

const CHANGE = {
  ...{ unit: 'Change of open interest (% of coins', isPerStep: true },
  meaning:
    'Open interest in coins at the end of each step by that at its start; the price does not move it. After a gap there is none.',
};

export const HEATMAPS: Readonly<Record<HeatmapId, HeatmapCard>> = {
  'open-interest-change': { ...CHANGE, title: 'Open interest change', rows: 'Exchange' },
  'open-interest-change-assets': {
    ...CHANGE,
    ...{ title: 'Open interest change by asset', rows: 'Asset' },
    meaning: `${CHANGE.meaning} Of each asset the sum over the same exchanges.`,
  },
  'funding-assets': {
    ...{
      title: 'Funding by asset',
      rows: 'Asset, exchange',
      unit: 'Funding (% per year, simple',
      isPerStep: false,
    },
    meaning:
      'Settled funding of one exchange of each asset; above zero longs pay shorts. Several settlements in a column: their mean.',
  },
};

/** Every card that can be chosen. */
export const CHOICES: Readonly<Record<ChoiceId, { readonly title: string; readonly meaning: string }>> = {
  ...CARDS,
  ...HEATMAPS,
};
