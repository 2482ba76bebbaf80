import type { JudgedSeries } from './series.ts';
import { barsTable, isNamed, moveOf, percent, shareOf, table, type Bar } from './words.ts';

const RARE = 0.05;
/** What more than so many shuffled hours show is no name to act on. */
const NOT_WEAK = 0.15;

/** How a market without structure is judged, beside the real one. */
export function nullTest(
  real: readonly JudgedSeries[],
  nulls: readonly JudgedSeries[],
): { readonly bars: readonly Bar[]; readonly text: string } {
  const hoursOf = (list: readonly JudgedSeries[], asset?: string) =>
    list
      .filter((one) => asset === undefined || one.asset === asset)
      .flatMap(({ hours }) => hours.filter(hasRarity));
  const isRare = (most: number) => (hour: (typeof real)[0]['hours'][0]) =>
    (hour.line.rarity ?? Number.NaN) <= most;
  const rows = [...real.map(({ asset }) => asset), undefined].map((asset) => {
    const [own, noise] = [hoursOf(real, asset), hoursOf(nulls, asset)];
    const big = own.filter((hour) => Math.abs(moveOf(hour)) > 1);
    return {
      ...{ asset: asset ?? 'all', hours: own.length, noiseHours: noise.length },
      ...{ rareInNoise: shareOf(noise, isRare(RARE)), rare: shareOf(own, isRare(RARE)) },
      ...{ seenInNoise: shareOf(noise, isRare(NOT_WEAK)), seenOfBig: shareOf(big, isRare(NOT_WEAK)) },
      ...{
        namedInNoise: shareOf(noise, isNamed),
        named: shareOf(own, isNamed),
        namedOfBig: shareOf(big, isNamed),
      },
    };
  });
  const all = rows.at(-1);
  if (all === undefined) return { bars: [], text: '' };
  const ratio = all.rare / all.rareInNoise;
  const bars: Bar[] = [
    bar(
      'a name that is not weak, in shuffled hours',
      percent(all.namedInNoise),
      'at most 20 %',
      all.namedInNoise <= 0.2,
    ),
    bar('a name that is not weak, in real hours with a 24 h move beyond one usual day', percent(all.namedOfBig), 'at least 65 %', all.namedOfBig >= 0.65), // prettier-ignore
    bar('rarity of at most 5 %, in shuffled hours', percent(all.rareInNoise), '3 to 7 %', all.rareInNoise >= 0.03 && all.rareInNoise <= 0.07), // prettier-ignore
    bar('the same in real hours, so many times as often', ratio.toFixed(1), 'at least 2.5', ratio >= 2.5),
  ];
  const head = ['', 'real hours', 'shuffled hours', 'rarity <= 5 %: real / shuffled', 'rarity <= 15 %: large moves / shuffled', 'not weak: real / large moves / shuffled']; // prettier-ignore
  const figures = rows.map((row) => [
    row.asset,
    String(row.hours),
    String(row.noiseHours),
    `${percent(row.rare)} / ${percent(row.rareInNoise)}`,
    `${percent(row.seenOfBig)} / ${percent(row.seenInNoise)}`,
    `${percent(row.named)} / ${percent(row.namedOfBig)} / ${percent(row.namedInNoise)}`,
  ]);
  return { bars, text: `${barsTable(bars)}\n\n${table(head, figures)}` };
}

const hasRarity = ({ measured }: JudgedSeries['hours'][0]): boolean => measured.rarity?.ofMove !== undefined;

const bar = (what: string, measured: string, limit: string, isMet: boolean): Bar => ({
  what,
  measured,
  bar: limit,
  isMet,
});
