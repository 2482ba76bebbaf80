import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** One recorded answer: the envelope described in the README of the recorded payloads. */
export interface Envelope {
  readonly exchange: string;
  readonly metric: string;
  readonly transport: 'rest' | 'ws';
  readonly method: string | null;
  readonly path: string;
  readonly query: Record<string, string>;
  readonly response: unknown;
  readonly expected?: Record<string, unknown>;
  readonly notes?: string;
}

const FOLDER = join(import.meta.dirname, '../../../shared/recorded');

/** Returns the folder of recorded payloads, or undefined where this machine has none. */
export const recordedFolder: string | undefined = existsSync(FOLDER) ? FOLDER : undefined;

/** Returns the recorded payloads of an exchange with their file names, sorted. */
export function recordedPayloads(exchange: string): { file: string; envelope: Envelope }[] {
  if (recordedFolder === undefined) return [];
  const folder = join(recordedFolder, exchange);
  return readdirSync(folder)
    .filter((name) => name.endsWith('.json'))
    .sort()
    .map((name) => ({
      file: `${exchange}/${name}`,
      envelope: JSON.parse(readFileSync(join(folder, name), 'utf8')) as Envelope,
    }));
}
