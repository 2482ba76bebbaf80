import type { ChartTheme } from '../charts/theme.ts';
import type { Stroke } from '../charts/linesLayer.ts';
import { button, element, setText } from '../dom.ts';
import type { Range } from '../models/axis.ts';
import { isSeenIn } from '../models/lineReduction.ts';
import type { NamedLine } from '../models/namedLine.ts';
import { createSwatch, type Swatch } from './swatch.ts';

const DASHES: readonly (readonly number[])[] = [[], [6, 3], [2, 3], [9, 3, 2, 3]];
/** Of each place the dash with its colour: places whose colours are alike in a theme of the editor's have different ones. */
const DASH_OF = [0, 1, 0, 1, 2, 3, 3, 2, 1];
const AGGREGATE_PX = 3.5;
const LINE_PX = 1.75;

/**
 * Returns how a line looks: lines differ in colour and dash, so that colour is not the only difference. Where it is not to be relied on,
 * each has another dash than those before and after it.
 */
export function strokeOf({ isAggregate, colourIndex, repeat = 0 }: NamedLine, theme: ChartTheme): Stroke {
  if (isAggregate) return { colour: theme.foreground, dash: [], widthPx: AGGREGATE_PX };
  const isByDash =
    theme.isHighContrast || theme.palette === 'high-contrast' || theme.palette === 'colour-blind-safe';
  // A colour that is there already, of an exchange that is not built in, has the next dash with it.
  const usualDash = (DASH_OF[colourIndex % DASH_OF.length] ?? 0) + Math.floor(colourIndex / DASH_OF.length);
  const dashAt = (isByDash ? colourIndex : usualDash) + repeat;
  return {
    colour: theme.exchanges[colourIndex % theme.exchanges.length] ?? theme.foreground,
    dash: DASHES[dashAt % DASHES.length] ?? [],
    // An exchange with more lines than there are dashes has the others broader.
    widthPx: LINE_PX + Math.floor(repeat / DASHES.length),
  };
}

/** Returns the lines that are not switched off, the first over those that follow and the sum over all. */
export function linesUpwards<L extends NamedLine>(lines: readonly L[]): L[] {
  const shown = lines.filter(({ isHidden }) => !isHidden).reverse();
  return shown.sort((one, other) => Number(one.isAggregate) - Number(other.isAggregate));
}

/** The legend of lines: a button for each, which switches it off and on. */
export interface LineLegend {
  show(lines: readonly NamedLine[], theme: ChartTheme): void;
  /** Greys those of which a range shows nothing: they are there, and not switched off. */
  grey(lines: readonly NamedLine[], range: Range): void;
}

const NOTHING_SHOWN = 'no number in this range';

interface Entry {
  readonly root: HTMLButtonElement;
  readonly swatch: Swatch;
  readonly name: HTMLElement;
  /** What a screen reader, and a picture, says besides. */
  readonly besides: HTMLElement;
}

/** Makes a legend in an element of its own. It keeps the buttons it has, so that the focus stays where it is. */
export function createLineLegend(root: HTMLElement, onToggle: (id: string) => void): LineLegend {
  const entries = new Map<string, Entry>();

  function entryOf(id: string): Entry {
    const known = entries.get(id);
    if (known) return known;
    const swatch = createSwatch();
    const own = button('', { class: 'legend-entry' }, () => onToggle(id));
    const name = element('span', {});
    const besides = element('span', { class: 'visually-hidden' });
    own.append(swatch.root, element('span', {}, name, besides));
    const entry = { root: own, swatch, name, besides };
    entries.set(id, entry);
    return entry;
  }

  return {
    show: (lines, theme) => {
      const wanted = new Set(lines.map(({ id }) => id));
      for (const [id, entry] of entries)
        if (!wanted.has(id)) {
          entry.root.remove();
          entries.delete(id);
        }
      let before: Element | undefined;
      for (const line of lines) {
        const entry = entryOf(line.id);
        // Exchanges answer in any order and stand in one; what is in its place is not touched.
        const next = before === undefined ? root.firstElementChild : before.nextElementSibling;
        if (next !== entry.root) root.insertBefore(entry.root, next);
        before = entry.root;
        // Of how many exchanges the aggregate is may change with a reading.
        setText(entry.name, line.label);
        entry.root.setAttribute('aria-pressed', String(!line.isHidden));
        entry.swatch.show([strokeOf(line, theme)]);
      }
    },
    grey: (lines, range) => {
      for (const { id, column } of lines) {
        const entry = entries.get(id);
        if (entry === undefined) continue;
        const isSeen = isSeenIn(column, range);
        setText(entry.besides, isSeen ? '' : ` (${NOTHING_SHOWN})`);
        entry.root.classList.toggle('unseen', !isSeen);
        // For the pointer alone: the button's own name says it already.
        entry.name.title = isSeen ? '' : NOTHING_SHOWN;
      }
    },
  };
}
