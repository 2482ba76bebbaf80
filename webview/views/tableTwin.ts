import { button, element, setText } from '../dom.ts';
import type { TableTwin, TwinCell } from '../models/table.ts';

let nextId = 1;

function cellElement(cell: TwinCell): Node {
  if (cell.value === undefined || Number.isNaN(cell.value)) return document.createTextNode(cell.text);
  return element('data', { value: String(cell.value) }, cell.text);
}

/** The numbers of a chart as a table behind a button; made only while open. */
export function createTableTwinView(chartTitle: string): {
  readonly root: HTMLElement;
  show(table: TableTwin): void;
} {
  let twin: TableTwin | undefined;
  let page = 0;
  let isOpen = false;
  const id = `numbers-${nextId++}`;
  const opener = button(
    'Show numbers',
    { class: 'secondary', 'aria-expanded': 'false', 'aria-controls': id },
    () => {
      isOpen = !isOpen;
      render();
    },
  );
  opener.setAttribute('aria-label', `Show numbers: ${chartTitle}`);
  const newer = button('Newer', { class: 'secondary' }, () => turn(-1));
  const older = button('Older', { class: 'secondary' }, () => turn(1));
  const position = element('span', { role: 'status' });
  const pager = element('div', { class: 'pager' }, newer, position, older);
  // Scrolls sideways by itself, so it must be reachable by keyboard.
  const scroller = element('div', {
    class: 'scroller',
    tabindex: '0',
    role: 'region',
    'aria-label': `${chartTitle}, numbers`,
  });
  const box = element('div', { id, class: 'numbers', hidden: '' }, pager, scroller);

  function turn(by: number): void {
    const next = page + by;
    if (next < 0 || next >= (twin?.pageCount ?? 0)) return;
    page = next;
    render();
  }

  function render(): void {
    const label = isOpen ? 'Hide numbers' : 'Show numbers';
    setText(opener, label);
    opener.setAttribute('aria-label', `${label}: ${chartTitle}`);
    opener.setAttribute('aria-expanded', String(isOpen));
    box.hidden = !isOpen;
    if (!isOpen || !twin) return scroller.replaceChildren();
    page = Math.min(page, twin.pageCount - 1);
    pager.hidden = twin.pageCount < 2;
    newer.setAttribute('aria-disabled', String(page === 0));
    older.setAttribute('aria-disabled', String(page === twin.pageCount - 1));
    setText(position, `Page ${page + 1} of ${twin.pageCount}`);
    const { caption, head, rows } = twin.page(page);
    const headRow = element('tr', {}, ...head.map((text) => element('th', { scope: 'col' }, text)));
    const body = rows.map(([first, ...rest]) =>
      element(
        'tr',
        {},
        element('th', { scope: 'row' }, ...(first ? [cellElement(first)] : [])),
        ...rest.map((cell) => element('td', {}, cellElement(cell))),
      ),
    );
    if (rows.length === 0)
      body.push(
        element('tr', {}, element('td', { colspan: String(head.length) }, 'No numbers at this time')),
      );
    scroller.replaceChildren(
      element(
        'table',
        {},
        element('caption', {}, caption),
        element('thead', {}, headRow),
        element('tbody', {}, ...body),
      ),
    );
  }

  return {
    root: element('div', { class: 'twin' }, opener, box),
    show: (table) => {
      twin = table;
      if (isOpen) render();
    },
  };
}
