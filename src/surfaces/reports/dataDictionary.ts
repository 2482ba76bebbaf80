import type { Metric } from '../../analysis/metrics/kit/metric.ts';
import { METRICS, shownId } from '../../analysis/metrics/registry.ts';

/** Returns docs/data-dictionary.md: every metric with unit, formula, window, sources and caveats. */
export function dataDictionaryMarkdown(metrics: readonly Metric[] = METRICS): string {
  const entries = metrics.map((metric) =>
    [
      `## ${metric.name}`,
      '',
      `- Id: \`${shownId(metric)}\``,
      `- Unit: ${metric.unit}`,
      `- Formula: ${metric.formula}`,
      `- Window: ${metric.window.words}`,
      `- Sources: ${metric.sources}`,
      `- Caveats: ${metric.caveats}`,
      ...(metric.feature === undefined ? [] : [`- Key in a features file: \`${metric.feature.key}\``]),
    ].join('\n'),
  );
  const intro =
    'Generated from the files that `src/analysis/metrics/registry.ts` lists; do not edit. An id carries its window, such as `-7d`; over another window the id changes with it.';
  return `# Data dictionary\n\n${intro}\n\n${entries.join('\n\n')}\n`;
}
