import { seededRandom } from '../src/analysis/noise/random.ts';
import type { FeatureSet } from '../src/analysis/regime/features.ts';
import { hourFeatures } from '../src/analysis/timeline/hourFeatures.ts';
import { judgeFeatures } from '../src/analysis/timeline/judgeHour.ts';
import type { JudgedSeries } from './series.ts';
import { barsTable, meanOf, percent, table, type Bar } from './words.ts';

/** One judgement with some inputs withheld: how sure it was, and whether it is that of all inputs. */
export interface Guess {
  readonly confidence: number;
  readonly isRight: boolean;
}

/** What an exchange fails to tell goes together: the keys of features by what they are made of. */
const GROUPS: readonly RegExp[] = [
  /^(?:return|window)/,
  /^openInterest/,
  /^(?:taker|netTaker)/,
  /^(?:liquidations|shortLiquidation)/,
  /^funding/,
  /^longShort/,
  /^futuresVolume/,
];
const WITHHELD = 0.4;
/** A tenth of the confidences with fewer guesses says nothing. */
const LEAST = 100;

/** Judges the hours of the series once more with inputs withheld at random, without what stood before. */
export function guessesOf(real: readonly JudgedSeries[], seed = 1): Guess[] {
  const random = seededRandom(seed);
  return real.flatMap(({ track, hours }) =>
    hours.flatMap(({ index, measured }): Guess[] => {
      if (measured.rarity?.ofMove === undefined) return [];
      const whole = hourFeatures(track, index);
      const groups = GROUPS.filter(() => random() < WITHHELD);
      if (groups.length === 0) return [];
      const full = judgeFeatures(whole, track, index, { measured });
      // What is usual is known from before; the moves of the hour are what is withheld.
      const usual = measured.usual === undefined ? {} : { usual: measured.usual };
      const part = judgeFeatures(withheld(whole, groups), track, index, { measured: usual });
      return [{ confidence: part.confidence, isRight: part.label === full.label }];
    }),
  );
}

/** Returns the features without those whose keys begin so. */
export function withheld({ values, origins, absent }: FeatureSet, groups: readonly RegExp[]): FeatureSet {
  const isWithheld = (key: string): boolean => groups.some((group) => group.test(key));
  const kept = Object.entries(values).filter(([key]) => !isWithheld(key));
  const gone = Object.keys(values).filter(isWithheld);
  return {
    values: Object.fromEntries(kept) as FeatureSet['values'],
    origins,
    absent: { ...absent, ...Object.fromEntries(gone.map((key) => [key, 'withheld'])) },
  };
}

/** How far what was said is from what came: by tenths of the confidence, and the Brier score beside that of a constant. */
export function reliabilityTest(guesses: readonly Guess[]): {
  readonly bars: readonly Bar[];
  readonly text: string;
} {
  const tenths = Array.from({ length: 10 }, (_, tenth) => {
    const own = guesses.filter(({ confidence }) => Math.min(9, Math.floor(confidence * 10)) === tenth);
    const said = meanOf(own.map(({ confidence }) => confidence));
    return { tenth, n: own.length, said, came: meanOf(own.map(rightness)) };
  });
  const counted = tenths.filter(({ n }) => n >= LEAST);
  const furthest = Math.max(...counted.map(({ said, came }) => Math.abs(said - came)));
  const brier = meanOf(guesses.map((guess) => (guess.confidence - rightness(guess)) ** 2));
  const base = meanOf(guesses.map(rightness));
  const gain = 1 - brier / (base * (1 - base));
  const bars: Bar[] = [
    {
      what: `furthest from the diagonal, of ${counted.length} tenths with at least ${LEAST} judgements`,
      ...{ measured: furthest.toFixed(3), bar: 'at most 0.07', isMet: furthest <= 0.07 },
    },
    {
      what: `Brier score below that of a constant (${guesses.length} judgements, ${percent(base, 0)} the same label)`,
      ...{
        measured: `${brier.toFixed(3)}, ${percent(gain, 0)} below`,
        bar: 'at least 20 %',
        isMet: gain >= 0.2,
      },
    },
  ];
  const rows = tenths
    .filter(({ n }) => n > 0)
    .map(({ tenth, n, said, came }) => [
      `${tenth * 10} to ${tenth * 10 + 10} %`,
      ...[String(n), percent(said, 0), percent(came, 0)],
    ]);
  return { bars, text: `${barsTable(bars)}\n\n${table(['Confidence', 'n', 'Said', 'Came'], rows)}` };
}

const rightness = ({ isRight }: Guess): number => Number(isRight);
