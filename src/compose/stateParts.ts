import type { MarketState } from '../market/snapshot.ts';

/*
 * States cross from the engine's thread in parts. An object that the other side has already is named by its number and
 * not copied again: a push changes a few readings out of hundreds, and a full copy each second would be waste on both
 * sides. What is the same object there is the same object here, so that views redraw only what has changed.
 */

/** A value as it crosses: what is no object as it is; an object by its number, with its content where it is new. */
export type Part =
  | string
  | number
  | boolean
  | bigint
  | null
  | undefined
  | { readonly id: number; readonly fields?: Readonly<Record<string, Part>> }
  | { readonly id: number; readonly items?: readonly Part[] }
  /** What is copied whole: maps, columns. */
  | { readonly id: number; readonly whole?: unknown };

/** A state as it crosses, with how far the exchanges' time is ahead of this machine's, in ms. */
export interface StateMessage {
  readonly state: Part;
  /** Objects that no state has any more. */
  readonly gone: readonly number[];
  readonly offsetMs: number;
}

/** Takes states apart. One for each engine: it knows what was sent before. */
export class StateSender {
  #ids = new Map<object, number>();
  #before = this.#ids;
  #nextId = 1;

  /** Returns the message that makes the receiver's next state. */
  message(state: MarketState, offsetMs: number): StateMessage {
    const before = this.#ids;
    this.#before = before;
    this.#ids = new Map();
    const part = this.#part(state, before);
    const gone = [...before].filter(([object]) => !this.#ids.has(object)).map(([, id]) => id);
    return { state: part, gone, offsetMs };
  }

  /** The last message was not sent: the next one counts from what was before it. */
  takeBack(): void {
    this.#ids = this.#before;
  }

  #part(value: unknown, before: ReadonlyMap<object, number>): Part {
    if (typeof value !== 'object' || value === null) return value as Part;
    const sent = this.#ids.get(value);
    if (sent !== undefined) return { id: sent };
    const known = before.get(value);
    const id = known ?? this.#nextId++;
    this.#ids.set(value, id);
    if (known !== undefined) {
      // The other side has it. What it holds is still in use.
      this.#keep(value, before);
      return { id };
    }
    if (Array.isArray(value)) return { id, items: value.map((one) => this.#part(one, before)) };
    if (!isRecord(value)) return { id, whole: value };
    const fields = Object.entries(value).map(([name, one]) => [name, this.#part(one, before)] as const);
    return { id, fields: Object.fromEntries(fields) };
  }

  #keep(value: object, before: ReadonlyMap<object, number>): void {
    if (!Array.isArray(value) && !isRecord(value)) return;
    for (const one of Object.values(value) as unknown[]) {
      if (typeof one !== 'object' || one === null || this.#ids.has(one)) continue;
      const id = before.get(one);
      if (id === undefined) continue;
      this.#ids.set(one, id);
      this.#keep(one, before);
    }
  }
}

const isRecord = (value: object): boolean => Object.getPrototypeOf(value) === Object.prototype;

/** Puts states together again. One for each engine. */
export class StateReceiver {
  readonly #objects = new Map<number, unknown>();

  /** How many objects are kept for the next state. */
  get size(): number {
    return this.#objects.size;
  }

  /** Returns the state of a message. Throws where it names an object that was never sent: messages come in order. */
  state({ state, gone }: StateMessage): MarketState {
    const received = this.#value(state) as MarketState;
    for (const id of gone) this.#objects.delete(id);
    return received;
  }

  #value(part: Part): unknown {
    if (typeof part !== 'object' || part === null) return part;
    const made = this.#made(part);
    if (made === undefined) {
      if (!this.#objects.has(part.id))
        throw new Error(`part ${part.id} of the market's state was never sent`);
      return this.#objects.get(part.id);
    }
    this.#objects.set(part.id, made.value);
    return made.value;
  }

  #made(part: object): { readonly value: unknown } | undefined {
    if ('items' in part) return { value: (part.items as readonly Part[]).map((one) => this.#value(one)) };
    if ('whole' in part) return { value: part.whole };
    if (!('fields' in part)) return undefined;
    const fields = Object.entries(part.fields as Readonly<Record<string, Part>>);
    return { value: Object.fromEntries(fields.map(([name, one]) => [name, this.#value(one)])) };
  }
}
