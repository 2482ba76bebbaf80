import type { Clock } from '../../core/clock.ts';

/**
 * Resolves when all have answered; with `graceMs` also when for so long nobody has, and those whose answer was of use
 * outnumber those who still answer. Who fails at once hurries nobody. Rejects with the first that does.
 */
export function enoughOf(
  answers: readonly Promise<{ readonly isOfUse: boolean }>[],
  graceMs: number | undefined,
  clock: Clock,
): Promise<void> {
  return new Promise((resolve, reject) => {
    let open = answers.length;
    let ofUse = 0;
    let waiting = new AbortController();
    if (open === 0) resolve();
    for (const answer of answers)
      answer.then(({ isOfUse }) => {
        open -= 1;
        ofUse += isOfUse ? 1 : 0;
        waiting.abort();
        if (open === 0) return resolve();
        if (graceMs === undefined || ofUse <= open) return;
        waiting = new AbortController();
        clock.sleep(graceMs, waiting.signal).then(resolve, () => undefined);
      }, reject);
  });
}
