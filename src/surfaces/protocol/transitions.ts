/** The part of a run of equal assessments that transitions are counted from; times are epoch ms. */
interface Run {
  readonly fromMs: number;
  readonly toMs: number;
  readonly label: string;
}

/** How often one label was seen to follow upon another. */
export interface Transition {
  readonly from: string;
  readonly to: string;
  readonly count: number;
  /** Of so many stays of `from` the end was seen. */
  readonly of: number;
  /** Of so many more it was not: nobody watched then, or it still stands. */
  readonly unseen: number;
}

/** Returns whether a run was seen to follow upon another one: it begins where that one ends. */
export function follows(run: Run | undefined, before: Run): run is Run {
  return run?.fromMs === before.toMs;
}

/**
 * Returns what followed upon each label, the most frequent first. A stay is all the time that a label stands, weak or not; what
 * comes after a time that nobody watched follows upon nothing.
 */
export function transitionsOf(runs: readonly Run[]): Transition[] {
  const ends = new Map<string, Map<string | undefined, number>>();
  runs.forEach((run, index) => {
    const next = runs[index + 1];
    const to = follows(next, run) ? next.label : undefined;
    if (to === run.label) return;
    const own = ends.get(run.label) ?? new Map<string | undefined, number>();
    ends.set(run.label, own.set(to, (own.get(to) ?? 0) + 1));
  });
  const found = [...ends].flatMap(([from, own]) => {
    const unseen = own.get(undefined) ?? 0;
    const of = [...own.values()].reduce((sum, count) => sum + count, -unseen);
    return [...own].flatMap(([to, count]) => (to === undefined ? [] : { from, to, count, of, unseen }));
  });
  return found.sort((a, b) => b.count - a.count || b.of - a.of);
}
