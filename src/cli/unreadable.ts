import { PerpscopeError } from '../core/errors.ts';

/** Returns the error of a file that somebody named and that the system does not give. */
export function unreadable(file: string, cause: unknown): PerpscopeError {
  return new PerpscopeError('usage', `${file} cannot be read; check the path`, { cause });
}
