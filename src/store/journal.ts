/**
 * Topics of what holds now: an entry takes the place of the one before of its key, and nothing of that one is kept.
 * `exchange`: how an exchange stands (`key`: exchange); `regime`: the assessment that stands (`key`: asset, with the
 * exchanges where they are not all); `context`: numbers beside the exchanges; `collector`: what who collects is doing;
 * `wish`: what a window wants to see (`key`: window).
 */
export const STANDING_TOPICS = ['exchange', 'regime', 'context', 'collector', 'wish'] as const;
export type StandingTopic = (typeof STANDING_TOPICS)[number];

/**
 * What a topic of the journal is about. Five are history: how an exchange answered a round (`key`: exchange), what was
 * judged of an asset at the end of one (`key` as of `regime`), which file was imported (`key`: `import:NAME`), and which page or
 * file was filled in (`key`: source and symbol, with a space between), and what must not be deleted (`keepNote.ts`). The others stand: see `StandingTopic`.
 */
export type JournalTopic = 'round' | 'assessment' | 'import' | 'backfill' | 'keep' | StandingTopic;

/** Topics that are never pruned, since they say what need not be brought in again, or must not go. */
export const KEPT_TOPICS: readonly JournalTopic[] = ['import', 'backfill', 'keep'];

/** What is not in the feed: a file for each of thousands of days, of which no window shows anything. */
export const UNFED_TOPIC = 'backfill' satisfies JournalTopic;

/** Returns whether of a topic only the newest entry of each key is kept. */
export function isStanding(topic: JournalTopic): topic is StandingTopic {
  return (STANDING_TOPICS as readonly string[]).includes(topic);
}

/** The most rounds that a history keeps, the newest; a few more until it looks again. They come by the minute and exchange: these are a week of them. */
export const MOST_ROUNDS = 100_000;
/** How many rounds come between two looks. */
export const LOOK_ROUNDS = 1_000;

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
