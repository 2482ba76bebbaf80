import type { Clock } from '../core/clock.ts';
import type { Logger } from '../core/logger.ts';

/** What a command may touch of the world: its output, its input, the clock, the log, the way to stop it. */
export interface CommandIo {
  /** Standard output: results and nothing else. */
  write(text: string): void;
  /** A remark on standard error, one line; silent with --quiet. */
  note(line: string): void;
  /** What goes on, in one line that the next one replaces; only where standard error is a terminal. Undefined clears it. */
  readonly status?: (line: string | undefined) => void;
  /** An error on standard error, one line; said with --quiet as well. */
  fail(code: string, line: string): void;
  /** All of standard input. */
  readInput(): Promise<string>;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly signal: AbortSignal;
}
