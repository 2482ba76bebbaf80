import { DAY_MS } from '../../../../src/core/units.ts';
import { DoneLog } from '../../../../src/sources/backfill/doneLog.ts';
import { ExchangeDesk } from '../../../../src/sources/backfill/exchangeDesk.ts';
import { FileSpool } from '../../../../src/sources/backfill/fileSpool.ts';
import { planBackfill, type PlanInputs } from '../../../../src/sources/backfill/plan.ts';
import {
  runBackfill,
  type ChainResult,
  type Progress,
} from '../../../../src/sources/backfill/runBackfill.ts';
import type { HistoryStore } from '../../../../src/store/historyStore.ts';
import type { FakeClock } from '../../../support/fakeClock.ts';
import { fakeAdapter, type FakeHttp } from '../collect/fakeExchange.ts';

export const START_MS = Date.UTC(2026, 9, 1);
export const NOW_MS = START_MS + 20 * DAY_MS;
/** The one exchange that is asked. */
export const adapter = fakeAdapter('binance');

/** What a back-fill of a test asks and writes to; `spoolFolder` need not be there. */
export interface BackfillDeps {
  readonly http: FakeHttp;
  readonly clock: FakeClock;
  readonly store: HistoryStore;
  readonly spoolFolder: string;
  readonly onProgress?: (progress: Progress) => void;
}

/** Plans and runs a back-fill of the open interest of BTC on one exchange, as the command does. */
export async function backfillOf(
  { spoolFolder, ...deps }: BackfillDeps,
  asked: Partial<PlanInputs>,
  signal = new AbortController().signal,
): Promise<ChainResult[]> {
  const desk = new ExchangeDesk({ adapter, ...deps });
  const instruments = new Map([['binance', await desk.list(['BTC'], new AbortController().signal)]]);
  const log = await DoneLog.read(deps.store);
  const plan = planBackfill({
    ...{ metrics: ['open-interest'], sinceMs: START_MS, untilMs: NOW_MS, nowMs: NOW_MS, instruments },
    ...{ assets: ['BTC'], notByPage: [], pages: [], files: [], checkFiles: 0 },
    isDone: (key, unit) => log.isDone(key, unit),
    ...asked,
  });
  const spool = new FileSpool(spoolFolder);
  return runBackfill(plan, { ...deps, desks: new Map([['binance', desk]]), log, spool, signal });
}
