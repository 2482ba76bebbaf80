import type { DatabaseSync } from 'node:sqlite';
import {
  isStanding,
  KEPT_TOPICS,
  LOOK_ROUNDS,
  MOST_ROUNDS,
  UNFED_TOPIC,
  type JournalEntry,
  type JournalQuery,
} from './journal.ts';
import { sealOf } from './seal.ts';

interface StoredEntry {
  readonly topic: string;
  readonly key: string;
  readonly atMs: number;
  readonly body: string;
  readonly seal: number;
}

/** The journal in its table. Transactions are the caller's. */
export class SqliteJournal {
  readonly #sql: ReturnType<typeof prepareAll>;
  #rounds = 0;

  constructor(db: DatabaseSync) {
    this.#sql = prepareAll(db);
  }

  /** Writes one entry under a number of the feed. */
  add({ topic, key, atMs, body }: JournalEntry, sequence: number): void {
    // Of what stands nothing older is kept.
    if (isStanding(topic)) this.#sql.replace.run(topic, key);
    const text = JSON.stringify(body ?? null);
    if (topic === 'round' && ++this.#rounds % LOOK_ROUNDS === 0) this.#sql.trim.run(MOST_ROUNDS - 1);
    this.#sql.add.run(sequence, topic, key, atMs, text, sealOf(textOf({ topic, key, atMs, body: text })));
  }

  /** Entries in ascending time, those of one moment as they were written. */
  query({ topic, key, fromMs, toMs, isNewestOnly }: JournalQuery): JournalEntry[] {
    const filters = { topic, key: key ?? null, fromMs: fromMs ?? -Infinity, toMs: toMs ?? Infinity };
    const statement = isNewestOnly === true ? this.#sql.newest : this.#sql.query;
    return (statement.all(filters) as unknown as StoredEntry[]).flatMap(entryOf);
  }

  /** The newest entry of each topic and key that was written after a number of the feed. */
  since(sequence: number): JournalEntry[] {
    return (this.#sql.since.all(sequence) as unknown as StoredEntry[]).flatMap(entryOf);
  }

  prune(beforeMs: number): void {
    this.#sql.prune.run(beforeMs);
  }
}

/** An entry whose body is damaged is left out: what was judged then is not known. */
function entryOf({ seal, ...entry }: StoredEntry): JournalEntry[] {
  if (sealOf(textOf(entry)) !== seal) return [];
  const { topic, key, atMs, body } = entry;
  return [{ topic: topic as JournalEntry['topic'], key, atMs, body: JSON.parse(body) as unknown }];
}

function textOf({ topic, key, atMs, body }: Omit<StoredEntry, 'seal'>): string {
  return `${topic} ${key} ${atMs} ${body}`;
}

function prepareAll(db: DatabaseSync) {
  const columns = 'SELECT topic, key, at_ms AS atMs, body, seal FROM journal j';
  // Any key is between the empty text and the empty blob: told so, the index is looked up by key as well.
  const filter = `WHERE topic = :topic AND key >= ifnull(:key, '') AND key <= ifnull(:key, x'')
    AND at_ms >= :fromMs AND at_ms < :toMs`;
  return {
    add: db.prepare('INSERT INTO journal VALUES (?, ?, ?, ?, ?, ?)'),
    replace: db.prepare('DELETE FROM journal WHERE topic = ? AND key = ?'),
    query: db.prepare(`${columns} ${filter} ORDER BY at_ms, sequence`),
    newest: db.prepare(
      `${columns} ${filter} AND sequence = (SELECT sequence FROM journal WHERE topic = j.topic AND key = j.key
         AND at_ms >= :fromMs AND at_ms < :toMs ORDER BY at_ms DESC, sequence DESC LIMIT 1) ORDER BY at_ms, sequence`,
    ),
    since: db.prepare(
      `${columns} WHERE sequence > ? AND topic <> '${UNFED_TOPIC}' AND sequence = (SELECT max(sequence) FROM journal
         WHERE topic = j.topic AND key = j.key) ORDER BY sequence`,
    ),
    trim: db.prepare(
      `DELETE FROM journal WHERE topic = 'round' AND sequence <= (SELECT sequence FROM journal
         WHERE topic = 'round' ORDER BY sequence DESC LIMIT 1 OFFSET ?)`,
    ),
    prune: db.prepare(`DELETE FROM journal WHERE at_ms < ? AND topic NOT IN ('${KEPT_TOPICS.join("','")}')`),
  };
}
