import { baseMetricId } from '../../analysis/metrics/metricIds.ts';
import { METRICS, metricOf } from '../../analysis/metrics/registry.ts';
import { PerpscopeError } from '../../core/errors.ts';
import { nearest } from '../../core/nearest.ts';
import { quoted } from '../../core/outsideText.ts';
import { RANGE_SERIES_IDS as SERIES, type RangeSeriesId } from '../../series/range/rangeSeries.ts';

/** Metrics whose series goes by another id. */
const SERIES_OF: Readonly<Record<string, RangeSeriesId>> = { 'depth-1pct': 'depth-usd' };

/** What is computed of settled and running rates. */
const FUNDING = /^(?:settled-)?funding(?:-|$)/;

/**
 * Reads the id of a series, or of a metric that a series stands behind. Errors: `usage`, naming the nearest id or, of a metric that
 * is computed, the series that it is made of.
 */
export function readMetric(option: string, value: string): RangeSeriesId {
  const id = value.trim().toLowerCase();
  const own = SERIES.find((one) => one === id) ?? SERIES_OF[baseMetricId(id)];
  if (own !== undefined) return own;
  const metric = metricOf(id);
  if (FUNDING.test(id))
    throw new PerpscopeError(
      'usage',
      `${quoted(value)} is computed and not kept; ask for what is settled: funding`,
    );
  const madeOf = metric?.inputs.filter((input) => SERIES.some((one) => one === input)) ?? [];
  if (metric !== undefined)
    throw new PerpscopeError(
      'usage',
      madeOf.length > 0
        ? `${metric.id} is computed and not kept; ask for what it is made of: ${madeOf.join(', ')}`
        : `${metric.id} is of the moment and kept as no series; ${known(option)}`,
    );
  const hint = nearest(id, [...SERIES, ...METRICS.map((one) => one.id)]);
  throw new PerpscopeError(
    'usage',
    `unknown metric ${quoted(value)} in --${option}; ${hint === undefined ? known(option) : `did you mean "${hint}"`}`,
  );
}

const known = (option: string): string => `--${option} takes ${SERIES.join(', ')}`;
