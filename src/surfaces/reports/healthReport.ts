import type { ExchangeHealth, MarketHealth } from '../../market/health.ts';
import { machineClockText } from './clockText.ts';
import { collectingText } from './collectingWords.ts';
import { escapeMarkdown } from '../../core/outsideText.ts';
import { markdownTable } from './markdownTable.ts';
import { formatAge, formatUtc } from './format.ts';
import { coverageWords } from './regimeWords.ts';
import { HEALTH_WORDS, healthRows, latencyText, wasAsked } from './healthRows.ts';

/** Returns the health of all exchanges as Markdown: a table over all of them, then what there is to say of each. Pure. */
export function healthReport(health: MarketHealth): string {
  const { asOfMs, exchanges } = health;
  const isSimulated = health.source === 'simulated';
  const mark = isSimulated ? 'SIMULATED · ' : '';
  const asked = exchanges.filter(wasAsked);
  const off = exchanges.filter(({ state }) => state === 'switched-off').length;
  const sections = [
    `# ${mark}Exchange health`,
    ...(isSimulated ? ['> **SIMULATED.** These are the simulated exchanges on this machine.'] : []),
    ...(health.machineClock === undefined ? [] : [`> **${machineClockText(health.machineClock)}**`]),
    `As of ${formatUtc(asOfMs)}. ${coverageWords({ fresh: asked.length, of: exchanges.length })} ${exchanges.length === 1 ? 'was' : 'were'} asked${off === 0 ? '' : `; ${off} switched off`}.`,
    ...(health.collecting === undefined ? [] : [collectingText(health.collecting)]),
    markdownTable(
      ['Exchange', 'State', 'Latency', 'Refresh took', 'Data age', 'Requests', 'Streams', 'Next attempt'],
      exchanges.map((one) => [
        one.displayName,
        HEALTH_WORDS[one.state],
        latencyText(one.latencyMs),
        latencyText(one.refreshMs),
        formatAge(one.newestAtMs, asOfMs),
        !asked.includes(one) ? '—' : `${one.answered} answered, ${one.failed} failed`,
        streamsText(one),
        one.state === 'switched-off'
          ? 'when it is chosen'
          : one.nextAttemptAtMs === undefined || one.nextAttemptAtMs <= asOfMs
            ? 'at the next refresh'
            : formatUtc(one.nextAttemptAtMs),
      ]),
    ),
    ...asked.map((one) => exchangeSection(one, asOfMs)),
  ];
  return `${sections.join('\n\n')}\n`;
}

function exchangeSection(health: ExchangeHealth, nowMs: number): string {
  const explained = health.explanation === undefined ? [] : [escapeMarkdown(health.explanation)];
  const rows = healthRows(health, nowMs).map(({ label, value, detail }) => [
    label,
    value,
    detail.replaceAll('\n', '; '),
  ]);
  return [
    `## ${escapeMarkdown(health.displayName)}`,
    ...explained,
    markdownTable(['What', 'Now', 'Detail'], rows),
  ].join('\n\n');
}

function streamsText({ streams }: ExchangeHealth): string {
  if (streams.length === 0) return 'none';
  const counts = [...Map.groupBy(streams, (one) => one.state)];
  const isLive = ([state]: (typeof counts)[number]): number => (state === 'live' ? 1 : 0);
  // What is well comes first, then what is more.
  counts.sort((a, b) => isLive(b) - isLive(a) || b[1].length - a[1].length);
  return counts.map(([state, list]) => `${list.length} ${state}`).join(', ');
}
