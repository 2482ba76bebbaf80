import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { assess } from '../src/analysis/regime/assess.ts';
import { parseFeaturesText } from '../src/analysis/regime/featuresFile.ts';
import { barsTable, meanOf, percent, table, type Bar } from './words.ts';

interface Note {
  readonly name: string;
  readonly expected: string;
  readonly acceptable: readonly string[];
  readonly label: string;
  readonly confidence: number;
}

/** Reads the notes of analysts in a folder, and what is said of the values that they state. */
export function notesIn(folder: string): Note[] {
  if (!existsSync(folder)) return [];
  const files = readdirSync(folder).filter((name) => name.endsWith('.json'));
  return files.sort().map((name) => {
    const { features, expected, acceptable } = JSON.parse(readFileSync(join(folder, name), 'utf8')) as {
      readonly features: { readonly asset?: string };
      readonly expected: string;
      readonly acceptable: readonly string[];
    };
    const { label, confidence } = assess(parseFeaturesText(JSON.stringify(features), name), {
      ...{ asOfMs: 0, baseAsset: features.asset ?? 'BTC', source: 'stated' },
      coverage: { fresh: 0, of: 0 },
    });
    return { name: name.replace(/\.json$/, ''), expected, acceptable, label, confidence };
  });
}

/** How often analysts say the same. */
export function notesTest(notes: readonly Note[]): { readonly bars: readonly Bar[]; readonly text: string } {
  if (notes.length === 0)
    return { bars: [], text: 'The notes of analysts were not there when this was measured.' };
  const isExact = ({ label, expected }: Note): boolean => label === expected;
  const isAccepted = (note: Note): boolean => isExact(note) || note.acceptable.includes(note.label);
  const [exact, accepted] = [notes.filter(isExact), notes.filter(isAccepted)];
  const mean = (of: readonly Note[]): number => meanOf(of.map(({ confidence }) => confidence));
  const wrong = notes.filter((note) => !isAccepted(note));
  const bars: Bar[] = [
    count('accepted', accepted.length, notes.length, 0.84),
    count('exactly the label', exact.length, notes.length, 0.61),
    {
      what: 'mean confidence where accepted, against where not',
      measured: `${percent(mean(accepted), 0)} against ${percent(mean(wrong), 0)}`,
      ...{ bar: 'higher', isMet: wrong.length === 0 || mean(accepted) > mean(wrong) },
    },
  ];
  const rows = notes.map((note) => [
    ...[note.name, note.expected, note.label, percent(note.confidence, 0)],
    isExact(note) ? 'exact' : isAccepted(note) ? 'accepted' : 'no',
  ]);
  return {
    bars,
    text: `${barsTable(bars)}\n\n${table(['Note', 'Analyst', 'Perpscope', 'Confidence', ''], rows)}`,
  };
}

function count(what: string, found: number, of: number, share: number): Bar {
  const needed = Math.floor(share * of) + 1;
  return {
    what: `notes: ${what}`,
    measured: `${found} of ${of}`,
    bar: `at least ${needed}`,
    isMet: found >= needed,
  };
}
