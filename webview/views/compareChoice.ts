import type { CardId } from '../../src/surfaces/protocol/cards.ts';
import { element } from '../dom.ts';
import { CARDS } from '../models/cards.ts';
import type { ViewContext } from './chartView.ts';
import type { CardHost } from './asking.ts';

/** Which second asset a card shows beside the panel's own. */
export interface CompareChoice {
  readonly root: HTMLElement;
  /** What was chosen, where it is still one of the assets and another than the panel's. */
  asset(): string | undefined;
  /** Offers the assets that there are now, and shows what was chosen. */
  show(): void;
}

/** Makes the choice; it is kept for each card. */
export function createCompareChoice(
  card: CardId,
  context: ViewContext,
  host: CardHost,
  onChoose: () => void,
): CompareChoice {
  const { title, canCompare } = CARDS[card];
  const select = element('select', { 'aria-label': `Compare ${title} with` });
  const label = element('span', { class: 'choice-label', 'aria-hidden': 'true' }, 'Compare with');
  const root = element('div', { class: 'choice' }, label, select);
  let offered = '';

  const others = (): readonly string[] =>
    canCompare === true ? host.assets().filter((one) => one !== host.asset()) : [];
  const asset = (): string | undefined => others().find((one) => one === context.state().compared[card]);

  select.addEventListener('change', () => {
    const { [card]: _, ...rest } = context.state().compared;
    context.keep({ compared: select.value === '' ? rest : { ...rest, [card]: select.value } });
    onChoose();
  });

  return {
    root,
    asset,
    show: () => {
      const names = others();
      root.hidden = names.length === 0;
      // Made anew under the pointer a list would close.
      if (names.join() !== offered) {
        offered = names.join();
        const option = (value: string, text: string): HTMLElement => element('option', { value }, text);
        select.replaceChildren(option('', 'nothing'), ...names.map((one) => option(one, one)));
      }
      select.value = asset() ?? '';
    },
  };
}
