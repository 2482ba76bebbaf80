import type { CardId } from '../../src/surfaces/protocol/cards.ts';
import { button } from '../dom.ts';
import { CARDS } from '../models/cards.ts';
import type { ViewContext } from './chartView.ts';

const HEIGHTS = ['small', 'usual', 'tall'] as const;
type Height = (typeof HEIGHTS)[number];

/** Makes the button that gives a card its next height; it is kept for each card. `onChange` is to draw at the new one. */
export function createHeightButton(
  card: CardId,
  root: HTMLElement,
  context: ViewContext,
  onChange: () => void,
): HTMLElement {
  const { title } = CARDS[card];
  const height = (): Height => context.state().cardHeights[card] ?? 'usual';
  const next = (): Height => HEIGHTS[(HEIGHTS.indexOf(height()) + 1) % HEIGHTS.length] ?? 'usual';

  function show(): void {
    root.dataset['height'] = height();
    const words = `Height of ${title}: ${height()}, next ${next()}`;
    made.setAttribute('aria-label', words);
    made.title = words;
  }

  const made = button('↕', { class: 'secondary' }, () => {
    const { [card]: _, ...rest } = context.state().cardHeights;
    const chosen = next();
    context.keep({ cardHeights: chosen === 'usual' ? rest : { ...rest, [card]: chosen } });
    show();
    onChange();
    context.say(`${title} is ${chosen}`);
  });
  show();
  return made;
}
