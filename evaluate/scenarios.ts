import type { RegimeAssessment } from '../src/analysis/regime/assessment.ts';
import { silentLogger } from '../src/core/logger.ts';
import { createEngine } from '../src/engine.ts';
import { SCENARIOS } from '../src/sources/simulator/scenario.ts';
import type { ScenarioName } from '../src/sources/simulator/scenarioNames.ts';
import { barsTable, percent, table, type Bar } from './words.ts';

/** What a reader of each article would accept as its name. */
const ACCEPTED: Readonly<Record<ScenarioName, readonly string[]>> = {
  calm: ['neutral'],
  'leverage-led-rally': ['leverage-led-rally'],
  'record-open-interest': ['leverage-build-up'],
  'spot-led-rally': ['spot-led-rally'],
  'selling-wave': ['deleveraging', 'long-squeeze', 'illiquid-sell-off'],
  overheating: ['crowded-long'],
};
const SEEDS = [1, 2, 3, 4, 5];

interface Staged {
  readonly scenario: ScenarioName;
  readonly seed: number;
  readonly assessment: RegimeAssessment;
}

/** Reads the market of every scenario from simulated exchanges, through decoders, history and judgement, as a window does. */
export async function stagedMarkets(): Promise<Staged[]> {
  const staged: Staged[] = [];
  for (const scenario of Object.keys(ACCEPTED) as ScenarioName[])
    for (const seed of SEEDS) {
      const asset = scenario === 'record-open-interest' ? 'ETH' : 'BTC';
      const engine = await createEngine({ logger: silentLogger, simulator: { seed, scenario } });
      try {
        await engine.market.refresh({ assets: [asset], timeoutMs: 15_000, pastMs: 6_000 });
        const assessment = engine.market.state.regimes.get(asset);
        if (assessment !== undefined) staged.push({ scenario, seed, assessment });
      } finally {
        await engine.dispose();
      }
    }
  return staged;
}

/** How often the staged articles are called what they stage. */
export function scenariosTest(staged: readonly Staged[]): {
  readonly bars: readonly Bar[];
  readonly text: string;
} {
  const wanted = Object.keys(ACCEPTED).length * SEEDS.length;
  // A calm market now and then looks like something; it must not look like something to act on.
  const isAccepted = ({ scenario, assessment: { label, isWeak } }: Staged): boolean =>
    ACCEPTED[scenario].includes(label) || (scenario === 'calm' && isWeak);
  const accepted = staged.filter(isAccepted).length;
  const bars: Bar[] = [
    {
      what: `simulated markets of the five articles and a calm one, ${SEEDS.length} seeds each: accepted`,
      measured: `${accepted} of ${wanted}`,
      ...{ bar: 'all', isMet: accepted === wanted },
    },
  ];
  const rows = [...Map.groupBy(staged, ({ scenario }) => scenario)].map(([scenario, own]) => {
    const said = own.map(({ assessment: { label, isWeak } }) => `${isWeak ? 'weak ' : ''}${label}`);
    const counts = [...Map.groupBy(said, (one) => one)].map(([name, of]) => `${name} ${of.length} ×`);
    const confidences = own.map(({ assessment }) => assessment.confidence);
    const rarities = own.map(({ assessment }) => assessment.rarity);
    const range = (values: readonly number[]): string =>
      `${percent(Math.min(...values), 0)} to ${percent(Math.max(...values), 0)}`;
    return [
      scenario,
      SCENARIOS[scenario].article ?? 'none',
      counts.join(', '),
      range(confidences),
      range(rarities),
    ];
  });
  const head = ['Scenario', 'Article', 'Said', 'Confidence', 'Rarity'];
  return { bars, text: `${barsTable(bars)}\n\n${table(head, rows)}` };
}
