import type { ChartPayload, PanelItem } from '../../src/surfaces/protocol/payloads.ts';
import { button, choice, element, setText } from '../dom.ts';
import { CHART_TITLES } from '../models/chartText.ts';
import type { TableTwin, TwinCell, TwinPage } from '../models/table.ts';
import type { ViewContext } from './chartView.ts';

let nextId = 1;

/** Which rows are taken away. */
const ROWS = { all: 'All rows', shown: 'Rows of the time shown' } as const;

/** What is shown and where it comes from, for taking it away. */
type Origin = Pick<ChartPayload, 'asset' | 'source'>;

function cellElement(cell: TwinCell): Node {
  if (cell.value === undefined || Number.isNaN(cell.value)) return document.createTextNode(cell.text);
  return element('data', { value: String(cell.value) }, cell.text);
}

function rowElement([first, ...rest]: readonly TwinCell[]): HTMLTableRowElement {
  return element(
    'tr',
    {},
    element('th', { scope: 'row' }, ...(first ? [cellElement(first)] : [])),
    ...rest.map((cell) => element('td', {}, cellElement(cell))),
  );
}

function tableElement({ caption, head, rows }: TwinPage): HTMLTableElement {
  const headRow = element('tr', {}, ...head.map((text) => element('th', { scope: 'col' }, text)));
  const none = element('tr', {}, element('td', { colspan: String(head.length) }, 'No numbers at this time'));
  return element(
    'table',
    {},
    element('caption', {}, caption),
    element('thead', {}, headRow),
    element('tbody', {}, ...(rows.length === 0 ? [none] : rows.map(rowElement))),
  );
}

/** Returns whether two pages differ in the cells of their rows alone, row by row. */
function isSameShape(one: TwinPage | undefined, other: TwinPage): boolean {
  return (
    one !== undefined &&
    one.rows.length > 0 &&
    one.rows.length === other.rows.length &&
    one.caption === other.caption &&
    one.head.join('\n') === other.head.join('\n')
  );
}

/**
 * The numbers of a chart, or the regimes under it, as a table behind a button, next to which `beside` stands; made only while
 * open. It can be copied and saved, all of it or what lies in the time that the charts show.
 */
export function createTableTwinView(
  kind: PanelItem,
  context: ViewContext,
  what: 'numbers' | 'regime' = 'numbers',
  beside?: HTMLElement,
): {
  readonly root: HTMLElement;
  show(table: TableTwin, origin: Origin): void;
} {
  const chartTitle = CHART_TITLES[kind];
  let twin: TableTwin | undefined;
  let origin: Origin | undefined;
  let drawn: TwinPage | undefined;
  let page = 0;
  let isOpen = context.state().openTables.includes(kind);
  const id = `numbers-${nextId++}`;
  const opener = button(
    `Show ${what}`,
    { class: 'secondary', 'aria-expanded': 'false', 'aria-controls': id },
    () => {
      isOpen = !isOpen;
      const others = context.state().openTables.filter((one) => one !== kind);
      context.keep({ openTables: isOpen ? [...others, kind] : others });
      setText(outcome, '');
      render();
    },
  );
  opener.setAttribute('aria-label', `Show ${what}: ${chartTitle}`);
  const newer = button('Newer', { class: 'secondary' }, () => turn(-1));
  const older = button('Older', { class: 'secondary' }, () => turn(1));
  const position = element('span', { role: 'status' });
  const pager = element('div', { class: 'pager' }, newer, position, older);
  const copy = button('Copy', { class: 'secondary' }, () => void take('copy'));
  const save = button('Save as CSV…', { class: 'secondary' }, () => void take('save'));
  let rows: keyof typeof ROWS = 'all';
  const rowChoice = choice(
    'Rows',
    [
      { value: 'all', text: 'All' },
      { value: 'shown', text: 'Time shown' },
    ],
    (value) => {
      rows = value;
      setText(outcome, '');
      showRows();
    },
  );
  const outcome = element('span', { class: 'outcome', role: 'status' });
  const takeAway = element('div', { class: 'take-away' }, rowChoice.root, copy, save, outcome);
  // Scrolls sideways by itself, so it must be reachable by keyboard.
  const scroller = element('div', {
    class: 'scroller',
    tabindex: '0',
    role: 'region',
    'aria-label': `${chartTitle}, ${what}`,
  });
  const box = element('div', { id, class: 'numbers', hidden: '' }, takeAway, pager, scroller);

  function turn(by: number): void {
    const next = page + by;
    if (next < 0 || next >= (twin?.pageCount ?? 0)) return;
    page = next;
    render();
  }

  /** Says which rows are taken. */
  function showRows(): void {
    rowChoice.show(rows);
    for (const each of [copy, save]) {
      each.title = `${ROWS[rows]}, with every digit and the source of each`;
      each.setAttribute(
        'aria-label',
        `${each.textContent ?? ''}: ${chartTitle}, ${ROWS[rows].toLowerCase()}`,
      );
    }
  }

  async function take(how: 'copy' | 'save'): Promise<void> {
    if (!twin || !origin) return;
    const { asset, source } = origin;
    setText(outcome, '');
    const taken = twin.whole(rows === 'shown' ? context.time.range() : undefined);
    setText(outcome, (await context.exportTable(how, { asset, source, chart: kind, ...taken })) ?? '');
  }

  function render(): void {
    const label = `${isOpen ? 'Hide' : 'Show'} ${what}`;
    setText(opener, label);
    opener.setAttribute('aria-label', `${label}: ${chartTitle}`);
    opener.setAttribute('aria-expanded', String(isOpen));
    box.hidden = !isOpen;
    if (!isOpen || !twin) {
      drawn = undefined;
      return scroller.replaceChildren();
    }
    page = Math.min(page, twin.pageCount - 1);
    pager.hidden = twin.pageCount < 2;
    newer.setAttribute('aria-disabled', String(page === 0));
    older.setAttribute('aria-disabled', String(page === twin.pageCount - 1));
    setText(position, `Page ${page + 1} of ${twin.pageCount}`);
    const next = twin.page(page);
    if (isSameShape(drawn, next)) changeRows(next);
    else scroller.replaceChildren(tableElement(next));
    drawn = next;
  }

  /** Makes only the rows anew that differ, so that scrolling and selected text stay. */
  function changeRows({ rows }: TwinPage): void {
    const shown = scroller.querySelectorAll('tbody tr');
    rows.forEach((row, index) => {
      const before = drawn?.rows[index];
      const isSame = row.every(({ text }, at) => before?.[at]?.text === text);
      if (!isSame) shown[index]?.replaceWith(rowElement(row));
    });
  }

  showRows();
  return {
    root: element('div', { class: 'twin' }, opener, ...(beside ? [beside] : []), box),
    show: (table, from) => {
      twin = table;
      origin = from;
      render();
    },
  };
}
