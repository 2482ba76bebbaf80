import type { Observation, OpenInterest } from '../../../core/observation.ts';
import { HOUR_MS, MINUTE_MS } from '../../../core/units.ts';
import { askedBy, definePoll, variantOf, type MapContext, type ObservationPoll } from '../contract.ts';
import { sizeOfAmounts } from '../heldAgainstList.ts';
import { amounts, type Amounts } from '../kit/amounts.ts';
import { reportUnknownBar } from '../kit/bars.ts';
import { columnsOf } from '../kit/columns.ts';
import { readDecimal } from '../kit/decimals.ts';
import { mapEach } from '../kit/eachRow.ts';
import { epochMs, nonNegative, optional, text } from '../kit/fields.ts';
import { object, rows } from '../kit/payloads.ts';
import type { Place } from '../kit/place.ts';
import { rowReader } from '../kit/rowReader.ts';
import type { Subject } from '../kit/subject.ts';
import { sizeReporter, type SizeReporter } from '../kit/unknownSize.ts';
import { observe, unlessFalseZero } from '../mapping.ts';
import { answer, at, barLength, byCode, DOCS, DOCS_V5, rowsOf } from './shared.ts';

const amount = optional(nonNegative);

/** HTX documents one side of coin-margined perpetuals and the sum of both of everything else. */
const sidesOf = ({ margin, market }: Subject): OpenInterest['sides'] =>
  margin === 'inverse' && market === undefined ? 'one' : 'both';

interface Stated {
  readonly contracts?: number | undefined;
  readonly coins?: number | undefined;
  readonly usdt?: number | undefined;
}

/**
 * The units of an open interest: coins and USDT as stated; contracts are converted or stand alone. Coins that contradict
 * the contracts are none, unless both agree on another contract size than the list's. Undefined where nothing is left.
 */
function unitsOf(
  context: MapContext,
  who: Subject,
  stated: Stated,
  place: Place,
  reportSize: SizeReporter,
): Amounts | undefined {
  const contracts = unlessFalseZero(stated.contracts, stated.coins ?? stated.usdt);
  const coins = unlessFalseZero(stated.coins, contracts);
  const converted = amounts(who, 'contracts', contracts).base;
  const differs = sizeOfAmounts(context, who, contracts, coins, place.of('amount')) === 'no-size';
  if (differs) {
    const message = `${coins} coins are not ${contracts} contracts; the contracts were converted`;
    context.report({ code: 'implausible', path: place.of('amount'), message });
  }
  const base = differs ? converted : (coins ?? converted);
  const usd = unlessFalseZero(stated.usdt, contracts ?? coins);
  const alone = base === undefined ? contracts : undefined;
  if (alone !== undefined) reportSize(who, place, 'volume');
  return (base ?? usd ?? alone) === undefined ? undefined : { base, usd, contracts: alone };
}

const NOW = rowReader(
  {
    contract_code: optional(text),
    volume: amount,
    amount,
    value: amount,
    trade_volume: amount,
    trade_amount: amount,
  },
  { symbol: 'contract_code' },
);

/** Maps rows of contracts (`volume`), coins (`amount`) and USDT (`value`); also of the coin-margined market. */
export function openInterestRows(
  data: unknown,
  atMs: number | undefined,
  context: MapContext,
): Observation[] {
  const reportSize = sizeReporter(context);
  const { list, path } = rowsOf(data);
  return mapEach(context, list, path, NOW, (row, who, place) => {
    const isTraded = (row.trade_volume ?? 0) > 0 || (row.trade_amount ?? 0) > 0;
    if (isTraded && row.volume === 0 && (row.amount ?? 0) === 0) {
      const message = `${who.venueSymbol}: an open interest of 0 beside trades of the day is no measurement; it was left out`;
      context.report({ code: 'placeholder-zero', path: String(place), message });
      return [];
    }
    const stated = { contracts: row.volume, coins: row.amount, usdt: row.value };
    const units = unitsOf(context, who, stated, place, reportSize);
    if (units === undefined) return [];
    const openInterest = {
      kind: 'open-interest', sides: sidesOf(who), openInterestBase: units.base, openInterestUsd: units.usd,
      openInterestContracts: units.contracts, usdBasis: units.usd === undefined ? undefined : 'venue',
    } as const; // prettier-ignore
    return [observe(context, who, atMs, openInterest)];
  });
}

