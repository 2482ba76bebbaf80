import { LIST_ANSWER } from '../../../core/answerBounds.ts';
import { commonAsset, instrumentKey } from '../../../core/ids.ts';
import type { AssetClass, ContractSize, Instrument } from '../../../core/instrument.ts';
import { SECOND_MS } from '../../../core/units.ts';
import { assetClassBy, closedList, withClosedLists } from '../closedList.ts';
import { defineInstrumentPoll } from '../contract.ts';
import type { Fields } from '../kit/field.ts';
import {
  anything,
  decimal,
  flag,
  nonNegative,
  optional,
  optionalNonZero,
  positive,
  text,
} from '../kit/fields.ts';
import { rows } from '../kit/payloads.ts';
import { rowReader } from '../kit/rowReader.ts';
import { lotSizeOf } from '../lotSize.ts';
import { defined } from '../mapping.ts';
import { atFutures } from './shared.ts';

const fundingBounds = {
  funding_rate_limit: optionalNonZero(positive),
  funding_cap_ratio: optionalNonZero(positive),
  leverage_max: optionalNonZero(positive),
  maintenance_rate: optional(nonNegative),
};

/** What a contract row says of the contract itself; the list and the single contract share it. */
export const CONTRACT = {
  name: text,
  type: optional(text),
  quanto_multiplier: optional(decimal),
  funding_interval: optionalNonZero(positive),
  ...fundingBounds,
};
/** Whether a contract is traded as usual, in the same rows. */
export const STATUS = { in_delisting: optional(flag), status: optional(text) };

export const isDelisting = (row: Fields<typeof STATUS>): boolean =>
  row.in_delisting === true || (row.status !== undefined && row.status !== 'trading');

type ContractRow = Fields<typeof CONTRACT>;

/** `quanto_multiplier` = coins a contract; "0" for inverse contracts, which are one dollar each. */
export function contractSizeOf(row: ContractRow): ContractSize | undefined {
  const amount = row.quanto_multiplier;
  if (row.type === 'inverse')
    return { amount: amount === undefined || amount <= 0 ? 1 : amount, unit: 'quote' };
  return amount === undefined || amount <= 0 ? undefined : { amount, unit: 'base' };
}

const TYPES = closedList<Instrument['margin']>('type', { direct: 'linear', inverse: 'inverse' });

const STATUSES = closedList<Instrument['status']>(
  'status',
  {
    trading: 'trading', prelaunch: 'not-trading', delisting: 'not-trading', delisted: 'not-trading',
    circuit_breaker: 'not-trading', suspend: 'not-trading',
  },
  [],
  'not followed',
); // prettier-ignore

/** Empty of coins. */
const CONTRACT_TYPES = closedList<AssetClass>(
  'contract_type',
  { crypto: 'crypto', stocks: 'equity', metals: 'metal', commodities: 'commodity', indices: 'index', forex: 'forex' },
  [],
  'taken for no coin',
); // prettier-ignore

/**
 * Whether a contract is settled in a third asset: its multiplier is then no number of coins. Where the settlement asset
 * is not known, a contract counts as none.
 */
export const isQuanto = (row: ContractRow, settle: string | undefined): boolean =>
  row.type !== 'inverse' && (settle ?? '') !== '' && settle?.toUpperCase() !== row.name.split('_')[1];

/** Newer rows state the limit; older ones a factor of (1 / highest leverage − maintenance rate). */
export function fundingCapOf(row: ContractRow): number | undefined {
  if (row.funding_rate_limit !== undefined) return row.funding_rate_limit;
  const { funding_cap_ratio: factor, leverage_max: leverage, maintenance_rate: maintenance } = row;
  if (factor === undefined || leverage === undefined || maintenance === undefined) return undefined;
  const room = 1 / leverage - maintenance;
  return room > 0 ? room * factor : undefined;
}

const READER = rowReader({ ...CONTRACT, ...STATUS, contract_type: optional(text), order_size_min: anything });

export const instruments = defineInstrumentPoll({
  id: 'gate/instruments',
  ...atFutures('contracts', 'list-all-futures-contracts'),
  bounds: LIST_ANSWER,
  requests: () => [{ method: 'GET', path: '/api/v4/futures/usdt/contracts', query: {} }],
  schema: rows,
  map(payload, context) {
    return withClosedLists(context, { path: '', things: 'contracts' }, (read) =>
      READER.list(payload, '', context).flatMap((row): Instrument[] => {
        if (row.type !== undefined && read(TYPES, row.type, row.name) === undefined) return [];
        const [baseName, quoteAsset] = row.name.split('_');
        const contractSize = contractSizeOf(row);
        const isInverse = row.type === 'inverse';
        if (baseName === undefined || quoteAsset === undefined || contractSize === undefined) {
          const message = `${row.name}: neither an inverse contract nor a multiplier above zero`;
          context.report({ code: 'unknown-instrument', path: row.name, message });
          return [];
        }
        if (isQuanto(row, context.params['settle'])) {
          context.report({
            code: 'unsupported',
            path: row.name,
            message: `${row.name} is a quanto contract`,
          });
          return [];
        }
        const cap = fundingCapOf(row);
        const status =
          row.status === undefined ? 'trading' : (read(STATUSES, row.status, row.name) ?? 'unknown');
        const assetClass = assetClassBy(read, CONTRACT_TYPES, row.contract_type, row.name);
        const instrument = {
        key: instrumentKey('gate', row.name), exchange: 'gate', venueSymbol: row.name,
        baseAsset: commonAsset(baseName), quoteAsset, settleAsset: isInverse ? baseName : quoteAsset,
        kind: 'perpetual', margin: isInverse ? 'inverse' : 'linear', contractSize, assetClass, lotSize: lotSizeOf(row.order_size_min, contractSize),
        fundingIntervalMs: row.funding_interval === undefined ? undefined : row.funding_interval * SECOND_MS,
        fundingCap: cap, fundingFloor: cap === undefined ? undefined : -cap,
        status: row.in_delisting === true ? 'not-trading' : status,
      } as const; // prettier-ignore
        return [defined(instrument) as Instrument];
      }),
    );
  },
});
