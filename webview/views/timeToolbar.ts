import { button, element, setText } from '../dom.ts';
import { formatUtcRange } from '../models/format.ts';
import { isPresetOffered, PRESETS, presetOf } from '../models/timeRange.ts';
import type { TimeAxis } from './timeAxis.ts';

const HELP =
  'Drag to move through time. Zoom with the wheel and Ctrl, or after a click into a chart with the wheel alone. ' +
  'Shift and drag marks a stretch; double-click shows all. Keys in a chart: arrows, Page Up, Page Down, Home, End, plus, ' +
  'minus, 0 for all; Shift and arrows read value by value.';

/** The choice of the range of time, for all charts of a panel. */
export interface TimeToolbar {
  readonly root: HTMLElement;
  /** Shows what is chosen; nothing at all where there is nothing of any time. */
  show(): void;
}

/** Makes the toolbar: one stop for the keyboard, within it by arrows. */
export function createTimeToolbar(axis: TimeAxis): TimeToolbar {
  const buttons = PRESETS.map((preset) => {
    const made = button(preset.text, { class: 'toggle' }, () => {
      const { spanMs } = preset;
      if (isPresetOffered(preset, axis.extent())) axis.go(spanMs === undefined ? {} : { spanMs });
    });
    made.setAttribute('aria-label', `Show ${preset.text === 'All' ? 'all' : `the last ${preset.text}`}`);
    return { preset, made };
  });
  const range = element('span', { class: 'meta time-range' });
  const help = element('span', { id: 'time-help', class: 'visually-hidden' }, HELP);
  const root = element(
    'div',
    { class: 'time-toolbar', role: 'toolbar', 'aria-label': 'Range of time', title: HELP, hidden: '' },
    ...buttons.map(({ made }) => made),
    range,
    help,
  );

  root.addEventListener('keydown', ({ key }) => {
    const at = buttons.findIndex(({ made }) => made === document.activeElement);
    const to = { ArrowLeft: at - 1, ArrowRight: at + 1, Home: 0, End: buttons.length - 1 }[key];
    if (at >= 0 && to !== undefined) buttons[Math.max(0, Math.min(to, buttons.length - 1))]?.made.focus();
  });

  let shown = '';
  return {
    root,
    show: () => {
      root.hidden = !axis.isKnown();
      if (root.hidden) return;
      const chosen = presetOf(axis.window());
      const { min, max } = axis.range();
      setText(range, formatUtcRange(min, max));
      const offered = PRESETS.filter((preset) => isPresetOffered(preset, axis.extent()));
      const key = [chosen?.id, ...offered.map(({ id }) => id)].join();
      if (key === shown) return;
      shown = key;
      for (const { preset, made } of buttons) {
        const isOffered = offered.includes(preset);
        made.setAttribute('aria-pressed', String(preset === chosen));
        made.setAttribute('aria-disabled', String(!isOffered));
        made.title = isOffered ? '' : 'There are no older numbers in this panel.';
        made.tabIndex = preset === (chosen ?? PRESETS.at(-1)) ? 0 : -1;
      }
    },
  };
}
