import { PerpscopeError } from '../../core/errors.ts';

/** What a dump file may cost at most. Files come from outside: none of it is taken on the word of the file. */
export interface DumpLimits {
  /** Bytes of the file as it was fetched. */
  readonly fileBytes: number;
  /** Bytes of all that it holds, expanded. */
  readonly expandedBytes: number;
  /** Files in an archive. */
  readonly entries: number;
  /** Expanded over compressed bytes, judged once a megabyte has come out. Tables of numbers stay below 60. */
  readonly ratio: number;
  /** Bytes of one line of a table. */
  readonly lineBytes: number;
}

/** A month of one-minute bars is 5 MB expanded, a day of order books 3 MB. */
export const DUMP_LIMITS: DumpLimits = {
  fileBytes: 64 * 2 ** 20,
  expandedBytes: 512 * 2 ** 20,
  entries: 4,
  ratio: 200,
  lineBytes: 4_096,
};

/** Below this much output a ratio says nothing: a header alone may be repeated for a kilobyte. */
const RATIO_FROM_BYTES = 2 ** 20;

/** Returns the error of a dump file that cannot be read: code `decode`, with the file's name and what to do. */
export function dumpError(file: string, what: string, cause?: unknown): PerpscopeError {
  const message = `${file}: ${what}. Nothing of it was kept; fetch the file again.`;
  return new PerpscopeError('decode', message, { what, cause });
}

/** Throws code `decode` where so much came out of a file of that size that it is no table of numbers. */
export function checkExpansion(
  file: string,
  expandedBytes: number,
  compressedBytes: number,
  limits: DumpLimits,
): void {
  if (expandedBytes > limits.expandedBytes)
    throw dumpError(file, `it expands to more than ${limits.expandedBytes} bytes, which is refused`);
  if (expandedBytes >= RATIO_FROM_BYTES && expandedBytes > compressedBytes * limits.ratio)
    throw dumpError(file, `it expands to more than ${limits.ratio} times its size, which is refused`);
}
