import { readArguments } from '../../../../src/cli/arguments.ts';
import { importCommand } from '../../../../src/cli/importCommand.ts';
import { written } from '../../../support/written.ts';

/** After every row of the files in ../shared/series. */
export const NOW_MS = Date.UTC(2026, 10, 29);

/** What `import --json` prints, as far as tests look at it. */
export interface Said {
  readonly sha256: string;
  readonly source: string;
  readonly rows: number;
  readonly kept: number;
  readonly others: number;
  readonly running: number;
  readonly repeated: number;
  readonly firstRepeated: string | null;
  readonly series: number;
  readonly firstMs: number;
  readonly lastMs: number;
  readonly holes: { readonly count: number; readonly missing: number; readonly longestMs: number } | null;
  readonly columns: readonly {
    readonly column: string;
    readonly values: number;
    readonly absent: number;
    readonly noneWhereEmpty: number;
    readonly first: { readonly atMs: number; readonly value: number } | null;
    readonly last: { readonly atMs: number; readonly value: number } | null;
  }[];
  readonly stored: { readonly inserted: number; readonly unchanged: number; readonly revised: number } | null;
}

/** Runs `perpscope import` in this process at a time; returns what it prints. */
export async function importText(argv: readonly string[], nowMs = NOW_MS): Promise<string> {
  const { text } = await written((io) => importCommand(readArguments(['import', ...argv]), io), nowMs);
  return text;
}

/** The same, as data. */
export async function imported(argv: readonly string[], nowMs = NOW_MS): Promise<Said> {
  return JSON.parse(await importText([...argv, '--json'], nowMs)) as Said;
}
