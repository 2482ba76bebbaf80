import { BUILT_IN_RULES } from '../analysis/regime/rules.ts';
import type { RuleSet } from '../analysis/regime/ruleTypes.ts';
import type { Disposable } from '../core/disposable.ts';
import { followRulesFile, type FileRules } from './rulesFile.ts';
import type { RulesChoice, RulesDeps } from './rulesChoice.ts';
import type { RulesStanding } from './snapshot.ts';

export { readRulesFile } from './rulesFile.ts';

/**
 * What a choice of rules comes to. A file that is faulty changes nothing: its last good rules stay in force; before there were any, the
 * built-in ones.
 */
export class ChosenRules {
  readonly #deps: Pick<RulesDeps, 'clock' | 'warn'>;
  readonly #onApply: (rules: RuleSet, standing: RulesStanding) => void;
  #choice: RulesChoice = {};
  #following: Disposable | undefined;
  #file: { readonly rules: RuleSet; readonly readAtMs: number } | undefined;
  #faults: readonly string[] | undefined;

  constructor(
    deps: Pick<RulesDeps, 'clock' | 'warn'>,
    onApply: (rules: RuleSet, standing: RulesStanding) => void,
  ) {
    this.#deps = deps;
    this.#onApply = onApply;
  }

  /** Applies a choice; resolves once its file was read. Never rejects. */
  async choose(choice: RulesChoice): Promise<void> {
    if (JSON.stringify(choice) === JSON.stringify(this.#choice)) return;
    const isSameFile = choice.file?.path === this.#choice.file?.path;
    this.#choice = choice;
    if (isSameFile) return this.#apply();
    this.#stop();
    const { file } = choice;
    if (file === undefined) {
      this.#file = undefined;
      this.#faults = undefined;
      return this.#apply();
    }
    const isChosen = (): boolean => this.#choice.file?.path === file.path;
    let isFirst = true;
    const following = await followRulesFile(file, this.#deps.clock, (read) => {
      if (!isChosen()) return;
      // The last good rules of another file are not those of this one.
      if (isFirst) this.#file = undefined;
      isFirst = false;
      this.#take(read);
    });
    if (isChosen() && this.#following === undefined) this.#following = following;
    else following.dispose();
  }

  dispose(): void {
    // What is still being read is not followed any more.
    this.#choice = {};
    this.#stop();
  }

  #stop(): void {
    this.#following?.dispose();
    this.#following = undefined;
  }

  #take({ rules, faults }: FileRules): void {
    if (rules !== undefined) this.#file = { rules, readAtMs: this.#deps.clock.nowMs() };
    this.#faults = faults;
    for (const line of faults ?? []) this.#deps.warn(line);
    this.#apply();
  }

  #apply(): void {
    const { file, level, margin } = this.#choice;
    const rules = withReject(this.#file?.rules ?? BUILT_IN_RULES, level, margin);
    const { version, digest } = rules;
    this.#onApply(rules, {
      version,
      ...(digest === undefined ? {} : { digest }),
      ...(file === undefined ? {} : { file: file.name }),
      ...(this.#file === undefined ? {} : { readAtMs: this.#file.readAtMs }),
      ...(this.#faults === undefined ? {} : { faults: this.#faults }),
    });
  }
}

/** Returns the rules with another reject option, which their version names: what is judged by it is judged by other rules. */
function withReject(rules: RuleSet, level: number | undefined, margin: number | undefined): RuleSet {
  const other = Object.entries({ level, margin }).filter(
    ([key, value]) => value !== undefined && value !== rules.reject[key as 'level' | 'margin'],
  );
  if (other.length === 0) return rules;
  const version = [rules.version, ...other.map(([key, value]) => `${key} ${value}`)].join(', ');
  return { ...rules, version, reject: { ...rules.reject, ...Object.fromEntries(other) } };
}
