import { dumpError, type DumpLimits } from './limits.ts';
import type { Table } from './expand.ts';

/** Takes one line of a table: its cells and its number, from 1. The cells hold until the next line. */
export type TakeCells = (cells: readonly string[], line: number) => void;

/**
 * Reads a table of comma-separated cells line by line; empty lines are none. Dumps quote no commas: quotes around a cell are taken
 * off and mean nothing else. Returns how many bytes it had. Throws code `decode` for a line that is longer than a line may be.
 */
export async function eachLine(
  name: string,
  table: Table,
  limits: DumpLimits,
  take: TakeCells,
): Promise<number> {
  const decoder = new TextDecoder('utf-8');
  let [rest, line, bytes] = ['', 0, 0];
  const takeLine = (text: string, isPlain = false): void => {
    line += 1;
    if (text.length > limits.lineBytes)
      throw dumpError(name, `line ${line} is longer than ${limits.lineBytes} characters`);
    const own = text.endsWith('\r') ? text.slice(0, -1) : text;
    if (own !== '') take(isPlain ? own.split(',') : cellsOf(own), line);
  };
  for await (const piece of table) {
    bytes += piece.length;
    const all = rest + decoder.decode(piece, { stream: true });
    const lines = all.split('\n');
    rest = lines.pop() ?? '';
    if (rest.length > limits.lineBytes)
      throw dumpError(name, `line ${line + lines.length + 1} is longer than ${limits.lineBytes} characters`);
    // Looked for once in all of it: hardly a dump has a quote or a blank beside a comma.
    const isPlain = !isQuoted(all);
    for (const text of lines) takeLine(text, isPlain);
  }
  rest += decoder.decode();
  if (rest !== '') takeLine(rest);
  return bytes;
}

/** Whether cells may have to be stripped of quotes or of blanks. */
const isQuoted = (text: string): boolean => text.includes('"') || text.includes(' ,') || text.includes(', ');

function cellsOf(line: string): string[] {
  const cells = line.split(',');
  if (!isQuoted(line)) return cells;
  return cells.map((cell) => cell.trim().replace(/^"(.*)"$/, '$1'));
}
