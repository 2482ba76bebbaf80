import type { DatedEvent, DatedEvents } from '../../src/core/datedEvent.ts';
import type { PanelRequests } from '../../src/surfaces/protocol/messages.ts';
import { element, setText } from '../dom.ts';
import type { Range } from '../models/axis.ts';
import { eventList, eventsWithin } from '../models/events.ts';
import type { TimeAxis } from './timeAxis.ts';

type Wish = PanelRequests['events']['params'];

/** The user's events: asked for, and said in words under the choice of the range. */
export interface EventList {
  readonly root: HTMLElement;
  within(range: Range): readonly DatedEvent[];
  /** Says what is in view now. */
  show(): void;
  /**
   * Asks for the events of all the time that there is; without `isDue` only where that has grown since. The promise is kept once what was
   * answered, if anything was asked, is shown.
   */
  ask(isDue: boolean): Promise<void>;
}

/** Makes the list; `onChange` is called when there are other events. */
export function createEventList(
  time: TimeAxis,
  askHost: (wish: Wish) => Promise<DatedEvents>,
  onChange: () => void,
): EventList {
  const count = element('summary', {});
  const list = element('ul', { class: 'notes' });
  const shown = element('details', { hidden: '' }, count, list);
  const faults = element('ul', { class: 'notes', 'aria-label': 'Faults in the file of events' });
  let held: DatedEvents = { events: [], faults: [] };
  let asked: Wish | undefined;
  let listed = '';

  function show(): void {
    const inView = time.isKnown() ? eventsWithin(held.events, time.range()) : [];
    shown.hidden = held.events.length === 0;
    setText(count, `${inView.length} ${inView.length === 1 ? 'event' : 'events'} in the time shown`);
    const texts = shown.open ? eventList(inView) : [];
    if (texts.join('\n') === listed) return;
    listed = texts.join('\n');
    list.replaceChildren(...texts.map((text) => element('li', {}, text)));
  }

  shown.addEventListener('toggle', show);

  function take(next: DatedEvents): void {
    if (JSON.stringify(next) === JSON.stringify(held)) return;
    held = next;
    faults.replaceChildren(...held.faults.map((fault) => element('li', {}, `Events: ${fault}`)));
    show();
    onChange();
  }

  return {
    root: element('div', { class: 'events' }, shown, faults),
    within: (range) => eventsWithin(held.events, range),
    show,
    ask: async (isDue) => {
      if (!time.isKnown()) return;
      const { min, max } = time.extent();
      const wish = { fromMs: Math.max(0, Math.floor(min)), toMs: Math.ceil(max) + 1 };
      if (!isDue && asked !== undefined && asked.fromMs <= wish.fromMs) return;
      asked = wish;
      await askHost(wish).then(
        (next) => {
          if (asked === wish) take(next);
        },
        (error: unknown) => {
          // What was there stays; it is asked for again with the next numbers.
          const why = error instanceof Error ? error.message : String(error);
          if (asked === wish) take({ events: held.events, faults: [`not read: ${why}`] });
        },
      );
    },
  };
}
