/**
 * `npm run evaluate [-- --series DIR --notes DIR --seeds N]`: judges real hours and shuffled ones as `perpscope timeline` does,
 * and writes how often the regime would be wrong to docs/regime.md and docs/images. Takes some minutes.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { eventsTest } from './events.ts';
import { flickerTest } from './flicker.ts';
import { judgedApart } from './judgedApart.ts';
import { notesIn, notesTest } from './notes.ts';
import { nullTest } from './nullTest.ts';
import { timelinePicture } from './picture.ts';
import { guessesOf, reliabilityTest } from './reliability.ts';
import { reverseTest } from './reverse.ts';
import { tracksIn } from './series.ts';
import { scenariosTest, stagedMarkets } from './scenarios.ts';
import { shuffledSeries } from './shuffledSeries.ts';
import { writeFigures } from '../scripts/writtenFigures.mjs';

const root = join(import.meta.dirname, '..');
const page = join(root, 'docs', 'regime.md');
const say = (line: string): void => void process.stdout.write(`${line}\n`);

const { values } = parseArgs({
  options: { series: { type: 'string' }, notes: { type: 'string' }, seeds: { type: 'string', default: '8' } },
});
const series = values.series ?? join(root, '../shared/series');
const seeds = Number(values.seeds);
if (!Number.isInteger(seeds) || seeds < 1)
  throw new Error(`--seeds takes a whole number from 1, not ${values.seeds}`);

const tracks = await tracksIn(series);
if (tracks.length === 0) {
  say(
    `There is no series in ${series}: nothing is measured, docs/regime.md stays as it is. --series DIR names another folder.`,
  );
  process.exit(1);
}
const startedAt = performance.now();
const shuffled = tracks.flatMap((track) =>
  Array.from({ length: seeds }, (_, seed) => shuffledSeries(track, seed + 1)),
);
say(`judging ${tracks.length} series and ${shuffled.length} shuffled ones`);
const all = await judgedApart([...tracks, ...shuffled], (done, of) => say(`judged ${done} of ${of}`));
const [real, nulls] = [all.slice(0, tracks.length), all.slice(tracks.length)];
const btc = real.find(({ asset }) => asset === 'BTC');
const sections = [
  { title: 'A market without structure', ...nullTest(real, nulls) },
  { title: 'Large moves are named', ...reverseTest(real) },
  { title: 'Notes of analysts', ...notesTest(notesIn(values.notes ?? join(root, '../shared/cases/regime'))) },
  { title: 'The five articles, through the wire', ...scenariosTest(await stagedMarkets()) },
  { title: 'Is the confidence true', ...reliabilityTest(guessesOf(real)) },
  { title: 'Restlessness', ...flickerTest(real) },
  { title: 'Days that are remembered', ...eventsTest(btc) },
];
const images = real.map((one) => {
  const name = `timeline-${one.asset.toLowerCase()}.svg`;
  mkdirSync(join(root, 'docs/images'), { recursive: true });
  writeFileSync(join(root, 'docs/images', name), timelinePicture(one));
  return `![${one.asset}: price, regime and rarity by the hour](images/${name})`;
});
const days = real
  .map(({ asset, track }) => `${asset} ${(track.close.length / 24).toFixed(0)} days`)
  .join(', ');
const head = `Measured ${new Date().toISOString().slice(0, 10)} on ${days} (Binance, hourly, 2024-06-19 to 2024-08-19), each shuffled ${seeds} times.`;
const text = [head, ...images, ...sections.map((section) => `## ${section.title}\n\n${section.text}`)].join(
  '\n\n',
);
await writeFigures(page, 'npm run evaluate', text);
for (const { bars } of sections)
  for (const { what, measured, bar, isMet } of bars)
    say(`${(isMet ? 'kept' : 'NOT KEPT').padEnd(8)}  ${what}: ${measured} (${bar})`);
say(`written: docs/regime.md, in ${Math.round((performance.now() - startedAt) / 1000)} s`);
