/** The names of the scenarios, apart from what they stage: a name is checked without loading the simulator. */
export const SCENARIO_NAMES = [
  'calm',
  'leverage-led-rally',
  'record-open-interest',
  'spot-led-rally',
  'selling-wave',
  'overheating',
] as const;
export type ScenarioName = (typeof SCENARIO_NAMES)[number];

/** Returns whether a text names a scenario. */
export function isScenarioName(value: string): value is ScenarioName {
  return (SCENARIO_NAMES as readonly string[]).includes(value);
}
