import type { Instrument } from '../../core/instrument.ts';
import type { FundingRate } from '../../core/observation.ts';
import { HOUR_MS, MINUTE_MS } from '../../core/units.ts';
import { pathOf, type Path } from './kit/place.ts';
import type { MapContext } from './mapContext.ts';
import type { Subject } from './mapping.ts';

/** The interval of a rate and what it is known from. */
export type IntervalOf = Pick<FundingRate, 'intervalMs' | 'intervalBasis'>;

/** All intervals that the exchanges document, ascending. */
export const FUNDING_INTERVALS_MS: readonly number[] = [1, 2, 3, 4, 6, 8, 12, 24].map(
  (hours) => hours * HOUR_MS,
);
/** Settlements are dated, and payloads sent, some seconds beside the full hour. */
export const SETTLEMENT_JITTER_MS = MINUTE_MS;

/** What a payload says about the period of its own running rate; absent where it does not say it. Times in epoch ms. */
export interface RateEvidence {
  /** The interval, stated in the payload. */
  readonly statedMs?: number | undefined;
  /** When the rate is settled, at the end of its period. */
  readonly settlesAtMs?: number | undefined;
  /** The settlement before that: the begin of the period. */
  readonly previousAtMs?: number | undefined;
  /** The settlement after that. It bounds the next period, which may have another length. */
  readonly followingAtMs?: number | undefined;
  /** When the exchange said so. */
  readonly atMs?: number | undefined;
}

/** Returns the documented interval that two settlements are apart, or undefined. */
export function intervalBetween(earlierMs: number, laterMs: number): number | undefined {
  for (const one of FUNDING_INTERVALS_MS)
    if (Math.abs(laterMs - earlierMs - one) < SETTLEMENT_JITTER_MS) return one;
  return undefined;
}

/**
 * Whether a rate that settles then can be one of this interval: settlements lie on whole multiples of it in UTC, and the
 * next one is never further away than it is long. A settlement that fits proves nothing: at 08:00 all of 1, 2, 4 and 8 h do.
 */
export function fits(intervalMs: number, { settlesAtMs, atMs }: RateEvidence): boolean {
  if (settlesAtMs === undefined) return true;
  if (atMs !== undefined && settlesAtMs - atMs > intervalMs + SETTLEMENT_JITTER_MS) return false;
  const beyond = settlesAtMs % intervalMs;
  return Math.min(beyond, intervalMs - beyond) < SETTLEMENT_JITTER_MS;
}

/** The only documented interval that the settlement fits: 1 h at 07:00. Undefined where several do, or none. */
export function onlyFitting(evidence: RateEvidence): number | undefined {
  if (evidence.settlesAtMs === undefined) return undefined;
  const fitting = FUNDING_INTERVALS_MS.filter((one) => fits(one, evidence));
  return fitting.length === 1 ? fitting[0] : undefined;
}

/**
 * Returns the interval of a running rate. What the payload states or dates goes
 * before the list of instruments, which is hours old; a list that the payload contradicts is reported as
 * `contradiction`, and so is a payload that contradicts itself. Without an interval the rate must be dropped:
 * `contradicted` has been reported, `unknown` has not.
 */
export function runningInterval(
  context: MapContext,
  who: Subject,
  evidence: RateEvidence,
  path: Path,
): IntervalOf | 'contradicted' | 'unknown' {
  const { settlesAtMs, previousAtMs, statedMs } = evidence;
  let periodMs: number | undefined;
  if (settlesAtMs !== undefined && previousAtMs !== undefined && previousAtMs < settlesAtMs) {
    periodMs = intervalBetween(previousAtMs, settlesAtMs);
    // A period between two intervals, while the exchange changes them, is one of neither.
    if (periodMs === undefined)
      return contradicted(
        context,
        who,
        path,
        'its last and next settlement are no documented interval apart',
      );
  }
  if (statedMs !== undefined && FUNDING_INTERVALS_MS.includes(statedMs) && !fits(statedMs, evidence))
    return contradicted(context, who, path, `${hours(statedMs)} does not fit the settlement beside it`);
  if (periodMs !== undefined && statedMs !== undefined && periodMs !== statedMs)
    return contradicted(context, who, path, `it states ${hours(periodMs)} and ${hours(statedMs)}`);
  const intervalMs = periodMs ?? statedMs;
  if (intervalMs === undefined) return intervalByTimes(context, who, evidence, path);
  reportListed(context, who, intervalMs, path);
  return { intervalMs, intervalBasis: statedMs === undefined ? 'schedule' : 'payload' };
}

