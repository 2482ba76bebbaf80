import type { DatedEvent, DatedEvents } from '../core/datedEvent.ts';
import { plainLine, quoted } from '../core/outsideText.ts';

/** More are not read: nobody could tell their lines apart. */
export const MOST_EVENTS = 5_000;
const MOST_FAULTS = 10;
const LONGEST_TEXT = 120;
/** 1970 to 2100. */
const LATEST_MS = 4_102_444_800_000;
const TIME_FORMS = '2026-11-20 (midnight UTC), 2026-11-20T14:00Z or ms since 1970';
const ISO = /^(\d{4}-\d\d-\d\d)(?:[T ]\d\d:\d\d(?::\d\d(?:\.\d{1,3})?)?(?:Z|[+-]\d\d:\d\d))?$/;

/** What stands at a place of the file. */
interface Entry {
  /** "line 3" or "entry 3". */
  readonly place: string;
  readonly time: unknown;
  readonly text: unknown;
}

/**
 * Reads the events of a user's file: CSV whose first line names its columns, of which `time` and `text` are read, or a JSON array of
 * objects with `time` and `text`. A time is an ISO date, an ISO time that says its zone, or epoch ms. What is wrong is named with
 * its line or entry and left out; more than `MOST_EVENTS` are left out whole. `name` is what the user calls the file.
 */
export function readEventsText(content: string, name: string): DatedEvents {
  const text = content.replace(/^\uFEFF/, '');
  const events: DatedEvent[] = [];
  const faults: string[] = [];
  const entries = /^\s*[[{]/.test(text) ? jsonEntries(text) : csvEntries(text);
  if (typeof entries === 'string') return { events, faults: [`${name}: ${entries}`] };
  for (const entry of entries) {
    const event = eventOf(entry);
    if (typeof event === 'string') faults.push(`${name}, ${entry.place}: ${event}`);
    else events.push(event);
  }
  if (events.length > MOST_EVENTS)
    return {
      events: [],
      faults: [`${name}: ${events.length} events, more than ${MOST_EVENTS}; none is shown`],
    };
  const more = faults.length - MOST_FAULTS;
  return {
    events: events.sort((one, other) => one.atMs - other.atMs),
    faults: more > 0 ? [...faults.slice(0, MOST_FAULTS), `${name}: and ${more} more`] : faults,
  };
}

function eventOf({ time, text }: Entry): DatedEvent | string {
  const atMs = timeOf(time);
  if (atMs === undefined) return `the time must be ${TIME_FORMS}, not ${quoted(String(time ?? ''))}`;
  const line = typeof text === 'string' ? plainLine(text, LONGEST_TEXT).trim() : '';
  return line === '' ? 'a text is missing' : { atMs, text: line };
}

function timeOf(time: unknown): number | undefined {
  const word = typeof time === 'number' ? String(time) : typeof time === 'string' ? time.trim() : '';
  const [, day] = ISO.exec(word) ?? [];
  // The date alone must be one: a parser takes 30 February for a day in March.
  const isDay = day !== undefined && new Date(`${day}T00:00Z`).toJSON()?.startsWith(day);
  const atMs = /^\d+$/.test(word) ? Number(word) : isDay ? Date.parse(word.replace(' ', 'T')) : Number.NaN;
  return atMs >= 0 && atMs <= LATEST_MS ? atMs : undefined;
}

function jsonEntries(text: string): readonly Entry[] | string {
  let read: unknown;
  try {
    read = JSON.parse(text);
  } catch {
    return 'no JSON';
  }
  if (!Array.isArray(read)) return 'an array of events expected';
  return read.map((one: unknown, at) => {
    const { time, text: words } = (typeof one === 'object' && one !== null ? one : {}) as Record<
      string,
      unknown
    >;
    return { place: `entry ${at + 1}`, time, text: words };
  });
}

function csvEntries(text: string): readonly Entry[] | string {
  const lines = text.split(/\r\n|\n|\r/);
  const head = cellsOf(lines[0] ?? '')?.map((cell) => cell.toLowerCase()) ?? [];
  const [timeAt, textAt] = [head.indexOf('time'), head.indexOf('text')];
  if (timeAt < 0 || textAt < 0) return 'line 1 must name the columns time and text';
  return lines.flatMap((line, at): Entry[] => {
    if (at === 0 || line.trim() === '') return [];
    const cells = cellsOf(line) ?? [];
    // A comma in a text that is not quoted would cut it off unseen.
    const text = cells.length === head.length ? cells[textAt] : undefined;
    return [{ place: `line ${at + 1}`, time: cells[timeAt], text }];
  });
}

/** Returns the cells of a line, without their quotes (RFC 4180); undefined where a quote is not closed. */
function cellsOf(line: string): string[] | undefined {
  const cells: string[] = [];
  const cell = /\s*(?:"((?:[^"]|"")*)"\s*|([^",]*))(,|$)/y;
  for (let end = ','; end === ',';) {
    const found = cell.exec(line);
    if (!found) return undefined;
    cells.push(found[1]?.replaceAll('""', '"') ?? (found[2] ?? '').trim());
    end = found[3] ?? '';
  }
  return cells;
}
