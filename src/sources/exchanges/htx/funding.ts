import * as z from 'zod';
import { HOUR_MS, MINUTE_MS } from '../../../core/units.ts';
import type { Observation } from '../../../core/observation.ts';
import { definePoll, type MapContext, type ObservationPoll } from '../contract.ts';
import { decimal, epochMs, optional, optionalNonZero, text } from '../decode.ts';
import { intervalOrIssue } from '../fundingInterval.ts';
import { listedBounds } from '../heldAgainstList.ts';
import { isNoFunding, observe } from '../mapping.ts';
import { settledIntervals } from '../settledIntervals.ts';
import { answer, byPerpetual, DOCS, DOCS_V5, mapNamed, rowsOf } from './shared.ts';

/**
 * Maps running rates. `funding_rate` is what settles at `funding_time` (of pushes: at `settlement_time`, and
 * `funding_time` is when it was computed); `estimated_rate` is about the period after, and null since 2023.
 */
export function fundingRows(
  data: unknown,
  atMs: number | undefined,
  context: MapContext,
  isPush = false,
): Observation[] {
  const time = optionalNonZero(epochMs);
  const schema = z.object({
    contract_code: optional(text), funding_rate: optional(decimal), funding_time: time, next_funding_time: time,
    settlement_time: time, max_funding_rate: optional(decimal), min_funding_rate: optional(decimal),
  }); // prettier-ignore
  return mapNamed(rowsOf(data), context, schema, (row) => row.contract_code, (row, who, path) => {
    if (row.funding_rate === undefined) return [];
    const settlesAtMs = row.settlement_time ?? (isPush ? undefined : row.funding_time);
    if (isNoFunding(row.funding_rate, settlesAtMs)) return [];
    const evidence = { settlesAtMs, followingAtMs: row.next_funding_time, atMs };
    const interval = intervalOrIssue(context, who, evidence, `${path}.funding_rate`);
    if (interval === undefined) return [];
    const { max_funding_rate: cap, min_funding_rate: floor, funding_rate: rate } = row;
    const isStated = cap !== undefined && floor !== undefined;
    const listed = isStated ? undefined : listedBounds(context, who, rate, interval.intervalMs, `${path}.funding_rate`);
    const bounds = { cap: cap ?? listed?.cap, floor: floor ?? listed?.floor };
    const funding = {
      kind: 'funding-rate', phase: 'predicted', fundingRatePerInterval: rate, ...interval, settlesAtMs, ...bounds,
    } as const; // prettier-ignore
    return [observe(context, who, atMs, funding)];
  }); // prettier-ignore
}

export const fundingOf = (name: string, path: string, docsUrl: string, request: ObservationPoll['request']) =>
  definePoll({
    id: `htx/${name}`,
    method: 'GET',
    path,
    docsUrl,
    weight: 1,
    yields: ['funding-rate'],
    tense: 'now',
    cadenceMs: MINUTE_MS,
    request,
    schema: answer,
    map: ({ data, ts }, context) => fundingRows(data, ts, context),
  });

const NOW_V5 = '/v5/market/funding_rate';
const BATCH = '/linear-swap-api/v1/swap_batch_funding_rate';
export const funding = fundingOf('funding', NOW_V5, DOCS_V5, byPerpetual(NOW_V5));
export const fundingBatch = fundingOf('funding-batch', BATCH, `${DOCS}#general-query-a-batch-of-funding-rate`, ({ instrument }) => instrument.kind === 'perpetual' ? { method: 'GET', path: BATCH, query: {} } : undefined); // prettier-ignore
const historyOf = (name: string, path: string, docsUrl: string, page: Readonly<Record<string, string>>) =>
  definePoll({
    id: `htx/${name}`,
    method: 'GET',
    path,
    docsUrl,
    weight: 1,
    yields: ['funding-rate'],
    tense: 'history',
    cadenceMs: HOUR_MS,
    request: byPerpetual(path, page),
    schema: answer,
    map({ data }, context) {
      const schema = z.object({
        contract_code: optional(text), funding_time: epochMs, funding_rate: optional(decimal), realized_rate: optional(decimal),
      }); // prettier-ignore
      const found = rowsOf(data);
      const keys = { symbolKey: 'contract_code', timeKey: 'funding_time' };
      const intervalOf = settledIntervals(context, found.list, keys);
      return mapNamed(found, context, schema, (row) => row.contract_code, (row, who, path) => {
        // What was paid, where it is stated apart (null in newer answers).
        const rate = row.realized_rate ?? row.funding_rate;
        if (rate === undefined) return [];
        const interval = intervalOf(who, row.funding_time, `${path}.funding_rate`);
        if (interval === undefined) return [];
        const settled = { kind: 'funding-rate', phase: 'settled', settlesAtMs: row.funding_time, ...interval } as const;
        return [observe(context, who, row.funding_time, { ...settled, fundingRatePerInterval: rate })];
      }); // prettier-ignore
    },
  });

export const fundingHistory = historyOf('funding-history', '/v5/market/funding_rate_history', DOCS_V5, { limit: '100' }); // prettier-ignore
export const fundingHistoryV1 = historyOf('funding-history-v1', '/linear-swap-api/v1/swap_historical_funding_rate', `${DOCS}#general-query-historical-funding-rate`, { page_index: '1', page_size: '50' }); // prettier-ignore
