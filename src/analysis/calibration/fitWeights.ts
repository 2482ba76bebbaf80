import { SideScorer } from './score.ts';
import type { Windows } from './windows.ts';

/** Smaller gains are not gone after. */
const LEAST_GAIN = 1e-5;
const ROUNDS = 10;
const FIRST_STEP = 0.6;
/**
 * What a step away from the prior costs, in correlation per unit of Kullback-Leibler divergence: a few hundred hours cannot tell
 * weights apart well, and where they cannot the prior stays.
 */
const PRIOR_PULL = 0.02;

/**
 * Returns the weights of the parts, 1 in all, with which crossed notional goes best with realised liquidations given the
 * distance (mean of both sides), less a pull to the prior: weight by weight, up, down, to nothing or in, in steps that halve. The
 * same windows give the same weights.
 */
export function fittedWeights(windows: Windows, prior: readonly number[]): number[] {
  const sides = [windows.long, windows.short].map((side) => {
    const scorer = new SideScorer(side);
    // What is crossed is linear in the weights, so each part is crossed once.
    return { scorer, crossed: side.rows.map((rows) => scorer.crossed(rows)) };
  });
  const gain = (weights: readonly number[]): number => {
    let sum = 0;
    for (const { scorer, crossed } of sides) {
      const total = new Float64Array(windows.count);
      for (const [part, list] of crossed.entries())
        for (const [at, one] of list.entries()) total[at] = (total[at] ?? 0) + (weights[part] ?? 0) * one;
      sum += scorer.partial(total) ?? -1;
    }
    return sum / sides.length - PRIOR_PULL * divergence(weights, prior);
  };
  let [best, weights, step] = [gain(prior), [...prior], FIRST_STEP];
  for (let round = 0; round < ROUNDS; round += 1) {
    const before = best;
    for (const part of prior.keys())
      for (const move of [
        (one: number) => one * (1 + step),
        (one: number) => one / (1 + step),
        () => 0,
        (one: number) => one + step / 10,
      ]) {
        const tried = scaled(weights.map((one, at) => (at === part ? move(one) : one)));
        const found = tried === undefined ? -1 : gain(tried);
        if (tried === undefined || found <= best + LEAST_GAIN) continue;
        [best, weights] = [found, tried];
      }
    if (best === before) step /= 2;
  }
  return weights;
}

/** Kullback-Leibler divergence of weights from others, both 1 in all. */
function divergence(weights: readonly number[], from: readonly number[]): number {
  return weights.reduce((sum, one, at) => sum + (one > 0 ? one * Math.log(one / (from[at] ?? 0)) : 0), 0);
}

function scaled(weights: readonly number[]): number[] | undefined {
  const total = weights.reduce((sum, one) => sum + one, 0);
  return total > 0 ? weights.map((one) => one / total) : undefined;
}
