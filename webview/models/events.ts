import type { DatedEvent } from '../../src/core/datedEvent.ts';
import type { Range } from './axis.ts';
import { formatUtc } from './format.ts';

/** Of more than so many at one place the number is said. */
const MOST_LINES = 3;
/** Of more than so many in view the newest are listed. */
const MOST_LISTED = 200;

/** Returns the events within a range, both ends included; `events` ascending. */
export function eventsWithin(events: readonly DatedEvent[], { min, max }: Range): readonly DatedEvent[] {
  return events.filter(({ atMs }) => atMs >= min && atMs <= max);
}

/** "2026-11-20 14:00 UTC: FOMC". */
export function eventText({ atMs, text }: DatedEvent): string {
  return `${formatUtc(atMs)}: ${text}`;
}

/** Returns what is said of events beside the numbers of a chart. */
export function eventLines(events: readonly DatedEvent[]): string[] {
  const more = events.length - MOST_LINES;
  const said = events.slice(0, MOST_LINES).map((event) => `Event, ${eventText(event)}`);
  return more > 0 ? [...said, `${more} more ${more === 1 ? 'event' : 'events'}`] : said;
}

/** Returns the events in view as texts, newest first. */
export function eventList(events: readonly DatedEvent[]): string[] {
  const listed = events.slice(-MOST_LISTED).reverse().map(eventText);
  const more = events.length - listed.length;
  return more > 0 ? [...listed, `and ${more} earlier`] : listed;
}
