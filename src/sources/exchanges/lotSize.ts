import type { ContractSize } from '../../core/instrument.ts';
import { nonNegative, positive } from './decode.ts';

/**
 * Returns the smallest step of a size in what a contract stands for: `step` as the list states it, in contracts (for
 * exchanges that count coins one contract is one coin). Undefined where it is absent or no number above zero: a lot is
 * needed by no conversion, so that an instrument is never lost over it.
 */
export function lotSizeOf(step: unknown, { amount, unit }: ContractSize): ContractSize | undefined {
  const parsed = positive.safeParse(step);
  return parsed.success ? { amount: parsed.data * amount, unit } : undefined;
}

/** As `lotSizeOf`, of lists that state how many decimals a size has. */
export function lotSizeOfDecimals(decimals: unknown, contract: ContractSize): ContractSize | undefined {
  const parsed = nonNegative.safeParse(decimals);
  return parsed.success && parsed.data <= 12 ? lotSizeOf(10 ** -parsed.data, contract) : undefined;
}
