import type { Metric, Shown } from './kit/metric.ts';
import { METRICS } from './registry.ts';

/**
 * What is said of each metric, as plain data without how it is computed. The build evaluates this file for the editor's
 * thread, which shows metrics and computes none: its bundle then holds these words and not the registry.
 */
export const METRIC_WORDS: readonly MetricWords[] = (METRICS as readonly Metric[]).map(
  ({ id, name, unit, formula, caveats, shown }) => ({
    ...{ id, name, unit, formula, caveats },
    ...(shown === undefined ? {} : { shown }),
  }),
);

export interface MetricWords {
  readonly id: string;
  readonly name: string;
  readonly unit: string;
  readonly formula: string;
  readonly caveats: string;
  readonly shown?: Shown;
}