/** Of a payload that states neither interval nor begin: the list's, as far as the times of the payload allow it. */
function intervalByTimes(
  context: MapContext,
  who: Subject,
  evidence: RateEvidence,
  path: Path,
): IntervalOf | 'contradicted' | 'unknown' {
  const { settlesAtMs, followingAtMs } = evidence;
  const listedMs = who.instrument?.fundingIntervalMs;
  const nextPeriodMs =
    settlesAtMs === undefined || followingAtMs === undefined
      ? undefined
      : intervalBetween(settlesAtMs, followingAtMs);
  const isListed = listedMs !== undefined && fits(listedMs, evidence);
  // The period after this one is as long as this one, unless something says otherwise.
  if (isListed && nextPeriodMs === listedMs) return { intervalMs: listedMs, intervalBasis: 'schedule' };
  if (isListed && nextPeriodMs === undefined) return { intervalMs: listedMs, intervalBasis: 'instrument' };
  const onlyMs = onlyFitting(evidence);
  if (listedMs === undefined) {
    const intervalMs = nextPeriodMs !== undefined && fits(nextPeriodMs, evidence) ? nextPeriodMs : onlyMs;
    return intervalMs === undefined ? 'unknown' : { intervalMs, intervalBasis: 'schedule' };
  }
  reportListed(context, who, onlyMs, path);
  return onlyMs === undefined ? 'contradicted' : { intervalMs: onlyMs, intervalBasis: 'schedule' };
}

/** As `runningInterval`; without an interval undefined, always with an issue that says why the rate was dropped. */
export function intervalOrIssue(
  context: MapContext,
  who: Subject,
  evidence: RateEvidence,
  path: Path,
): IntervalOf | undefined {
  const interval = runningInterval(context, who, evidence, path);
  if (typeof interval === 'object') return interval;
  if (interval === 'contradicted') return undefined;
  const message = `the funding interval of ${who.venueSymbol} is not known; the rate was dropped`;
  context.report({ code: 'unknown-interval', path: pathOf(path), message });
  return undefined;
}

const hours = (intervalMs: number): string => `${intervalMs / HOUR_MS} h`;

function contradicted(context: MapContext, who: Subject, path: Path, why: string): 'contradicted' {
  const message = `${who.venueSymbol}: the payload contradicts itself, ${why}; the rate was dropped`;
  context.report({ code: 'contradiction', path: pathOf(path), message });
  return 'contradicted';
}

/** Reports a list that says another interval than the payload proves (undefined: that it proves wrong). */
function reportListed(context: MapContext, who: Subject, provedMs: number | undefined, path: Path): void {
  const listed: Instrument | undefined = who.instrument;
  if (listed?.fundingIntervalMs === undefined || listed.fundingIntervalMs === provedMs) return;
  const known = `the list of instruments says ${hours(listed.fundingIntervalMs)}`;
  const message =
    provedMs === undefined
      ? `${who.venueSymbol}: ${known}, which does not fit the settlements in the payload; the rate was dropped`
      : `${who.venueSymbol}: ${known}, the payload ${hours(provedMs)}; the payload holds`;
  context.report({
    code: 'contradiction',
    path: pathOf(path),
    message,
    listed: {
      instrument: listed.key,
      field: 'fundingIntervalMs',
      ...(provedMs === undefined ? {} : { value: provedMs }),
    },
  });
}
