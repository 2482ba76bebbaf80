/** What an editor has to run. All paths are absolute. */
export interface HostJob {
  /** For everything that the editor writes; removed afterwards. */
  readonly folder: string;
  readonly workspace: string;
  readonly extension: string;
  /** A module that exports run(). */
  readonly tests: string;
  readonly settings: Record<string, unknown>;
  readonly env: Record<string, string>;
}

/** What became of it, apart from the report that the tests leave behind. */
export interface HostOutcome {
  readonly log: string;
  /** Texts of the messages that the editor popped up. */
  readonly popups: readonly string[];
}
