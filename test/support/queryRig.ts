import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readArguments } from '../../src/cli/arguments.ts';
import type { CommandIo } from '../../src/cli/commandIo.ts';
import { exportCommand } from '../../src/cli/exportCommand.ts';
import { keptCommand } from '../../src/cli/keptCommand.ts';
import { queryCommand } from '../../src/cli/queryCommand.ts';
import type { Rows } from '../../src/core/chunk.ts';
import { instrumentKey } from '../../src/core/ids.ts';
import { silentLogger } from '../../src/core/logger.ts';
import type { Candle, Observation, OpenInterest } from '../../src/core/observation.ts';
import { HOUR_MS } from '../../src/core/units.ts';
import { openSqliteStore, type SqliteStore } from '../../src/store/sqliteStore.ts';
import { FakeClock } from './fakeClock.ts';

/** The start of what the examples are about. */
export const DAY0 = Date.UTC(2026, 0, 1);

interface Run {
  readonly code: number;
  readonly text: string;
  readonly notes: readonly string[];
  /** How often something was written, and the longest of it in characters. */
  readonly writes: number;
  readonly longest: number;
}

/** A history file of the product's own, and the commands that read it, at a time of the test's. */
export class QueryRig {
  readonly folder = mkdtempSync(join(tmpdir(), 'perpscope-query-'));
  readonly file = join(this.folder, 'h.sqlite');
  nowMs = DAY0 + 48 * HOUR_MS;

  async write(rows: Rows, source: 'live' | 'simulated' = 'live'): Promise<void> {
    const store = await this.open(source);
    await store.append(rows);
    await store.settle();
    await store.close();
  }

  open(source: 'live' | 'simulated' = 'live'): Promise<SqliteStore> {
    return openSqliteStore(this.file, { source });
  }

  run(line: string): Promise<Run> {
    return this.#run(['query', ...line.split(' ')]);
  }

  export(line: string): Promise<Run> {
    return this.#run(['export', ...line.split(' ')]);
  }

  kept(line = ''): Promise<Run> {
    return this.#run(['kept', ...line.split(' ').filter((word) => word !== '')]);
  }

  async #run(words: readonly string[]): Promise<Run> {
    const args = readArguments([...words, '--store', this.file]);
    const [pieces, notes]: [string[], string[]] = [[], []];
    const io: CommandIo = {
      write: (text) => void pieces.push(text),
      note: (line) => void notes.push(line),
      fail: (code, line) => void notes.push(`${code}: ${line}`),
      readInput: () => Promise.resolve(''),
      clock: new FakeClock(this.nowMs),
      logger: silentLogger,
      signal: new AbortController().signal,
    };
    const commands = { query: queryCommand, kept: keptCommand } as const;
    const command = args.command === 'export' ? undefined : commands[args.command as keyof typeof commands];
    const code = await (command === undefined ? exportCommand(args, io, '9.9.9') : command(args, io));
    const longest = pieces.reduce((most, { length }) => Math.max(most, length), 0);
    return { code, text: pieces.join(''), notes, writes: pieces.length, longest };
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}

const subjectOf = (exchange: string, hour: number) => ({
  ...{ exchange, venueSymbol: 'BTCUSDT', baseAsset: 'BTC' },
  instrument: instrumentKey(exchange, 'BTCUSDT'),
  atMs: DAY0 + hour * HOUR_MS,
  receivedAtMs: DAY0 + (hour + 1) * HOUR_MS + 1_000,
});

/** Open interest of an exchange at the start of an hour; NaN of an hour: no row. */
export function openInterestHours(
  exchange: string,
  values: readonly number[],
  fields: Partial<OpenInterest> = {},
): Observation[] {
  return values.flatMap((openInterestBase, hour) =>
    Number.isNaN(openInterestBase)
      ? []
      : [
          {
            ...subjectOf(exchange, hour),
            ...{ kind: 'open-interest', endpoint: 'GET /oi', openInterestBase, sides: 'one', barMs: HOUR_MS },
            ...fields,
          },
        ],
  );
}

/** Hourly bars of an exchange, of open, high, low, close and coins traded. */
export function priceHours(
  exchange: string,
  bars: readonly (readonly [number, number, number, number, number])[],
  fields: Partial<Candle> = {},
): Observation[] {
  return bars.map(([openQuote, highQuote, lowQuote, closeQuote, volumeBase], hour) => ({
    ...subjectOf(exchange, hour),
    ...{ kind: 'candle', endpoint: 'GET /klines', priceType: 'last', barMs: HOUR_MS },
    ...{ openQuote, highQuote, lowQuote, closeQuote, volumeBase },
    ...fields,
  }));
}
