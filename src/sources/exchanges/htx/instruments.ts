import { LIST_ANSWER } from '../../../core/answerBounds.ts';
import { commonAsset, instrumentKey } from '../../../core/ids.ts';
import type { AssetClass, Instrument } from '../../../core/instrument.ts';
import { HOUR_MS } from '../../../core/units.ts';
import { closedList, withClosedLists, type ReadValue } from '../closedList.ts';
import { defineInstrumentDetailPoll, defineInstrumentPoll, type InstrumentDetail } from '../contract.ts';
import { decimal, epochMs, optional, optionalNonZero, positive, text, textOf } from '../kit/fields.ts';
import { listOf } from '../kit/payloads.ts';
import { rowReader } from '../kit/rowReader.ts';
import { lotSizeOf } from '../lotSize.ts';
import { defined } from '../mapping.ts';
import { answer, at, DOCS, parseSymbol, rowsOf } from './shared.ts';

const INFO = '/linear-swap-api/v1/swap_contract_info';

/** 0 delisted, 1 listed, 2 before its listing, 3 suspended, 4 listing suspended, 5 and 7 settlement, 6 and 8 delivery. */
const STATUSES = closedList<Instrument['status']>(
  'contract_status',
  {
    '0': 'not-trading', '1': 'trading', '2': 'not-trading', '3': 'not-trading', '4': 'not-trading',
    '5': 'not-trading', '6': 'not-trading', '7': 'not-trading', '8': 'not-trading',
  },
  [],
  'not followed',
); // prettier-ignore

const BUSINESS = closedList('business_type', { swap: true, futures: true });

/** What a contract is on, where it is no coin. A row may have two: every share that is an index too is a fund. */
const LABELS = closedList<AssetClass>(
  'tradfi_labels',
  { Stocks: 'equity', Metals: 'metal', Commodities: 'commodity', Indices: 'index', Forex: 'forex' },
  [],
  'taken for no coin',
); // prettier-ignore

/** The class by the labels; `labels` beside them is an open list of tags, of which nothing is read. */
function assetClassOf(
  labels: readonly string[] | undefined,
  name: string,
  read: ReadValue,
): AssetClass | undefined {
  if (labels === undefined || labels.length === 0) return undefined;
  const classes = labels.flatMap((label) => read(LABELS, label, name) ?? []);
  return classes.includes('equity') ? 'equity' : (classes[0] ?? 'other');
}

const CONTRACT = rowReader({
  contract_code: text,
  contract_size: positive,
  contract_status: optional(decimal),
  tradfi_labels: optional(listOf(textOf(0, 64))),
  delivery_time: optionalNonZero(epochMs),
  business_type: optional(text),
});

/** The list holds perpetuals only unless asked for `all`; the coin-margined one has the same rows. */
const contractList = (name: string, path: string, query: Record<string, string>) =>
  defineInstrumentPoll({
    id: `htx/${name}`,
    ...at(path, `${DOCS}#general-query-swap-info`),
    bounds: LIST_ANSWER,
    requests: () => [{ method: 'GET', path, query }],
    schema: answer,
    map(payload, context) {
      const { list, path: where } = rowsOf(payload.data);
      return withClosedLists(context, { path: where, things: 'contracts' }, (read) =>
        CONTRACT.list(list, where, context).flatMap((row): Instrument[] => {
          const venueSymbol = row.contract_code;
          if (row.business_type !== undefined && read(BUSINESS, row.business_type, venueSymbol) === undefined)
            return [];
          const parts = parseSymbol(venueSymbol);
          if (parts === undefined) {
            const message = `the symbol ${venueSymbol} cannot be read`;
            context.report({ code: 'unknown-instrument', path: venueSymbol, message });
            return [];
          }
          const isInverse = parts.margin === 'inverse';
          const contractSize = { amount: row.contract_size, unit: isInverse ? 'quote' : 'base' } as const;
          const instrument = {
            key: instrumentKey(context.exchange, venueSymbol),
            exchange: context.exchange,
            venueSymbol,
            ...parts,
            settleAsset: isInverse ? commonAsset(parts.baseAsset) : parts.quoteAsset,
            contractSize,
            lotSize: lotSizeOf(1, contractSize),
            // A perpetual states one only where it is delisted.
            expiresAtMs: parts.kind === 'dated-future' ? row.delivery_time : undefined,
            assetClass: assetClassOf(row.tradfi_labels, venueSymbol, read),
            status:
              row.contract_status === undefined
                ? 'not-trading'
                : (read(STATUSES, String(row.contract_status), venueSymbol) ?? 'unknown'),
          } as const;
          return [defined(instrument) as Instrument];
        }),
      );
    },
  });

export const instruments = contractList('instruments', INFO, { business_type: 'all' });

const hours = optionalNonZero(positive);
const ELEMENTS = rowReader({
  contract_code: text, settle_period: hours, settlement_period: hours, funding_interval: hours,
  funding_rate_cap: optional(decimal), funding_rate_floor: optional(decimal),
}); // prettier-ignore

/** Settlement period in hours and the bounds of the rate. A row without them leaves the instrument as it is. */
export const instrumentDetails = defineInstrumentDetailPoll({
  id: 'htx/elements',
  ...at('/linear-swap-api/v1/swap_query_elements', `${DOCS}#general-query-contract-elements`),
  bounds: LIST_ANSWER,
  request: () => ({ method: 'GET', path: '/linear-swap-api/v1/swap_query_elements', query: {} }),
  schema: answer,
  map(payload, context) {
    const { list, path } = rowsOf(payload.data);
    return ELEMENTS.list(list, path, context).map((row): InstrumentDetail => {
      const period = row.settle_period ?? row.settlement_period ?? row.funding_interval;
      // No contract settles less often than daily: a greater number is not in hours.
      const isHours = period !== undefined && period >= 1 && period <= 24;
      if (period !== undefined && !isHours) {
        const message = `${row.contract_code}: ${period} is no funding interval in hours`;
        context.report({ code: 'unknown-interval', path, message });
      }
      const detail = {
        venueSymbol: row.contract_code,
        fundingIntervalMs: isHours ? period * HOUR_MS : undefined,
        fundingCap: row.funding_rate_cap,
        fundingFloor: row.funding_rate_floor,
      };
      return defined(detail) as InstrumentDetail;
    });
  },
  apply(instrument, detail) {
    if (detail === undefined || instrument.kind !== 'perpetual') return instrument;
    const { fundingIntervalMs, fundingCap, fundingFloor } = detail;
    return { ...instrument, ...defined({ fundingIntervalMs, fundingCap, fundingFloor }) } as Instrument;
  },
});
