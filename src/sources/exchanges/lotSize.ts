import type { ContractSize } from '../../core/instrument.ts';
import { NO } from './kit/field.ts';
import { nonNegative, positive } from './kit/fields.ts';

/**
 * Returns the smallest step of a size in what a contract stands for: `step` as the list states it, in contracts (for
 * exchanges that count coins one contract is one coin). Undefined where it is absent or no number above zero: a lot is
 * needed by no conversion, so that an instrument is never lost over it.
 */
export function lotSizeOf(step: unknown, { amount, unit }: ContractSize): ContractSize | undefined {
  const read = positive.read(step);
  return read === NO ? undefined : { amount: read * amount, unit };
}

/** As `lotSizeOf`, of lists that state how many decimals a size has. */
export function lotSizeOfDecimals(decimals: unknown, contract: ContractSize): ContractSize | undefined {
  const read = nonNegative.read(decimals);
  return read !== NO && read <= 12 ? lotSizeOf(10 ** -read, contract) : undefined;
}
