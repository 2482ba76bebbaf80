import type { Asset } from './ids.ts';
import type { Instrument } from './instrument.ts';

/** A contract's unit as its name says it: so many coins. */
export interface ScaledUnit {
  readonly asset: Asset;
  readonly coinsPerUnit: number;
}

const POWER_BEFORE = /^(10{3,8})(\D.*)$/su;
const MILLION_BEFORE = /^1M(\p{Lu}{4,}.*)$/su;
const POWER_BEHIND = /^(\p{L}{3,})(10{3,8})$/su;

/**
 * Returns what a name such as 1000PEPE, 1000000MOG, 1MBABYDOGE or SHIB1000 stands for, or undefined where it names single coins. A name
 * proves nothing: whoever adds up compares the price of a single coin with other markets first.
 */
export function scaledUnitOf(name: string): ScaledUnit | undefined {
  const before = POWER_BEFORE.exec(name);
  if (before?.[1] !== undefined && before[2] !== undefined)
    return { asset: before[2], coinsPerUnit: 10 ** (before[1].length - 1) };
  const million = MILLION_BEFORE.exec(name);
  if (million?.[1] !== undefined) return { asset: million[1], coinsPerUnit: 1_000_000 };
  const behind = POWER_BEHIND.exec(name);
  if (behind?.[1] !== undefined && behind[2] !== undefined)
    return { asset: behind[1], coinsPerUnit: 10 ** (behind[2].length - 1) };
  return undefined;
}

/** As `scaledUnitOf` for a contract: a small k before capitals in the exchange's own symbol (kPEPE) is a thousand as well. */
export function unitOfInstrument({
  baseAsset,
  venueSymbol,
}: Pick<Instrument, 'baseAsset' | 'venueSymbol'>): ScaledUnit | undefined {
  const isThousand = /^k\p{Lu}{2,}/u.test(venueSymbol) && /^K\p{Lu}{2,}/u.test(baseAsset);
  return isThousand ? { asset: baseAsset.slice(1), coinsPerUnit: 1_000 } : scaledUnitOf(baseAsset);
}
