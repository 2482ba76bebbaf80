import { PerpscopeError } from './errors.ts';

/** Throws `aborted` if the signal has fired. */
export function throwIfAborted(signal: AbortSignal | undefined): void {
  if (signal?.aborted)
    throw new PerpscopeError('aborted', 'the work was cancelled', { cause: signal.reason });
}
