import { baseMetricId } from '../../analysis/metrics/metricIds.ts';
import type { METRICS } from '../../analysis/metrics/registry.ts';
import { METRIC_WORDS, type MetricWords } from '../../analysis/metrics/metricWords.ts';

const BY_ID: ReadonlyMap<string, MetricWords> = new Map(METRIC_WORDS.map((one) => [one.id, one]));

/** Returns what is said of the metric of an id, over whatever window; undefined for an unknown id. */
export function metricWords(id: string): MetricWords | undefined {
  return BY_ID.get(baseMetricId(id));
}

type Registered = Extract<(typeof METRICS)[number], { readonly shown: object }>;

type WordsById = { readonly [One in Registered as One['id']]: One['shown'] };

/** Returns what rows and tables call a metric. */
export function shownWords<Id extends keyof WordsById>(id: Id): WordsById[Id] {
  return BY_ID.get(id)?.shown as WordsById[Id];
}
