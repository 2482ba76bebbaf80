import type { ExchangeId } from '../../../core/ids.ts';
import type { StepColumn } from '../../../series/hours.ts';

/**
 * One exchange's newest steps of a series, taken in value by value. The steps lie one behind the other in a buffer of twice
 * their number, so that a step at the end costs no copying but once in a while, and a view of them is a plain column.
 */
export class LiveColumn {
  readonly exchange: ExchangeId;
  readonly stepMs: number;
  readonly #most: number;
  readonly #values: Float64Array;
  /** `#known[i]`: how many values there are up to and with place `i`. */
  readonly #known: Float64Array;
  #from = 0;
  #to = 0;
  #firstMs = Number.NaN;
  #edits = 0;

  /** `most`: how many steps are kept. */
  constructor(exchange: ExchangeId, stepMs: number, most: number) {
    this.exchange = exchange;
    this.stepMs = stepMs;
    this.#most = most;
    this.#values = new Float64Array(2 * most);
    this.#known = new Float64Array(2 * most);
  }

  /** How often a step that was not the newest has changed. */
  get edits(): number {
    return this.#edits;
  }

  /** The steps as a column, ascending; a view that the next value may change. */
  get column(): StepColumn {
    return {
      firstMs: this.#firstMs,
      stepMs: this.stepMs,
      values: this.#values.subarray(this.#from, this.#to),
    };
  }

  /** Takes in the value of a step; NaN takes one away. What is further back than the steps that are kept is not taken. */
  set(labelMs: number, value: number): void {
    if (this.#from === this.#to) this.#firstMs = labelMs;
    const place = (labelMs - this.#firstMs) / this.stepMs;
    // Days that begin at another hour than those that are there have no place among them.
    if (!Number.isInteger(place)) return;
    if (place < 0) this.#growBack(-place, value);
    else if (this.#from + place < this.#to) this.#change(this.#from + place, value);
    else {
      const missing = this.#from + place - this.#to;
      if (missing > this.#most) this.#startAt(labelMs);
      else for (let at = 0; at < missing; at += 1) this.#append(Number.NaN);
      this.#append(value);
    }
  }

  valueAt(labelMs: number): number {
    const place = this.#from + (labelMs - this.#firstMs) / this.stepMs;
    return place >= this.#from && place < this.#to ? (this.#values[place] ?? Number.NaN) : Number.NaN;
  }

  /** The label of the newest value not after a moment; -Infinity where there is none. */
  newestLabel(untilMs: number): number {
    const last = Math.min(this.#to - 1, this.#from + Math.floor((untilMs - this.#firstMs) / this.stepMs));
    for (let at = last; at >= this.#from; at -= 1)
      if (!Number.isNaN(this.#values[at])) return this.#firstMs + (at - this.#from) * this.stepMs;
    return -Infinity;
  }

  /** How many values there are from a label on. */
  countSince(labelMs: number): number {
    if (this.#to === this.#from) return 0;
    const place = this.#from + Math.ceil((labelMs - this.#firstMs) / this.stepMs);
    return this.#knownUpTo(this.#to - 1) - this.#knownUpTo(Math.max(this.#from, place) - 1);
  }

  /** How many of the `steps` steps that end with a label have a value, and how far back the first of these lies. */
  stretch(endMs: number, steps: number): { readonly known: number; readonly span: number } {
    const end = this.#from + (endMs - this.#firstMs) / this.stepMs;
    const start = Math.max(this.#from, end - steps + 1);
    const before = this.#knownUpTo(start - 1);
    const known = this.#knownUpTo(end) - before;
    if (!(known > 0)) return { known: 0, span: 0 };
    // The first place at which more is known than before the stretch.
    let [low, high] = [start, end];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.#knownUpTo(middle) > before) high = middle;
      else low = middle + 1;
    }
    return { known, span: end - low + 1 };
  }

  #knownUpTo(place: number): number {
    return place < this.#from ? this.#knownBefore() : (this.#known[Math.min(place, this.#to - 1)] ?? 0);
  }

  #knownBefore(): number {
    return (this.#known[this.#from] ?? 0) - Number(!Number.isNaN(this.#values[this.#from]));
  }

  #append(value: number): void {
    if (this.#to === this.#values.length) this.#compact();
    const before = this.#to > this.#from ? (this.#known[this.#to - 1] ?? 0) : 0;
    this.#values[this.#to] = value;
    this.#known[this.#to] = before + Number(!Number.isNaN(value));
    this.#to += 1;
    if (this.#to - this.#from > this.#most) {
      this.#from += 1;
      this.#firstMs += this.stepMs;
    }
  }

  #change(place: number, value: number): void {
    const before = this.#values[place] ?? Number.NaN;
    if (Object.is(before, value)) return;
    this.#edits += 1;
    this.#values[place] = value;
    const more = Number(!Number.isNaN(value)) - Number(!Number.isNaN(before));
    if (more === 0) return;
    for (let at = place; at < this.#to; at += 1) this.#known[at] = (this.#known[at] ?? 0) + more;
  }

  /** A value from before the first one: everything is laid out anew behind it, as far as it is kept. */
  #growBack(steps: number, value: number): void {
    const held = this.#to - this.#from;
    if (steps + held > this.#most) return;
    const values = this.#values.slice(this.#from, this.#to);
    this.#startAt(this.#firstMs - steps * this.stepMs);
    this.#append(value);
    for (let at = 1; at < steps; at += 1) this.#append(Number.NaN);
    for (const one of values) this.#append(one);
  }

  #startAt(firstMs: number): void {
    [this.#from, this.#to, this.#firstMs] = [0, 0, firstMs];
    this.#edits += 1;
  }

  #compact(): void {
    this.#values.copyWithin(0, this.#from, this.#to);
    this.#known.copyWithin(0, this.#from, this.#to);
    this.#to -= this.#from;
    this.#from = 0;
  }
}
