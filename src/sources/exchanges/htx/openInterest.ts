import * as z from 'zod';
import type { Observation, OpenInterest } from '../../../core/observation.ts';
import { HOUR_MS, MINUTE_MS } from '../../../core/units.ts';
import { definePoll, type MapContext, type ObservationPoll } from '../contract.ts';
import { epochMs, nonNegative, optional, readDecimal, text } from '../decode.ts';
import { sizeOfAmounts } from '../heldAgainstList.ts';
import { contractsToBase, observe, unlessFalseZero, type Subject } from '../mapping.ts';
import {
  answer, barLength, byCode, DOCS, DOCS_V5, mapNamed, parseSymbol, periodOf, reportNoPeriod, requestedCode, rowsOf, sizeReporter,
} from './shared.ts'; // prettier-ignore

const amount = optional(nonNegative);

/** HTX documents one side of coin-margined perpetuals and the sum of both of everything else. */
function sidesOf({ venueSymbol, instrument }: Subject): OpenInterest['sides'] {
  const parts = instrument ?? parseSymbol(venueSymbol);
  return parts?.margin === 'inverse' && parts.kind === 'perpetual' ? 'one' : 'both';
}

/**
 * The units of an open interest: coins and USDT as stated; contracts are converted or stand alone. Coins that contradict
 * the contracts are none, unless both agree on another contract size than the list's.
 */
function observed(
  context: MapContext,
  who: Subject,
  atMs: number | undefined,
  stated: { contracts?: number | undefined; coins?: number | undefined; usdt?: number | undefined },
  path: string,
  reportSize: ReturnType<typeof sizeReporter>,
  barMs?: number,
): Observation[] {
  const { instrument } = who;
  const contracts = unlessFalseZero(stated.contracts, stated.coins ?? stated.usdt);
  const coins = unlessFalseZero(stated.coins, contracts);
  const isLinear = instrument?.contractSize.unit === 'base';
  const converted = isLinear ? contractsToBase(contracts, instrument, undefined) : undefined;
  const differs = sizeOfAmounts(context, who, contracts, coins, `${path}.amount`) === 'no-size';
  if (differs) {
    const message = `${coins} coins are not ${contracts} contracts; the contracts were converted`;
    context.report({ code: 'implausible', path: `${path}.amount`, message });
  }
  const openInterestBase = differs ? converted : (coins ?? converted);
  const openInterestUsd = unlessFalseZero(stated.usdt, contracts ?? coins);
  const openInterestContracts = openInterestBase === undefined ? contracts : undefined;
  if (openInterestContracts !== undefined) reportSize(who, `${path}.volume`);
  if ((openInterestBase ?? openInterestUsd ?? openInterestContracts) === undefined) return [];
  const usdBasis = openInterestUsd === undefined ? undefined : 'venue';
  const units = { openInterestBase, openInterestUsd, openInterestContracts, usdBasis } as const;
  return [observe(context, who, atMs, { kind: 'open-interest', sides: sidesOf(who), barMs, ...units })];
}

/** Maps rows of contracts (`volume`), coins (`amount`) and USDT (`value`); also of the coin-margined market. */
export function openInterestRows(
  data: unknown,
  atMs: number | undefined,
  context: MapContext,
): Observation[] {
  const schema = z.object({
    contract_code: optional(text), volume: amount, amount, value: amount, trade_volume: amount, trade_amount: amount,
  }); // prettier-ignore
  const reportSize = sizeReporter(context);
  return mapNamed(rowsOf(data), context, schema, (row) => row.contract_code, (row, who, path) => {
    const isTraded = (row.trade_volume ?? 0) > 0 || (row.trade_amount ?? 0) > 0;
    if (isTraded && row.volume === 0 && (row.amount ?? 0) === 0) {
      const message = `${who.venueSymbol}: an open interest of 0 beside trades of the day is no measurement; it was left out`;
      context.report({ code: 'placeholder-zero', path, message });
      return [];
    }
    const stated = { contracts: row.volume, coins: row.amount, usdt: row.value };
    return observed(context, who, atMs, stated, path, reportSize);
  }); // prettier-ignore
}

type Request = ObservationPoll['request'];
export const openInterestOf = (name: string, path: string, docsUrl: string, request: Request) =>
  definePoll({
    id: `htx/${name}`,
    method: 'GET',
    path,
    docsUrl,
    weight: 1,
    yields: ['open-interest'],
    tense: 'now',
    cadenceMs: MINUTE_MS,
    request,
    schema: answer,
    map: ({ data, ts }, context) => openInterestRows(data, ts, context),
  });

const V5 = '/v5/market/open_interest';
const V1 = '/linear-swap-api/v1/swap_open_interest';
export const openInterest = openInterestOf('open-interest', V5, DOCS_V5, byCode(V5));
/** All contracts in one answer; ccxt of 2026 no longer lists it. */
export const openInterestV1 = openInterestOf('open-interest-v1', V1, `${DOCS}#general-get-swap-open-interest-information`, () => ({ method: 'GET', path: V1, query: { business_type: 'all' } })); // prettier-ignore
export const datedOpenInterest = { ...openInterestOf('open-interest-dated', V5, DOCS_V5, byCode(V5)), about: 'dated-future' } as const; // prettier-ignore

const HISTORY = '/linear-swap-api/v1/swap_his_open_interest';
const CONTRACTS = 1;
const COINS = 2;

export const openInterestHistory = definePoll({
  id: 'htx/open-interest-history',
  method: 'GET',
  path: HISTORY,
  docsUrl: `${DOCS}#general-query-information-on-open-interest`,
  weight: 1,
  yields: ['open-interest'],
  tense: 'history',
  cadenceMs: 15 * MINUTE_MS,
  request: byCode(HISTORY, { period: '60min', size: '200', amount_type: String(COINS) }),
  schema: () =>
    z.object({ data: z.object({ contract_code: optional(text), tick: z.array(z.unknown()).max(20_000) }) }),
  map({ data }, context) {
    // `amount_type` says whether `volume` counts contracts or coins; without it the number has no unit.
    const schema = z.object({ ts: epochMs, volume: amount, value: amount, amount_type: amount });
    const barMs = barLength(data.tick, 'ts', 1, periodOf(undefined, context));
    if (barMs === undefined) reportNoPeriod(context);
    const reportSize = sizeReporter(context);
    const list = { list: data.tick, path: 'data.tick' };
    return mapNamed(list, context, schema, () => data.contract_code ?? requestedCode(context), (row, who, path) => {
      const type = row.amount_type ?? readDecimal(context.params['amount_type']);
      if (row.volume !== undefined && type !== CONTRACTS && type !== COINS) {
        const message = 'the amount_type is not known: neither contracts nor coins';
        context.report({ code: 'decode', path: `${path}.volume`, message });
      }
      const contracts = type === CONTRACTS ? row.volume : undefined;
      const coins = type === COINS ? row.volume : undefined;
      return observed(context, who, row.ts, { contracts, coins, usdt: row.value }, path, reportSize, barMs);
    }); // prettier-ignore
  },
});

/** Of each period at most 200 rows are offered: days reach further back. */
export const openInterestDaily = {
  ...openInterestHistory,
  id: 'htx/open-interest-daily',
  cadenceMs: 6 * HOUR_MS,
  request: byCode(HISTORY, { period: '1day', size: '200', amount_type: String(COINS) }),
};
