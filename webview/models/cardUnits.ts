import type { CardPayload } from '../../src/surfaces/protocol/cards.ts';
import { formatShare } from '../../src/surfaces/protocol/numberFormat.ts';
import { CARDS } from './cards.ts';
import { formatNumber, formatPercent, formatPrice, formatUsdShort } from './format.ts';

/** The unit that numbers of a card are shown in. */
export interface CardUnit {
  readonly name: string;
  /** So many times a number of the payload is one of the unit: 100 of percent. */
  readonly times: number;
  /** A number of the unit as text. */
  format(value: number): string;
}

/** Returns whether a card is about rates and parts, which are shown in percent as they are. */
export function isInPercent(card: CardPayload['card']): boolean {
  return CARDS[card].unit.startsWith('fraction');
}

/** Returns the unit of a card. */
export function unitOf({ card, asset }: Pick<CardPayload, 'card' | 'asset'>): CardUnit {
  switch (CARDS[card].unit) {
    case 'usd':
      return { name: 'USD', times: 1, format: formatUsdShort };
    case 'quote':
      return { name: 'quote currency', times: 1, format: formatPrice };
    case 'base':
      return { name: asset, times: 1, format: (value) => `${formatNumber(value)} ${asset}` };
    case 'fraction-per-year':
      return { name: '% per year', times: 100, format: (value) => `${formatPercent(value / 100)} a year` };
    case 'fraction':
      return card === 'spot-share'
        ? { name: '%', times: 100, format: (value) => formatShare(value / 100) }
        : { name: '%', times: 100, format: (value) => formatPercent(value / 100) };
    default:
      return { name: 'ratio', times: 1, format: formatNumber };
  }
}
