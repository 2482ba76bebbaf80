import type { Observation } from '../../../core/observation.ts';
import { DAY_MS } from '../../../core/units.ts';
import type { MapContext } from '../contract.ts';
import { pathOf, type Path } from '../kit/place.ts';
import { dollars, type Subject } from '../kit/subject.ts';
import { observe, unlessFalseZero } from '../mapping.ts';
import { contractSizeOf, intervalReporter, sizeReporter, sizesOf } from './shared.ts';

type Maybe = number | undefined;

/** What a ticker says, by REST or pushed; names as the product's. Sizes are coins or contracts, see `sizesOf`. */
export interface Ticker {
  readonly atMs: Maybe;
  readonly mark?: Maybe;
  readonly index?: Maybe;
  readonly last?: Maybe;
  readonly openInterest?: Maybe;
  readonly volume?: Maybe;
  readonly volumeQuote?: Maybe;
  /** Fraction per hour. */
  readonly fundingRate?: Maybe;
  readonly settlesAtMs?: Maybe;
  /** Where the fields stand in the payload, for issues. */
  readonly at: Path;
  readonly names: Readonly<Record<'openInterest' | 'volume' | 'volumeQuote' | 'funding', string>>;
}

/** A day's mean price this far from the price now cannot be: one of the two volumes is not what it says. */
const MAX_SWING = 5;

/**
 * Returns what maps tickers of one answer; repeated issues are reported once. The rate is the one in force: it is fixed
 * for the running hour and paid by its end, which is what `predicted` names on other exchanges (the next settlement).
 */
export function tickerMapper(context: MapContext): (who: Subject, ticker: Ticker) => Observation[] {
  const reportSize = sizeReporter(context);
  const intervalOf = intervalReporter(context);
  return (who, ticker) => {
    const { atMs, mark: markPriceQuote, index: indexPriceQuote, last: lastPriceQuote, at, names } = ticker;
    const observations: Observation[] = [];
    if ((markPriceQuote ?? indexPriceQuote ?? lastPriceQuote) !== undefined) {
      const prices = { kind: 'mark-price', markPriceQuote, indexPriceQuote, lastPriceQuote } as const;
      observations.push(observe(context, who, atMs, prices));
    }
    if (ticker.openInterest !== undefined) {
      reportSize(who, at, names.openInterest);
      const { base, usd, contracts } = sizesOf(who, ticker.openInterest, markPriceQuote);
      const isStated = contractSizeOf(who)?.unit === 'quote';
      const open = {
        kind: 'open-interest', sides: 'unverified', openInterestBase: base, openInterestUsd: usd,
        openInterestContracts: contracts, usdBasis: usd === undefined ? undefined : isStated ? 'venue' : 'mark-price',
      } as const; // prettier-ignore
      observations.push(observe(context, who, atMs, open));
    }
    const volume = volumeOf(context, who, ticker);
    if (volume !== undefined) {
      reportSize(who, at, names.volume);
      observations.push(volume);
    }
    if (ticker.fundingRate === undefined || who.market !== undefined) return observations;
    const funding = {
      kind: 'funding-rate', phase: 'predicted', fundingRatePerInterval: ticker.fundingRate,
      ...intervalOf(who, { settlesAtMs: ticker.settlesAtMs, atMs }, at, names.funding), settlesAtMs: ticker.settlesAtMs,
      cap: who.instrument?.fundingCap, floor: who.instrument?.fundingFloor,
    } as const; // prettier-ignore
    observations.push(observe(context, who, atMs, funding));
    return observations;
  };
}

/** `volumeQuote` counts for linear contracts only: of inverse ones a recorded answer states neither dollars nor coins. */
function volumeOf(context: MapContext, who: Subject, ticker: Ticker): Observation | undefined {
  const { atMs, volume, mark, last, at, names } = ticker;
  if (volume === undefined) return undefined;
  const { base, usd, contracts } = sizesOf(who, volume);
  const window = { kind: 'volume', windowMs: DAY_MS } as const;
  if (base === undefined) {
    if ((usd ?? contracts) === undefined) return undefined;
    return observe(context, who, atMs, { ...window, volumeUsd: usd, volumeContracts: contracts });
  }
  const quote = dollars(unlessFalseZero(ticker.volumeQuote, volume), who);
  const price = mark ?? last;
  const swing = quote === undefined || price === undefined || base === 0 ? 1 : quote / base / price;
  const isPossible = base === 0 ? (quote ?? 0) === 0 : swing <= MAX_SWING && swing >= 1 / MAX_SWING;
  if (!isPossible) {
    const message = `${who.venueSymbol}: a volume of ${quote} dollars for ${base} coins is far from their price; the dollars were dropped`;
    context.report({ code: 'implausible', path: pathOf(at, names.volumeQuote), message });
  }
  return observe(context, who, atMs, {
    ...window,
    volumeBase: base,
    volumeUsd: isPossible ? quote : undefined,
  });
}
