import type { Clock } from '../core/clock.ts';

/** Which rules somebody wants: those of a file instead of the built-in ones, another reject option than theirs. */
export interface RulesChoice {
  /** Where it is, and what it is called to its user. */
  readonly file?: { readonly path: string; readonly name: string } | undefined;
  /** As `RuleSet.reject`, each 0..1. */
  readonly level?: number | undefined;
  readonly margin?: number | undefined;
}

export interface RulesDeps {
  readonly clock: Clock;
  /** Told what is wrong with a file, a line each. */
  readonly warn: (line: string) => void;
  /** Called after the rules, or what stands of them, have changed. */
  readonly onDidChange: () => void;
}
