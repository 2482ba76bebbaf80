import type { Observation } from './observation.ts';
import { DAY_MS } from './units.ts';

/** What has a level of its own: rows of any endpoint that state it can be held against each other. */
export type Quantity =
  | 'price'
  | 'open-interest-base'
  | 'open-interest-usd'
  | 'open-interest-contracts'
  | 'volume-base'
  | 'volume-usd'
  | 'volume-contracts'
  | 'bar-volume-base'
  | 'bar-volume-usd';

/** How a quantity behaves; see `Limits` of levels.ts, with the floor in US dollars (0: no floor). */
export interface Behaviour {
  readonly step: number;
  readonly growth: number;
  readonly floorUsd: number;
  readonly zero: number;
  /** Whether the level of one row says something about the next reading; volume of one bar does not. */
  readonly isSteady: boolean;
}

/**
 * Calibrated with years of real rows (test/property): within an hour no price moved by a factor of 2 and no open interest
 * by 3; listings and small coins are given ten times that and more. Slips of unit are factors of 1,000: positions are
 * closed and opened by the day no faster than a price can fall, so that a slip shows in daily rows as well.
 */
const PRICE: Behaviour = { step: 30, growth: 0.75, floorUsd: 0, zero: 1, isSteady: true };
const OPEN_INTEREST: Behaviour = { step: 50, growth: 0.5, floorUsd: 1_000, zero: 25, isSteady: true };
const VOLUME: Behaviour = { step: 300, growth: 0.75, floorUsd: 10_000, zero: 100, isSteady: true };
const BAR_VOLUME: Behaviour = { step: 300, growth: 0.75, floorUsd: 10_000, zero: 10, isSteady: false };

const BEHAVIOURS: Readonly<Record<Quantity, Behaviour>> = {
  price: PRICE,
  'open-interest-base': OPEN_INTEREST,
  'open-interest-usd': OPEN_INTEREST,
  'open-interest-contracts': OPEN_INTEREST,
  'volume-base': VOLUME,
  'volume-usd': VOLUME,
  'volume-contracts': VOLUME,
  'bar-volume-base': BAR_VOLUME,
  'bar-volume-usd': BAR_VOLUME,
};

export const behaviourOf = (quantity: Quantity): Behaviour => BEHAVIOURS[quantity];

type Fields = readonly (readonly [field: string, quantity: Quantity])[];

const PRICE_FIELDS: Fields = [
  ['markPriceQuote', 'price'],
  ['indexPriceQuote', 'price'],
  ['lastPriceQuote', 'price'],
  ['midPriceQuote', 'price'],
];
const FIELDS: Readonly<Partial<Record<Observation['kind'], Fields>>> = {
  'open-interest': [
    ['openInterestBase', 'open-interest-base'],
    ['openInterestUsd', 'open-interest-usd'],
    ['openInterestContracts', 'open-interest-contracts'],
  ],
  'mark-price': PRICE_FIELDS,
  depth: [['midPriceQuote', 'price']],
  basis: [
    ['futuresPriceQuote', 'price'],
    ['indexPriceQuote', 'price'],
  ],
  liquidation: [['priceQuote', 'price']],
  candle: [
    ['closeQuote', 'price'],
    ['volumeBase', 'bar-volume-base'],
    ['volumeUsd', 'bar-volume-usd'],
  ],
  volume: [
    ['volumeBase', 'volume-base'],
    ['volumeUsd', 'volume-usd'],
    ['volumeContracts', 'volume-contracts'],
  ],
};
const NONE: Fields = [];

/** Returns the fields of a row that have a level, with what they state; of a chunk `shared` says what its rows are. */
export function leveledFields(row: {
  readonly kind: Observation['kind'];
  readonly windowMs?: unknown;
}): Fields {
  if (row.kind === 'volume' && row.windowMs !== DAY_MS) return NONE;
  return FIELDS[row.kind] ?? NONE;
}

/** The same amount in coins and in US dollars: together they state a price. */
const PAIRS: Readonly<
  Partial<Record<Observation['kind'], readonly (readonly [base: string, usd: string])[]>>
> = {
  'open-interest': [['openInterestBase', 'openInterestUsd']],
  volume: [['volumeBase', 'volumeUsd']],
  candle: [
    ['volumeBase', 'volumeUsd'],
    ['takerBuyBase', 'takerBuyUsd'],
  ],
  'taker-volume': [
    ['takerBuyBase', 'takerBuyUsd'],
    ['takerSellBase', 'takerSellUsd'],
  ],
  depth: [
    ['bidBase', 'bidUsd'],
    ['askBase', 'askUsd'],
  ],
  'liquidation-volume': [
    ['longLiquidatedBase', 'longLiquidatedUsd'],
    ['shortLiquidatedBase', 'shortLiquidatedUsd'],
  ],
  liquidation: [['sizeBase', 'notionalUsd']],
};

/** Returns the pairs of fields of a row that state one amount in coins and in dollars. */
export const amountPairs = (
  row: Pick<Observation, 'kind'>,
): readonly (readonly [base: string, usd: string])[] => PAIRS[row.kind] ?? [];

/** Returns a numeric field by its name; undefined where it is absent. */
export function numberAt(row: Observation, field: string): number | undefined {
  const value: unknown = row[field as keyof Observation];
  return typeof value === 'number' ? value : undefined;
}

/** Fields without which a row of its kind means nothing. */
const REQUIRED: ReadonlySet<string> = new Set(['closeQuote', 'midPriceQuote depth', 'priceQuote']);

/** Fields that mean nothing once another is gone. */
const COMPANIONS: Readonly<Record<string, readonly string[]>> = {
  openInterestUsd: ['usdBasis'],
  volumeBase: ['takerBuyBase'],
  volumeUsd: ['takerBuyUsd'],
};

/** Returns the row without these fields; undefined where nothing that it was about is left. */
export function withoutFields<O extends Observation>(row: O, fields: ReadonlySet<string>): O | undefined {
  for (const field of fields)
    if (REQUIRED.has(field) || REQUIRED.has(`${field} ${row.kind}`) || row.kind === 'basis') return undefined;
  const dropped = new Set([...fields].flatMap((field) => [field, ...(COMPANIONS[field] ?? [])]));
  const rest = Object.fromEntries(Object.entries(row).filter(([name]) => !dropped.has(name)));
  const own = [...leveledFields(row).map(([field]) => field), ...amountPairs(row).flat()];
  const hasContracts = Object.keys(rest).some((name) => name.endsWith('Contracts'));
  return hasContracts || own.some((field) => field in rest) ? (rest as unknown as O) : undefined;
}
