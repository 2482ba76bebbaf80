import { PerpscopeError, isPerpscopeError } from '../core/errors.ts';

/** Primary result codes, https://www.sqlite.org/rescode.html */
const ERROR = 1;
const NO_PERMISSION = 3;
const BUSY = 5;
const LOCKED = 6;
const NO_MEMORY = 7;
const READONLY = 8;
const IO_ERROR = 10;
const CORRUPT = 11;
const FULL = 13;
const CANNOT_OPEN = 14;
const PROTOCOL = 15;
const NOT_A_DATABASE = 26;

/** Thrown inside the store when a file opens but its content fails the check. */
export class DamagedFileError extends Error {}

function primaryCode(error: unknown): number | undefined {
  const errcode = (error as { errcode?: unknown } | undefined)?.errcode;
  return typeof errcode === 'number' ? errcode & 0xff : undefined;
}

/** Returns whether an error means that the file's content is damaged, as opposed to busy, full or not permitted. */
export function isDamage(error: unknown): boolean {
  const code = primaryCode(error);
  // Numbers beyond what JavaScript can hold are in no file as it was written.
  const isNoNumber = (error as NodeJS.ErrnoException | undefined)?.code === 'ERR_OUT_OF_RANGE';
  return isNoNumber || error instanceof DamagedFileError || code === CORRUPT || code === NOT_A_DATABASE;
}

/** Returns whether another connection holds a lock that the statement needs. */
export function isBusy(error: unknown): boolean {
  const code = primaryCode(error);
  return code === BUSY || code === LOCKED;
}

const ENVIRONMENT: ReadonlySet<number> = new Set([
  ...[NO_PERMISSION, BUSY, LOCKED, NO_MEMORY, READONLY, IO_ERROR, FULL, CANNOT_OPEN, PROTOCOL],
]);

/** Returns whether an error is one of the disk, the rights or a lock: nothing is wrong with what was to be done. */
export function isOfEnvironment(error: unknown): boolean {
  const code = primaryCode(error);
  const fromFileSystem = typeof (error as NodeJS.ErrnoException | undefined)?.syscall === 'string';
  return fromFileSystem || (code !== undefined && ENVIRONMENT.has(code));
}

/** Returns whether a statement does not fit the file: a table or column is missing, or there already. */
export function isIncomplete(error: unknown): boolean {
  return primaryCode(error) === ERROR;
}

const IS_LOCKED = 'another process keeps the history locked; it will be tried again';
const IS_DAMAGED = 'the history is damaged; reopen it and Perpscope sets the file aside and starts a new one';
const ADVICE: ReadonlyMap<number, string> = new Map([
  [BUSY, IS_LOCKED],
  [LOCKED, IS_LOCKED],
  [READONLY, 'the history is read-only; make the file and its folder writable or choose another path'],
  [IO_ERROR, 'the disk refused; check that the drive is there and has free space'],
  [CORRUPT, IS_DAMAGED],
  [FULL, 'the disk is full; free some space or choose another path'],
  [CANNOT_OPEN, 'the history cannot be opened; check that the folder exists and is writable'],
  [NOT_A_DATABASE, IS_DAMAGED],
]);

/**
 * Returns a PerpscopeError of code `store` that says what to do. Retryable where the next attempt may succeed without
 * a change by the user (a lock).
 */
export function storeError(cause: unknown, file: string): PerpscopeError {
  if (isPerpscopeError(cause)) return cause;
  const code = primaryCode(cause);
  const advice = code === undefined ? undefined : ADVICE.get(code);
  const detail = cause instanceof Error ? cause.message : String(cause);
  return new PerpscopeError('store', `${advice ?? 'the history failed'}: ${file} (${detail})`, {
    cause,
    retryable: isBusy(cause),
  });
}
