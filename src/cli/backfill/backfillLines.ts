import type { DataSource } from '../../core/ids.ts';
import type { Comparison } from '../../sources/backfill/compareSources.ts';
import type { Estimate } from '../../sources/backfill/estimate.ts';
import { requestsOf } from '../../sources/backfill/estimate.ts';
import { exchangeOf, metricsOf, type BackfillPlan } from '../../sources/backfill/plan.ts';
import type { ChainResult, Progress } from '../../sources/backfill/runBackfill.ts';
import { planWords } from './planText.ts';
import { progressText, resultWords } from './resultText.ts';

/** `words` of each line say it in one line of text. */
const SCHEMA = 'perpscope.backfill/1';

/** Returns a plan as one JSON object. */
export function planLine(plan: BackfillPlan, estimate: Estimate, source: DataSource): object {
  const { chains, notToBeHad } = plan;
  return {
    ...{ schema: SCHEMA, type: 'plan', source, words: planWords(plan, estimate), estimate, notToBeHad },
    sources: chains.map(({ source: own, asset, instrument, fromMs, toMs, units, done, checks }) => ({
      ...{ id: own.id, exchange: exchangeOf(own), metrics: metricsOf(own), asset },
      ...{ venueSymbol: instrument.venueSymbol, stepMs: own.stepMs, fromMs, toMs },
      ...{ units: units.length, fetchedBefore: done, checked: checks.length },
      requests: units.length * requestsOf(own) + checks.length,
    })),
  };
}

/** Returns how far a back-fill is as one JSON object. */
export function progressLine(progress: Progress): object {
  return { schema: SCHEMA, type: 'progress', words: progressText(progress), ...progress };
}

/** Returns what a back-fill gave as one JSON object. */
export function resultLine(results: readonly ChainResult[], comparisons: readonly Comparison[]): object {
  return {
    ...{ schema: SCHEMA, type: 'result', words: resultWords(results) },
    ...{ isComplete: results.every(({ isOver }) => isOver) },
    sources: results.map(({ chain, error, ...result }) => ({
      ...{ id: chain.source.id, asset: chain.asset, venueSymbol: chain.instrument.venueSymbol },
      ...{ units: chain.units.length, ...result },
      ...(error === undefined ? {} : { error: { code: error.code, message: error.message } }),
    })),
    comparisons,
  };
}
