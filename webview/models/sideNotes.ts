import type { CardLine } from '../../src/surfaces/protocol/cards.ts';

const COUNT_WORDS = ['No', 'One', 'Two', 'Three', 'Four', 'Five', 'Six', 'Seven', 'Eight', 'Nine', 'Ten'];

/** What is said of the exchanges whose hourly numbers count sides alike; nothing where they count one side. */
function sideNote(sides: CardLine['sides'], names: readonly string[]): string | undefined {
  const [first = ''] = names;
  const several = `${COUNT_WORDS[names.length] ?? names.length} exchanges (${names.join(', ')})`;
  const isOne = names.length === 1;
  switch (sides) {
    case undefined:
    case 'one':
      return undefined;
    case 'both, halved':
      return isOne
        ? `The hourly numbers of ${first} count both sides; half of them is shown.`
        : `${several} count both sides in their hourly numbers; half of them is shown.`;
    case 'unverified':
      return isOne
        ? `${first} does not say whether its hourly numbers count one side or both; its line may be up to twice too high.`
        : `${several} do not say whether their hourly numbers count one side or both; their lines may be up to twice too high.`;
  }
}

/** Returns one sentence for all exchanges that count open interest alike; none of those that count one side. */
export function sideNotes(lines: readonly Pick<CardLine, 'id' | 'label' | 'sides'>[]): string[] {
  const exchanges = lines.filter(({ id }) => id !== 'aggregate');
  return [...Map.groupBy(exchanges, ({ sides }) => sides)].flatMap(
    ([sides, own]) =>
      sideNote(
        sides,
        own.map(({ label }) => label),
      ) ?? [],
  );
}