/** A poll of readings; one without a request is not asked. */
export const openInterestOf = (name: string, path: string, docsUrl: string, request?: ObservationPoll['request']) =>
  definePoll({
    id: `htx/${name}`,
    ...at(path, docsUrl),
    yields: ['open-interest'],
    tense: 'now',
    cadenceMs: MINUTE_MS,
    ...askedBy(request),
    schema: answer,
    map: ({ data, ts }, context) => openInterestRows(data, ts, context),
  }); // prettier-ignore

const V5 = '/v5/market/open_interest';
const V1 = '/linear-swap-api/v1/swap_open_interest';
export const openInterest = openInterestOf('open-interest', V5, DOCS_V5, byCode(V5));
/** All contracts in one answer; ccxt of 2026 no longer lists it. */
export const openInterestV1 = openInterestOf('open-interest-v1', V1, `${DOCS}#general-get-swap-open-interest-information`, () => ({ method: 'GET', path: V1, query: { business_type: 'all' } })); // prettier-ignore
export const datedOpenInterest = variantOf(openInterest, {
  id: 'htx/open-interest-dated',
  about: 'dated-future',
});

const HISTORY = '/linear-swap-api/v1/swap_his_open_interest';
const CONTRACTS = 1;
const COINS = 2;
const PAST = rowReader({ ts: epochMs, volume: amount, value: amount, amount_type: amount });
const VENUE = {
  one: [{ sides: 'one' }, { sides: 'one', usdBasis: 'venue' }],
  both: [{ sides: 'both' }, { sides: 'both', usdBasis: 'venue' }],
} as const;

export const openInterestHistory = definePoll({
  id: 'htx/open-interest-history',
  ...at(HISTORY, `${DOCS}#general-query-information-on-open-interest`),
  yields: ['open-interest'],
  tense: 'history',
  cadenceMs: 15 * MINUTE_MS,
  request: byCode(HISTORY, { period: '60min', size: '200', amount_type: String(COINS) }),
  schema: object({ data: object({ contract_code: optional(text), tick: rows }) }),
  map({ data: { contract_code: named, tick } }, context) {
    const barMs = barLength(context, undefined, tick, 'ts', 1);
    if (barMs === undefined) reportUnknownBar(context, '');
    const reportSize = sizeReporter(context);
    const out = columnsOf(
      context,
      { kind: 'open-interest', barMs },
      ['openInterestBase', 'openInterestUsd', 'openInterestContracts'],
      tick.length,
    );
    PAST.each(tick, 'data.tick', context, (row, place) => {
      const who = context.subject(named, place);
      if (who === undefined) return;
      // `amount_type` says whether `volume` counts contracts or coins; without it the number has no unit.
      const type = row.amount_type ?? readDecimal(context.params['amount_type']);
      if (row.volume !== undefined && type !== CONTRACTS && type !== COINS) {
        const message = 'the amount_type is not known: neither contracts nor coins';
        context.report({ code: 'decode', path: place.of('volume'), message });
      }
      const contracts = type === CONTRACTS ? row.volume : undefined;
      const coins = type === COINS ? row.volume : undefined;
      const units = unitsOf(context, who, { contracts, coins, usdt: row.value }, place, reportSize);
      if (units === undefined) return;
      const sides = VENUE[sidesOf(who) === 'one' ? 'one' : 'both'];
      out
        .of(who, sides[units.usd === undefined ? 0 : 1])
        .push(row.ts, units.base, units.usd, units.contracts);
    });
    return out.chunks();
  },
});

/** Of each period at most 200 rows are offered: days reach further back. */
export const openInterestDaily = variantOf(openInterestHistory, {
  id: 'htx/open-interest-daily',
  cadenceMs: 6 * HOUR_MS,
  request: byCode(HISTORY, { period: '1day', size: '200', amount_type: String(COINS) }),
});
