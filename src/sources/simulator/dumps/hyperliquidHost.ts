import { remembered } from '../../../core/remembered.ts';
import { DAY_MS, HOUR_MS } from '../../../core/units.ts';
import type { SimulatedMarket } from '../market.ts';
import { SIMULATED_ASSETS } from '../profiles.ts';
import { perpetual } from '../symbols.ts';
import type { DefectMode, DumpHost } from './dumpHost.ts';
import { dayText } from './periods.ts';
import { NO_DEFECTS, REVISION } from './table.ts';

const FIRST_DAY_MS = Date.UTC(2023, 5, 13);
/** The real file is made anew and goes no further than this day. */
const LAST_DAY_MS = Date.UTC(2026, 3, 3);
const READINGS = 4;
const MADE_AFTER_MS = 2 * HOUR_MS;
/** What a later issue states otherwise: its newest days. */
const REVISED_DAYS = 3;

/**
 * The statistics of Hyperliquid: one file, `/open_interest`, with a number for each coin and day. It is dollars of longs and
 * shorts added up: the mean open interest of the day times its mean index price, here over four readings.
 */
export function createHyperliquidDumps(market: SimulatedMarket, mode: DefectMode): DumpHost {
  const dayUsd = remembered((key: string): number => {
    const [coin = '', day] = key.split('/');
    const symbol = perpetual('hyperliquid', coin);
    let [size, price] = [0, 0];
    for (let reading = 0; reading < READINGS; reading += 1) {
      const atMs = Number(day) * DAY_MS + (reading * DAY_MS) / READINGS;
      size += market.openInterestBase(symbol, atMs) / READINGS;
      price += market.price(symbol, 'index', atMs) / READINGS;
    }
    return 2 * size * price;
  }, 100_000);

  return {
    id: 'hyperliquid',
    find(path, nowMs) {
      if (path !== '/open_interest') return undefined;
      const madeMs = Math.floor((nowMs - MADE_AFTER_MS) / DAY_MS) * DAY_MS + MADE_AFTER_MS;
      const lastMs = Math.min(madeMs - MADE_AFTER_MS - DAY_MS, mode === 'none' ? Infinity : LAST_DAY_MS);
      return {
        path,
        publishedMs: madeMs,
        contentType: 'binary/octet-stream',
        hasChecksum: false,
        defects: (issue) => ({
          ...NO_DEFECTS,
          revised: issue === 0 ? [] : [0, 1, 2].slice(0, REVISED_DAYS).map((back) => lastMs - back * DAY_MS),
        }),
        make(issue) {
          const rows: object[] = [];
          for (let dayMs = FIRST_DAY_MS; dayMs <= lastMs; dayMs += DAY_MS) {
            const isRevised = issue > 0 && dayMs > lastMs - REVISED_DAYS * DAY_MS;
            for (const coin of SIMULATED_ASSETS) {
              const usd = dayUsd(`${coin}/${dayMs / DAY_MS}`) * (isRevised ? REVISION : 1);
              rows.push({ time: `${dayText(dayMs)}T00:00:00`, coin, open_interest: usd });
            }
          }
          return Promise.resolve(Buffer.from(JSON.stringify({ chart_data: rows })));
        },
      };
    },
  };
}
