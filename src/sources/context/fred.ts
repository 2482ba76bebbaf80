import type { ContextMetric } from '../../core/contextValue.ts';
import { DAY_MS, HOUR_MS, MINUTE_MS } from '../../core/units.ts';
import { contextValue, defineContextRequest, type ContextProvider, type ContextRequest } from './contract.ts';
import { textOf } from '../exchanges/kit/fields.ts';
import { readDailyCsv } from './dailyCsv.ts';

/*
 * Evidence. https://fred.stlouisfed.org/series/SP500 and /series/DTWEXBGS
 *
 * | endpoint | yields | unit, time | seen |
 * | --- | --- | --- | --- |
 * | GET /graph/fredgraph.csv?id=SP500 | equity-index | S&P 500, points at the close in New York | knowledge |
 * | GET /graph/fredgraph.csv?id=DTWEXBGS | dollar-index | nominal broad dollar index, January 2006 = 100 (not DXY) | knowledge |
 *
 * CSV with the columns `observation_date` (formerly `DATE`) and the series; holidays are empty or `.`. The dollar index
 * is published once a week for the days before.
 */

const HISTORY_MS = 400 * DAY_MS;

function series(
  id: string,
  metric: ContextMetric,
  scopeName: string,
  freshForMs: number,
): ContextRequest<never> {
  return defineContextRequest({
    id: `fred/${id.toLowerCase()}`,
    docsUrl: `https://fred.stlouisfed.org/series/${id}`,
    path: '/graph/fredgraph.csv',
    yields: [metric],
    cadenceMs: 6 * HOUR_MS,
    freshForMs,
    weight: 1,
    format: 'text' as const,
    accepts: (query) => query['id'] === id,
    specs: ({ nowMs }) => [
      {
        path: '/graph/fredgraph.csv',
        query: { id, cosd: new Date(nowMs - HISTORY_MS).toISOString().slice(0, 10) },
      },
    ],
    schema: textOf(0, 4_000_000),
    map: (content, scope) =>
      readDailyCsv(
        content,
        { dateColumns: ['observation_date', 'date'], columns: { [id.toLowerCase()]: metric } },
        scope,
      ).map((value) =>
        contextValue(scope, value.metric, value.value, {
          atMs: value.atMs,
          barMs: DAY_MS,
          scope: scopeName,
        }),
      ),
  });
}

/** Daily levels of a traditional equity index and a dollar index, without a key. */
export const fred: ContextProvider = {
  id: 'fred',
  displayName: 'FRED',
  docsUrl: 'https://fred.stlouisfed.org/',
  baseUrl: 'https://fred.stlouisfed.org',
  // No limit is published for these files.
  limits: [{ weight: 10, windowMs: MINUTE_MS }],
  adds: 'a daily equity index and dollar index for correlation',
  requests: [
    series('SP500', 'equity-index', 'S&P 500', 6 * DAY_MS),
    series('DTWEXBGS', 'dollar-index', 'nominal broad dollar index', 14 * DAY_MS),
  ],
  rejection: () => undefined,
};
