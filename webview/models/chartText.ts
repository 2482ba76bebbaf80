import { CHOICE_IDS, type ChoiceId } from '../../src/surfaces/protocol/heatmaps.ts';
import type { ChartHeader, ChartPayload, PanelItem } from '../../src/surfaces/protocol/payloads.ts';
import { CHOICES } from './choices.ts';
import { formatUtc } from './format.ts';

/** What a chart says where the pointer is. */
export interface HoverText {
  readonly title: string;
  readonly lines: readonly string[];
}

/** A short word on a chart that says how far its numbers can be trusted. */
export interface Badge {
  readonly text: 'SIMULATED' | 'MODELLED';
  readonly meaning: string;
}

export const TIME_AXIS_TITLE = 'Time (UTC)';

export const CHART_TITLES: Readonly<Record<PanelItem, string>> = {
  ...titlesOfCards(),
  'open-interest': 'Open interest',
  'funding-heatmap': 'Funding by exchange',
  'liquidation-heatmap': 'Liquidation levels',
  'regime-timeline': 'Regime timeline',
};

function titlesOfCards(): Record<ChoiceId, string> {
  return Object.fromEntries(CHOICE_IDS.map((id) => [id, CHOICES[id].title])) as Record<ChoiceId, string>;
}

export const SIMULATED_MEANING = 'Made by the simulated market, not by an exchange.';

/** Returns the badges of a chart: SIMULATED by its source, MODELLED where numbers are estimates of a model. */
export function badgesOf(
  payload: Pick<ChartPayload, 'source'> & { readonly kind?: ChartPayload['kind'] },
): Badge[] {
  const badges: Badge[] = [];
  if (payload.source === 'simulated') badges.push({ text: 'SIMULATED', meaning: SIMULATED_MEANING });
  if (payload.kind === 'liquidation-heatmap')
    badges.push({ text: 'MODELLED', meaning: 'Estimated by a model; no exchange publishes these levels.' });
  return badges;
}

/** "4 of 5 exchanges". */
export function coverageText({ fresh, of }: ChartHeader['coverage']): string {
  return `${fresh} of ${of} ${of === 1 ? 'exchange' : 'exchanges'}`;
}

/** "BTC · data of 2026-11-22 04:33 UTC · 4 of 5 exchanges, aggregate of 3". */
export function headerLine(header: ChartHeader & { readonly aggregated?: number }): string {
  const aggregate = header.aggregated === undefined ? '' : `, aggregate of ${header.aggregated}`;
  return `${header.asset} · data of ${formatUtc(header.asOfMs)} · ${coverageText(header.coverage)}${aggregate}`;
}
