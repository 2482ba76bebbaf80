import type { CardPayload } from '../../src/surfaces/protocol/cards.ts';
import { CHOICE_IDS, type ChoiceId, type HeatmapId } from '../../src/surfaces/protocol/heatmaps.ts';
import { button, element } from '../dom.ts';
import type { Range } from '../models/axis.ts';
import { moved } from '../models/cardOrder.ts';
import { wholeWish } from '../models/cardWish.ts';
import { CHOICES, HEATMAPS } from '../models/choices.ts';
import type { AskingCard, CardHost } from './asking.ts';
import type { ViewContext } from './chartView.ts';
import { createHeatmapCard } from './heatmapCard.ts';
import { createHeightButton } from './heightButton.ts';
import { createLineCard } from './lineCard.ts';

/** The cards that the user has chosen, in their order, and the choice. */
export interface CardList {
  readonly root: HTMLElement;
  /** Those that are shown. */
  cards(): ReadonlyMap<ChoiceId, AskingCard>;
  /** From the oldest number that is kept of the asset to now; undefined until it is known, or without cards. */
  extent(): Range | undefined;
  /** Takes what may be newer, or another asset. */
  update(): void;
  dispose(): void;
}

/** Makes the list; `onExtent` is called when it is known how far back the history reaches. */
export function createCardList(context: ViewContext, host: CardHost, onExtent: () => void): CardList {
  const shown = new Map<ChoiceId, AskingCard>();
  // A panel that was opened for one chart shows that one.
  const isOffered = (): boolean => context.state().chart === 'all';
  const chosen = (): readonly ChoiceId[] => (isOffered() ? context.state().cards : []);
  let oldest: { readonly asset: string; readonly atMs: number | undefined } | undefined;
  let looking = new AbortController();

  const toggles = new Map(
    CHOICE_IDS.map((id) => [
      id,
      button(CHOICES[id].title, { class: 'toggle', title: CHOICES[id].meaning }, () => {
        const isShown = chosen().includes(id);
        choose(isShown ? chosen().filter((one) => one !== id) : [...chosen(), id]);
        context.say(`${CHOICES[id].title} ${isShown ? 'removed' : 'added'}`);
      }),
    ]),
  );
  const chooser = element(
    'div',
    { class: 'choice', role: 'group', 'aria-label': 'More charts' },
    element('span', { class: 'choice-label', 'aria-hidden': 'true' }, 'More charts'),
    ...toggles.values(),
  );
  const list = element('div', { class: 'charts' });
  const root = element('div', { class: 'cards' }, chooser, list);

  function choose(next: readonly ChoiceId[]): void {
    context.keep({ cards: next });
    show();
    for (const id of next) shown.get(id)?.draw();
    onExtent();
  }

  function make(id: ChoiceId): AskingCard {
    const card = isHeatmap(id) ? createHeatmapCard(id, context, host) : createLineCard(id, context, host);
    const { title } = CHOICES[id];
    const move = (text: string, by: -1 | 1): HTMLElement => {
      const words = `Move ${title} ${by < 0 ? 'up' : 'down'}`;
      const made = button(text, { class: 'secondary', 'aria-label': words, title: words }, () => {
        choose(moved(chosen(), id, by));
        // What is put elsewhere in a page loses the focus.
        made.focus();
        context.say(`${title} is number ${chosen().indexOf(id) + 1} of ${chosen().length}`);
      });
      return made;
    };
    const remove = button('×', { class: 'secondary', 'aria-label': `Remove ${title}`, title: `Remove ${title}` }, () => {
      choose(chosen().filter((one) => one !== id));
      toggles.get(id)?.focus();
    }); // prettier-ignore
    // Of a heatmap each row has its height.
    const heights = isHeatmap(id) ? [] : [createHeightButton(id, card.root, context, card.resize)];
    card.controls.append(
      element('div', { class: 'choice place' }, ...heights, move('↑', -1), move('↓', 1), remove),
    );
    return card;
  }

  /** Makes and drops cards as they are chosen; those that stay keep what they hold. */
  function show(): void {
    for (const [id, card] of shown)
      if (!chosen().includes(id)) {
        card.dispose();
        shown.delete(id);
      }
    for (const [at, id] of chosen().entries()) {
      const known = shown.get(id);
      const card = known ?? make(id);
      shown.set(id, card);
      // Chart.js measures its parent, so the card must be on the page before the first draw. What is in its place is not touched.
      if (list.children[at] !== card.root) list.insertBefore(card.root, list.children[at] ?? null);
      if (known === undefined) card.update();
    }
    for (const [id, toggle] of toggles) toggle.setAttribute('aria-pressed', String(chosen().includes(id)));
    chooser.hidden = !isOffered();
    if (chosen().length > 0) lookBack();
  }

  /** Once for each asset: the prices of all days tell how far back the history reaches. */
  function lookBack(): void {
    const asset = host.asset();
    if (oldest?.asset === asset || asset === '') return;
    looking.abort();
    looking = new AbortController();
    const { signal } = looking;
    oldest = { asset, atMs: undefined };
    host.ask(wholeWish({ card: 'price', asset }, host.nowMs()), signal).then(
      (payload) => {
        if (signal.aborted) return;
        oldest = { asset, atMs: firstOf(payload) };
        onExtent();
      },
      () => {
        // It is looked for again with the next numbers.
        if (!signal.aborted) oldest = undefined;
      },
    );
  }

  show();
  return {
    root,
    cards: () => shown,
    extent: () => {
      const atMs = chosen().length === 0 ? undefined : oldest?.atMs;
      return atMs === undefined ? undefined : { min: atMs, max: host.nowMs() };
    },
    update: () => {
      show();
      for (const card of shown.values()) card.update();
    },
    dispose: () => {
      looking.abort();
      for (const card of shown.values()) card.dispose();
    },
  };
}

const isHeatmap = (id: ChoiceId): id is HeatmapId => id in HEATMAPS;

function firstOf({ lines }: CardPayload): number | undefined {
  return lines.length === 0 ? undefined : Math.min(...lines.map(({ firstMs }) => firstMs));
}
