import type { CommandIo } from '../../src/cli/commandIo.ts';
import { silentLogger } from '../../src/core/logger.ts';

/** Runs a command in this process at a time, which does not pass; returns its exit code, what it writes and what it notes. */
export async function written(
  run: (io: CommandIo) => Promise<number>,
  nowMs: number,
): Promise<{ readonly code: number; readonly text: string; readonly notes: readonly string[] }> {
  let text = '';
  const notes: string[] = [];
  const code = await run({
    write: (part) => void (text += part),
    note: (line) => void notes.push(line),
    fail: (_, line) => void notes.push(line),
    readInput: () => Promise.resolve(''),
    clock: { nowMs: () => nowMs, monotonicMs: () => 0, sleep: () => Promise.resolve() },
    logger: silentLogger,
    signal: new AbortController().signal,
  });
  return { code, text, notes };
}
