import { availableParallelism } from 'node:os';
import { isMainThread, parentPort, Worker } from 'node:worker_threads';
import type { Track } from '../src/analysis/noise/track.ts';
import { judged, type JudgedSeries } from './series.ts';

/** Judges tracks on all cores, each series in one go. Returns them in the order of the tracks. */
export async function judgedApart(
  tracks: readonly Track[],
  onDone: (done: number, of: number) => void,
): Promise<JudgedSeries[]> {
  const results: JudgedSeries[] = [];
  let [next, done] = [0, 0];
  const work = async (): Promise<void> => {
    const worker = new Worker(new URL(import.meta.url));
    try {
      for (let place = next++; place < tracks.length; place = next++) {
        const answer = new Promise<JudgedSeries>((resolve, reject) => {
          worker.once('message', resolve);
          worker.once('error', reject);
        });
        worker.postMessage(tracks[place]);
        results[place] = await answer;
        worker.removeAllListeners('error');
        onDone((done += 1), tracks.length);
      }
    } finally {
      await worker.terminate();
    }
  };
  await Promise.all(Array.from({ length: Math.min(tracks.length, availableParallelism()) }, work));
  return results;
}

if (!isMainThread) parentPort?.on('message', (track: Track) => parentPort?.postMessage(judged(track)));
