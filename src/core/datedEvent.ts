/** Something that happened at a moment, as its user notes it: a listing, a decision of a central bank. */
export interface DatedEvent {
  /** Epoch ms. */
  readonly atMs: number;
  /** One plain line. */
  readonly text: string;
}

/** The events of a user's file, ascending, and what is wrong with the file, a line each. */
export interface DatedEvents {
  readonly events: readonly DatedEvent[];
  readonly faults: readonly string[];
}
