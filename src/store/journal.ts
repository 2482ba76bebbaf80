/**
 * What a topic of the journal is about: how an exchange answered a round (`key`: exchange), or what was judged of an
 * asset at the end of one (`key`: asset).
 */
export type JournalTopic = 'round' | 'assessment';

/**
 * The most entries that a history keeps, the newest; a few more until it looks again. Rounds come by the minute and exchange:
 * these are some days of them.
 */
export const MOST_ENTRIES = 100_000;
/** How many entries come between two looks. */
export const LOOK_ENTRIES = 1_000;

/** One entry: plain data, kept as JSON. The newest of a topic and key is the one that holds. */
export interface JournalEntry {
  readonly topic: JournalTopic;
  readonly key: string;
  readonly atMs: number;
  readonly body: unknown;
}

/** Which entries to read; `fromMs` inclusive, `toMs` exclusive, ascending in time. */
export interface JournalQuery {
  readonly topic: JournalTopic;
  readonly key?: string;
  readonly fromMs?: number;
  readonly toMs?: number;
  /** Only the newest of each key. */
  readonly isNewestOnly?: boolean;
}
