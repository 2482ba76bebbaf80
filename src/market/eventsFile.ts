import type { DatedEvents } from '../core/datedEvent.ts';
import { readTextFile } from '../store/followedFile.ts';
import { readEventsText } from './eventsText.ts';

/** Returns the events of a user's file from `fromMs` to before `toMs`. Never rejects: what is wrong is in the answer. */
export async function readEventsFile(
  { path, name }: { readonly path: string; readonly name: string },
  { fromMs, toMs }: { readonly fromMs: number; readonly toMs: number },
): Promise<DatedEvents> {
  let content: string;
  try {
    content = await readTextFile(path);
  } catch (error) {
    return { events: [], faults: [`${name}: ${error instanceof Error ? error.message : String(error)}`] };
  }
  const { events, faults } = readEventsText(content, name);
  return { events: events.filter(({ atMs }) => atMs >= fromMs && atMs < toMs), faults };
}
