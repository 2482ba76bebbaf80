/** The verdicts as a table: exchange, client and method, how many values agree, differ, are not read. */
export function tableOf(verdicts) {
  const rows = new Map();
  for (const { exchange, client, method, verdict } of verdicts) {
    const key = [exchange, client, method].join('\t');
    const row = rows.get(key) ?? { agree: 0, differ: 0, unread: 0 };
    row[verdict] += 1;
    rows.set(key, row);
  }
  const head = ['exchange', 'client', 'method', 'agree', 'differ', 'unread'];
  const cells = [...rows].map(([key, { agree, differ, unread }]) => [
    ...key.split('\t'),
    String(agree),
    String(differ),
    String(unread),
  ]);
  const widths = head.map((name, column) => Math.max(name.length, ...cells.map((row) => row[column].length)));
  const line = (row) =>
    row
      .map((cell, column) => (column < 3 ? cell.padEnd(widths[column]) : cell.padStart(widths[column])))
      .join('  ');
  return [line(head), ...cells.map(line)].join('\n');
}
