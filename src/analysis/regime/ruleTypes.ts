import type { Aspect } from './aspects.ts';
import type { RegimeFamily, RegimeLabel } from './assessment.ts';

/**
 * The form of the rules. They are plain data (JSON without functions), and a rules file carries the same (`rulesFile/`): words, direction
 * and flags of a name are fields of it. All thresholds are in usual sizes, see `standard.ts`.
 *
 * A threshold is taken with `enter` where a state begins, with `leave` where it stands.
 */
export interface Band {
  readonly enter: number;
  readonly leave: number;
}

/** A weighted sum of aspects beyond a threshold. It is not met where one of them is not known. */
export interface Condition extends Band {
  readonly of: Readonly<Partial<Record<Aspect, number>>>;
  readonly op: 'above' | 'below';
  /** Where not all of its aspects are known it does not count against the name. */
  readonly ifKnown?: true;
}

/** What speaks for a name: an aspect on a side, or, with 0, inside its band. */
export interface Sign {
  readonly aspect: Aspect;
  readonly side: 1 | 0 | -1;
  /** What is so where it is clear, as a clause: "the price rises". */
  readonly says: string;
}

export interface Name {
  readonly label: RegimeLabel;
  /** What it is called, within a sentence: short squeeze. */
  readonly words: string;
  readonly families: readonly RegimeFamily[];
  /** Which way the price goes while it stands. */
  readonly direction: 'up' | 'down' | 'none';
  /** A forced move: it is shown at once. */
  readonly isForced?: true;
  /** Longs and leverage are crowded, so that a fall could feed on itself. */
  readonly hasCascadeRisk?: true;
  /** The state is one of a level of open interest: where the record is belongs to it. */
  readonly isOfLevel?: true;
  /** All of them hold. */
  readonly needs?: readonly Condition[];
  /** Where all of these hold it is not this name. */
  readonly unless?: readonly Condition[];
  /** What is left where nothing else fits: always weak. */
  readonly isLastResort?: true;
  /** The name is only given where these are known; without them it is a candidate. */
  readonly mustKnow?: readonly Aspect[];
  /** What the label means, in a sentence that claims no more than family and needs. */
  readonly meaning: string;
  readonly signs: readonly Sign[];
  /** What the rule cannot know. */
  readonly cannotKnow: string;
  /** The aspect whose presence makes `cannotKnow` void. */
  readonly cannotKnowWithout?: Aspect;
}

export interface RuleSet {
  readonly version: string;
  /** Tells rules of one version apart that are not the same; absent for the built-in ones. */
  readonly digest?: string;
  readonly families: {
    /** How far the price goes for a move. */
    readonly move: Band;
    /** Within a move the stake has a side; how far positions go the other way before it turns. */
    readonly turn: number;
    /** Where liquidations are of this size positions that were opened turn by so little: what is closed by force is gone. */
    readonly forced: { readonly size: number; readonly turn: number };
    /** How far positions go for a stake that rises or falls while the price stands. */
    readonly stake: Band;
    /** A high or low level of open interest with a change towards it of `towards`. */
    readonly level: Band & { readonly towards: number };
    /** A level that is a state by itself; it does not count where positions go the other way by `towards`. */
    readonly extreme: Band;
  };
  /** What is a clear sign of each kind; two clear kinds make a name. */
  readonly clear: {
    readonly price: number;
    readonly positions: number;
    readonly cost: number;
    readonly force: number;
  };
  /** The best label stands alone where its probability reaches `level` and leads by `margin`, and noise shows it in at most `rarity`. */
  readonly reject: { readonly level: number; readonly margin: number; readonly rarity: number };
  /** How long a name stays at least, hours; forced moves and a price that goes the other way end it before. */
  readonly dwellHours: number;
  /** How long it stays at least before it falls back to `neutral`, hours: as long as what it rests on is in its window. */
  readonly fallBackHours: number;
  /** A price that goes against a name by so much ends it at once. */
  readonly contradiction: number;
  /** A forced move with a price beyond this is shown at once. */
  readonly forcedMove: number;
  /** In order: of a family the first name whose needs hold. */
  readonly names: readonly Name[];
}
