import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { NoiseBook } from '../src/analysis/noise/noiseBook.ts';
import type { Track } from '../src/analysis/noise/track.ts';
import { judgedHours, type JudgedHour } from '../src/analysis/timeline/judgedHours.ts';
import { readFundingFile } from '../src/cli/timeline/fundingFile.ts';
import { readSeriesFile } from '../src/cli/timeline/seriesFile.ts';

/** A series with its hours as they were judged. */
export interface JudgedSeries {
  readonly asset: string;
  readonly track: Track;
  readonly hours: readonly JudgedHour[];
}

/** The series that are judged, in a folder beside the repository or one that is named. */
const SERIES = [
  { asset: 'BTC', file: 'binance-btcusdt-1h.csv', funding: 'binance-btcusdt-funding-raw.json' },
  { asset: 'SOL', file: 'binance-solusdt-1h.csv' },
] as const;

/** Reads the series that a folder has; empty where it has none. */
export async function tracksIn(folder: string): Promise<Track[]> {
  const tracks: Track[] = [];
  for (const one of SERIES) {
    const path = join(folder, one.file);
    if (!existsSync(path)) continue;
    const { track } = await readSeriesFile(path, one.asset);
    const funding = 'funding' in one ? join(folder, one.funding) : undefined;
    const isThere = funding !== undefined && existsSync(funding);
    tracks.push(isThere ? { ...track, settlements: await readFundingFile(funding) } : track);
  }
  return tracks;
}

/** Judges every hour of a track as `perpscope timeline` does. */
export function judged(track: Track): JudgedSeries {
  return { asset: track.asset, track, hours: [...judgedHours(track, new NoiseBook())] };
}
