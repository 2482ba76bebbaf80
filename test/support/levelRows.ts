import type { Observation } from '../../src/core/observation.ts';
import { DAY_MS, HOUR_MS, MINUTE_MS } from '../../src/core/units.ts';
import { DAY0, openInterestHours } from './queryRig.ts';

const STEP_MS = 5 * MINUTE_MS;
const DAYS = 9;
const PER_DAY = DAY_MS / STEP_MS;

/** Just after the last of these rows. */
export const LEVELS_NOW_MS = DAY0 + DAYS * DAY_MS;

type IsThere = (at: number) => boolean;

/** As collected: each row is received after the one before. */
function bars(
  exchange: string,
  barMs: number,
  level: number,
  endpoint: string,
  isThere: IsThere,
): Observation[] {
  const values = Array.from({ length: (DAYS * DAY_MS) / barMs }, (_, at) => level + (at % 7));
  return openInterestHours(exchange, values).flatMap((row, at) => {
    const atMs = DAY0 + at * barMs;
    const own = { ...row, endpoint, barMs, atMs, receivedAtMs: atMs + 1_000 };
    return isThere(at) ? [own as Observation] : [];
  });
}

/**
 * Returns nine days of open interest of five exchanges, some of it in bars of five minutes, and how many steps each has: `binance` a third
 * by these alone, `bybit` nothing at midnight but once, `gate` bars that may say another moment, `okx` nothing else. Where the step
 * is a day, `htx` has hours and no days.
 */
export function levelRows(stepMs: number): { readonly rows: Observation[]; readonly counts: object } {
  const levels = (exchange: string, level: number, isThere: IsThere = () => true): Observation[] =>
    bars(exchange, STEP_MS, level, 'GET /deep', isThere);
  const own = (exchange: string, level: number): Observation[] =>
    bars(exchange, stepMs, level, 'GET /a', (at) => at % 3 !== 1);
  const steps = (DAYS * DAY_MS) / stepMs;
  return {
    rows: [
      ...levels('bybit', 100, (at) => at % PER_DAY !== 0 || at === 3 * PER_DAY),
      ...[...own('binance', 200), ...levels('binance', 300)],
      ...[...own('gate', 400), ...levels('gate', 500)],
      ...levels('okx', 600),
      ...(stepMs === DAY_MS ? bars('htx', HOUR_MS, 700, 'GET /a', () => true) : []),
    ],
    counts: {
      binance: steps,
      bybit: stepMs === DAY_MS ? 1 : steps - (DAYS - 1),
      gate: (steps * 2) / 3,
      okx: steps,
    },
  };
}

/** Returns a day of ratios of accounts in bars of five minutes, of `gate` and `okx`. */
export function fiveMinuteRatios(): Observation[] {
  return ['gate', 'okx'].flatMap((exchange) =>
    bars(exchange, STEP_MS, 1, 'GET /a', (at) => at < PER_DAY).map((row) => {
      const { openInterestBase: longShortRatio, sides: _sides, ...rest } = row as Observation & { openInterestBase: number; sides: string }; // prettier-ignore
      return { ...rest, kind: 'long-short-ratio', population: 'all-accounts', longShortRatio } as Observation;
    }),
  );
}
