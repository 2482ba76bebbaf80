import type { ExchangeId } from '../../core/ids.ts';
import type { StreamGap } from '../../core/streamGap.ts';
import type { RowLine, RowPiece } from './rowShape.ts';

/** Steps in a row without a value, between values. */
export interface Hole {
  readonly exchange: ExchangeId;
  readonly feed?: string;
  readonly expiry?: string;
  /** Labels of the first and the last step that lack a value. */
  readonly firstMs: number;
  readonly lastMs: number;
  readonly steps: number;
  /** What was noted of the exchange's streams at that time, else `not-stored`. */
  readonly cause: string;
}

/** More than these are counted, not listed. */
const MOST_LISTED = 10_000;

interface Open {
  readonly exchange: ExchangeId;
  readonly feed: string;
  hasValue: boolean;
  /** Of the newest value. */
  valueMs: number;
  firstMs: number;
  lastMs: number;
  steps: number;
}

/** A hole that a value has ended, and the step of that value. */
interface Ended {
  readonly at: number;
  readonly hole: Readonly<Open>;
}

/** Finds the holes of rows as they pass, by exchange. What lies before the first value of an exchange is no hole of it. */
export class HoleBook {
  readonly #gaps: readonly StreamGap[];
  readonly #stepMs: number;
  readonly #apartBy: 'feed' | 'expiry';
  readonly #open = new Map<string, Open>();
  readonly #holes: Hole[] = [];
  #unlisted = 0;

  /** `apartBy`: what several lines of one exchange are told apart by. */
  constructor(gaps: readonly StreamGap[], stepMs: number, apartBy: 'feed' | 'expiry' = 'feed') {
    this.#apartBy = apartBy;
    this.#gaps = gaps;
    this.#stepMs = stepMs;
  }

  note(piece: RowPiece): void {
    const ended: Ended[] = [];
    for (const line of piece.lines) {
      const open = this.#openOf(line.exchange, line.feed);
      if (line.beside === undefined) noteSteps(open, line, piece, ended);
      else noteSettled(open, line, piece, ended);
    }
    // In the order of the rows; those of one step stay in the order of the lines.
    for (const { hole } of ended.sort((a, b) => a.at - b.at)) this.#close(hole);
  }

  /** Returns the holes, a stretch without values at the end among them, and how many more there are than are listed. */
  end(): { readonly holes: readonly Hole[]; readonly unlisted: number } {
    for (const open of this.#open.values()) if (open.hasValue) this.#close(open);
    this.#open.clear();
    return { holes: this.#holes, unlisted: this.#unlisted };
  }

  #openOf(exchange: ExchangeId, feed: string): Open {
    const key = `${exchange} ${feed}`;
    const known = this.#open.get(key);
    if (known !== undefined) return known;
    const open: Open = { exchange, feed, hasValue: false, valueMs: 0, firstMs: 0, lastMs: 0, steps: 0 };
    this.#open.set(key, open);
    return open;
  }

  #close({ exchange, feed, firstMs, lastMs, steps }: Readonly<Open>): void {
    if (steps === 0) return;
    if (this.#holes.length >= MOST_LISTED) {
      this.#unlisted += 1;
      return;
    }
    const causes = this.#gaps
      .filter(
        (gap) => gap.exchange === exchange && gap.fromMs <= lastMs + this.#stepMs && gap.toMs >= firstMs,
      )
      .map(({ cause }) => cause);
    const cause = causes.length === 0 ? 'not-stored' : [...new Set(causes)].sort().join(', ');
    this.#holes.push({
      exchange,
      ...(feed === '' ? {} : { [this.#apartBy]: feed }),
      firstMs,
      lastMs,
      steps,
      cause,
    });
  }
}

function noteSteps(
  open: Open,
  { values, dueUntilMs = Infinity }: RowLine,
  { firstMs, stepMs, steps }: RowPiece,
  ended: Ended[],
): void {
  // A loop: this is run for every value.
  for (let at = 0; at < steps; at += 1) {
    const value = values[at] ?? Number.NaN;
    if (Number.isNaN(value)) {
      if (firstMs + at * stepMs > dueUntilMs) break;
      open.lastMs = firstMs + at * stepMs;
      if (open.steps === 0) open.firstMs = open.lastMs;
      open.steps += 1;
    } else {
      if (open.hasValue && open.steps > 0) ended.push({ at, hole: { ...open } });
      open.hasValue = true;
      open.steps = 0;
    }
  }
}

/** Where values come as they fall due there are no rows between them: what one does not reach back to is a hole. */
function noteSettled(
  open: Open,
  { values, spansMs }: RowLine,
  { firstMs, stepMs, steps }: RowPiece,
  ended: Ended[],
): void {
  for (let at = 0; at < steps; at += 1) {
    if (Number.isNaN(values[at] ?? Number.NaN)) continue;
    const atMs = firstMs + at * stepMs;
    const spanMs = spansMs?.[at] ?? Number.NaN;
    const missing = spanMs > 0 ? Math.round((atMs - open.valueMs) / spanMs) - 1 : 0;
    if (open.hasValue && missing > 0)
      ended.push({
        at,
        hole: { ...open, firstMs: open.valueMs + spanMs, lastMs: atMs - spanMs, steps: missing },
      });
    open.hasValue = true;
    open.valueMs = atMs;
  }
}
