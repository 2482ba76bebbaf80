import { PerpscopeError } from '../../core/errors.ts';
import type { Asset } from '../../core/ids.ts';
import { nearest } from '../../core/nearest.ts';
import { quoted } from '../../core/outsideText.ts';
import { BACKFILL_METRICS, type BackfillMetric } from '../../sources/exchanges/deepPages.ts';
import { formatUtc } from '../../surfaces/reports/format.ts';
import { readAssets, readNumber, type Arguments } from '../arguments.ts';
import { readSince } from '../timeline/times.ts';

const DEFAULT_METRICS = 'open-interest,funding,long-short,taker,price';
const MOST_FILES = 1_000_000;

/** What a back-fill is asked for, as stated. */
export interface Asked {
  readonly assets: readonly Asset[];
  readonly metrics: readonly BackfillMetric[];
  readonly sinceMs: number;
  readonly untilMs: number;
  readonly nowMs: number;
  readonly isCoinMargined: boolean;
  /** So many of the newest files of each source are looked at once more. */
  readonly checkFiles: number;
}

/** Reads what a back-fill is asked for. Errors: `usage`. */
export function readAsked(args: Arguments, nowMs: number): Asked {
  const { since, until, metrics = DEFAULT_METRICS, 'check-files': checked } = args.values;
  const sinceMs = readSince('since', since, nowMs);
  if (sinceMs === undefined)
    throw new PerpscopeError(
      'usage',
      'since when? Add --since, for example --since 2024-01-01 or --since 365d',
    );
  const untilMs = Math.min(readSince('until', until, nowMs) ?? nowMs, nowMs);
  if (sinceMs >= untilMs)
    throw new PerpscopeError(
      'usage',
      `--since ${formatUtc(sinceMs)} is not before ${formatUtc(untilMs)}: there is no time between them`,
    );
  return {
    ...{ assets: readAssets(args.values['asset']), metrics: readMetrics(metrics), sinceMs, untilMs, nowMs },
    isCoinMargined: args.flags.has('coin-margined'),
    checkFiles:
      checked === 'all' ? MOST_FILES : (readNumber('check-files', checked, { min: 1, max: MOST_FILES }) ?? 0),
  };
}

function readMetrics(value: string): readonly BackfillMetric[] {
  const words = value.split(',').map((one) => one.trim().toLowerCase());
  const bad = words.find((one) => !(BACKFILL_METRICS as readonly string[]).includes(one));
  if (bad === undefined) return [...new Set(words as BackfillMetric[])];
  const hint = nearest(bad, BACKFILL_METRICS);
  const known = hint === undefined ? `known: ${BACKFILL_METRICS.join(', ')}` : `did you mean "${hint}"`;
  throw new PerpscopeError('usage', `unknown metric ${quoted(bad)} in --metrics; ${known}`);
}
