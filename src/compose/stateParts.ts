import type { RegimeAssessment } from '../analysis/regime/assessment.ts';
import type { Asset } from '../core/ids.ts';
import type { ExchangeSnapshot, MarketSnapshot, MarketState } from '../market/snapshot.ts';

/*
 * States cross from the engine's thread in parts. An object that was part of the state before is named by its number
 * and not copied again: a push changes one exchange of eighteen, and a full copy each second would be waste on both
 * sides. What is the same object there is the same object here, so that views redraw only what has changed.
 */

/** A part of a state: its number, and what it is where it was not in the state before. */
export interface Part<T> {
  readonly id: number;
  readonly value?: T;
}

/** What an object says by name, as parts. */
type Parts = Readonly<Record<string, Part<unknown>>>;

interface AssetFrame {
  readonly exchanges: readonly Part<ExchangeSnapshot>[];
  readonly rest: Parts;
}

interface SnapshotFrame {
  readonly assets: readonly AssetFrame[];
  readonly rest: Parts;
}

/** A state as it crosses, with how far the exchanges' time is ahead of this machine's, in ms. */
export interface StateMessage {
  readonly state: Omit<MarketState, 'snapshot' | 'regimes'>;
  readonly regimes: Part<ReadonlyMap<Asset, RegimeAssessment>>;
  readonly snapshot?: SnapshotFrame;
  readonly offsetMs: number;
}

/** Takes states apart. One for each engine: it knows what was sent before. */
export class StateSender {
  #before = new Map<unknown, number>();
  #nextId = 1;

  /** Returns the message that makes the receiver's next state out of its last one. */
  message({ snapshot, regimes, ...state }: MarketState, offsetMs: number): StateMessage {
    const now = new Map<unknown, number>();
    const part = <T>(value: T): Part<T> => {
      const known = now.get(value) ?? this.#before.get(value);
      const id = known ?? this.#nextId++;
      now.set(value, id);
      return known === undefined ? { id, value } : { id };
    };
    const message = {
      state,
      offsetMs,
      regimes: part(regimes),
      ...(snapshot === undefined ? {} : { snapshot: frameOf(snapshot, part) }),
    };
    this.#before = now;
    return message;
  }
}

type ToPart = <T>(value: T) => Part<T>;
type ToWhole = <T>(part: Part<T>) => T;

const partsOf = (object: object, part: ToPart): Parts =>
  Object.fromEntries(Object.entries(object).map(([name, value]) => [name, part<unknown>(value)]));

const objectOf = (parts: Parts, whole: ToWhole): Record<string, unknown> =>
  Object.fromEntries(Object.entries(parts).map(([name, one]) => [name, whole(one)]));

function frameOf({ assets, ...rest }: MarketSnapshot, part: ToPart): SnapshotFrame {
  return {
    rest: partsOf(rest, part),
    assets: assets.map(({ exchanges, ...own }) => ({
      exchanges: exchanges.map((one) => part(one)),
      rest: partsOf(own, part),
    })),
  };
}

/** Puts states together again. One for each engine. */
export class StateReceiver {
  #before = new Map<number, unknown>();

  /** Returns the state of a message. Throws where it names a part that was never sent: messages come in order. */
  state({ state, regimes, snapshot }: StateMessage): MarketState {
    const now = new Map<number, unknown>();
    const whole = <T>(part: Part<T>): T => {
      const isSent = 'value' in part;
      if (!isSent && !now.has(part.id) && !this.#before.has(part.id))
        throw new Error(`part ${part.id} of the market's state was never sent`);
      const value = isSent ? part.value : now.has(part.id) ? now.get(part.id) : this.#before.get(part.id);
      now.set(part.id, value);
      return value as T;
    };
    const received = {
      ...state,
      regimes: whole(regimes),
      ...(snapshot === undefined ? {} : { snapshot: snapshotOf(snapshot, whole) }),
    };
    this.#before = now;
    return received;
  }
}

function snapshotOf({ assets, rest }: SnapshotFrame, whole: ToWhole): MarketSnapshot {
  const snapshot = {
    ...objectOf(rest, whole),
    assets: assets.map(({ exchanges, rest: own }) => ({
      ...objectOf(own, whole),
      exchanges: exchanges.map((one) => whole(one)),
    })),
  };
  return snapshot as unknown as MarketSnapshot;
}
