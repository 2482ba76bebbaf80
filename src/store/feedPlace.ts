import type { FeedPlace } from './historyStore.ts';

/** Returns from where a feed goes on: at its beginning for who comes from another file, or with a number never given. */
export function placeIn(file: string, lastSequence: number, since: FeedPlace | undefined): number {
  return since?.file === file && since.sequence <= lastSequence ? since.sequence : 0;
}
