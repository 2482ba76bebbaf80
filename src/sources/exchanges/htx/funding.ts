import { HOUR_MS, MINUTE_MS } from '../../../core/units.ts';
import type { Observation } from '../../../core/observation.ts';
import { askedBy, definePoll, type MapContext, type ObservationPoll } from '../contract.ts';
import { intervalOrIssue } from '../fundingInterval.ts';
import { listedBounds } from '../heldAgainstList.ts';
import { eachRow, mapEach } from '../kit/eachRow.ts';
import { decimal, epochMs, optional, optionalNonZero, text } from '../kit/fields.ts';
import { rowReader } from '../kit/rowReader.ts';
import { isNoFunding, observe } from '../mapping.ts';
import { settledColumns } from '../settledIntervals.ts';
import { answer, at, byPerpetual, DOCS, DOCS_V5, rowsOf } from './shared.ts';

const time = optionalNonZero(epochMs);
const RUNNING = rowReader(
  {
    contract_code: optional(text), funding_rate: optional(decimal), funding_time: time, next_funding_time: time,
    settlement_time: time, max_funding_rate: optional(decimal), min_funding_rate: optional(decimal),
  },
  { symbol: 'contract_code' },
); // prettier-ignore

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
  const { list, path } = rowsOf(data);
  return mapEach(context, list, path, RUNNING, (row, who, place) => {
    const rate = row.funding_rate;
    if (rate === undefined) return [];
    const settlesAtMs = row.settlement_time ?? (isPush ? undefined : row.funding_time);
    if (isNoFunding(rate, settlesAtMs)) return [];
    const evidence = { settlesAtMs, followingAtMs: row.next_funding_time, atMs };
    const where = place.of('funding_rate');
    const interval = intervalOrIssue(context, who, evidence, where);
    if (interval === undefined) return [];
    const { max_funding_rate: cap, min_funding_rate: floor } = row;
    const isStated = cap !== undefined && floor !== undefined;
    const listed = isStated ? undefined : listedBounds(context, who, rate, interval.intervalMs, where);
    const funding = {
      kind: 'funding-rate', phase: 'predicted', fundingRatePerInterval: rate, ...interval, settlesAtMs,
      cap: cap ?? listed?.cap, floor: floor ?? listed?.floor,
    } as const; // prettier-ignore
    return [observe(context, who, atMs, funding)];
  });
}

/** A poll of running rates; one without a request is not asked. */
export const fundingOf = (name: string, path: string, docsUrl: string, request?: ObservationPoll['request']) =>
  definePoll({
    id: `htx/${name}`,
    ...at(path, docsUrl),
    yields: ['funding-rate'],
    tense: 'now',
    cadenceMs: MINUTE_MS,
    ...askedBy(request),
    schema: answer,
    map: ({ data, ts }, context) => fundingRows(data, ts, context),
  }); // prettier-ignore

const NOW_V5 = '/v5/market/funding_rate';
const BATCH = '/linear-swap-api/v1/swap_batch_funding_rate';
export const funding = fundingOf('funding', NOW_V5, DOCS_V5, byPerpetual(NOW_V5));
export const fundingBatch = fundingOf('funding-batch', BATCH, `${DOCS}#general-query-a-batch-of-funding-rate`, ({ instrument }) => instrument.kind === 'perpetual' ? { method: 'GET', path: BATCH, query: {} } : undefined); // prettier-ignore

const SETTLED = rowReader(
  { contract_code: optional(text), funding_time: epochMs, funding_rate: optional(decimal), realized_rate: optional(decimal) },
  { symbol: 'contract_code' },
); // prettier-ignore

const historyOf = (name: string, path: string, docsUrl: string, page: Readonly<Record<string, string>>) =>
  definePoll({
    id: `htx/${name}`,
    ...at(path, docsUrl),
    yields: ['funding-rate'],
    tense: 'history',
    cadenceMs: HOUR_MS,
    request: byPerpetual(path, page),
    schema: answer,
    map({ data }, context) {
      const { list, path: listed } = rowsOf(data);
      const out = settledColumns(context, list, { symbolKey: 'contract_code', timeKey: 'funding_time' });
      eachRow(context, list, listed, SETTLED, (row, who, place) => {
        // What was paid, where it is stated apart (null in newer answers).
        const rate = row.realized_rate ?? row.funding_rate;
        if (rate !== undefined) out.push(who, row.funding_time, rate, place, 'funding_rate');
      });
      return out.chunks();
    },
  });

export const fundingHistory = historyOf('funding-history', '/v5/market/funding_rate_history', DOCS_V5, { limit: '100' }); // prettier-ignore
export const fundingHistoryV1 = historyOf('funding-history-v1', '/linear-swap-api/v1/swap_historical_funding_rate', `${DOCS}#general-query-historical-funding-rate`, { page_index: '1', page_size: '50' }); // prettier-ignore
