import { BUILT_IN_RULES } from '../analysis/regime/rules.ts';
import type { RuleSet } from '../analysis/regime/ruleTypes.ts';
import type { ChosenRules } from './chosenRules.ts';
import type { RulesChoice, RulesDeps } from './rulesChoice.ts';
import type { RulesStanding } from './snapshot.ts';
import { SECOND_MS } from '../core/units.ts';

const START_WITHIN_MS = 2 * SECOND_MS;

/** The rules that regimes are judged by. What reads and checks others than the built-in ones is loaded once somebody chooses some. */
export class RulesInForce {
  readonly #deps: RulesDeps;
  #chosen: Promise<ChosenRules> | undefined;
  rules: RuleSet = BUILT_IN_RULES;
  standing: RulesStanding = { version: BUILT_IN_RULES.version };

  constructor(deps: RulesDeps) {
    this.#deps = deps;
  }

  /** Judges by these rules from now on; resolves once their file was read. Never rejects. */
  async choose(choice: RulesChoice): Promise<void> {
    if (this.#chosen === undefined && JSON.stringify(choice) === '{}') return;
    this.#chosen ??= this.#load();
    await (await this.#chosen).choose(choice);
  }

  /** As `choose`, and resolves after two seconds at the latest: for a disk that does not answer no market waits. */
  async start(choice: RulesChoice): Promise<void> {
    const done = new AbortController();
    const late = this.#deps.clock.sleep(START_WITHIN_MS, done.signal).catch(() => undefined);
    await Promise.race([this.choose(choice), late]);
    done.abort();
  }

  dispose(): void {
    void this.#chosen?.then((chosen) => chosen.dispose());
  }

  async #load(): Promise<ChosenRules> {
    const { ChosenRules: Chosen } = await import('./chosenRules.ts');
    return new Chosen(this.#deps, (rules, standing) => {
      this.rules = rules;
      this.standing = standing;
      this.#deps.onDidChange();
    });
  }
}
