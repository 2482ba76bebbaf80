import { METRICS } from '../../analysis/metrics/dictionary.ts';

/** Returns docs/data-dictionary.md: every metric with unit, formula, window, sources and caveats. */
export function dataDictionaryMarkdown(): string {
  const entries = METRICS.map(({ id, name, unit, formula, window, sources, caveats }) =>
    [
      `## ${name}`,
      '',
      `- Id: \`${id}\``,
      `- Unit: ${unit}`,
      `- Formula: ${formula}`,
      `- Window: ${window}`,
      `- Sources: ${sources}`,
      `- Caveats: ${caveats}`,
    ].join('\n'),
  );
  const intro =
    'Generated from `src/analysis/metrics/dictionary.ts`; do not edit. An id carries its window, such as `-7d`; over another window the id changes with it.';
  return `# Data dictionary\n\n${intro}\n\n${entries.join('\n\n')}\n`;
}
