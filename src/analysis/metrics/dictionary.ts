import { baseMetricId } from './metricIds.ts';

/** One metric as every surface shows it. `docs/data-dictionary.md` and the formulas in reports come from here. */
export interface MetricDefinition {
  /** Stable id; carries the default window where there is one, for example `open-interest-z-7d`. */
  readonly id: string;
  readonly name: string;
  readonly unit: string;
  readonly formula: string;
  /** The stretch of time behind one value, in words. */
  readonly window: string;
  readonly sources: string;
  readonly caveats: string;
}

const BOOKS = 'order books of the exchanges';
const WEEK = '7 days before the reading; the reading itself is left out';

export const METRICS: readonly MetricDefinition[] = [
  metric('open-interest', 'Open interest', 'coins', [
    'Σ open interest; both-sided numbers are halved, unverified ones taken as they are',
    'now',
    'open-interest endpoints',
    'Exchanges differ in whether longs and shorts are added up; unverified ones are named.',
  ]),
  metric('open-interest-usd', 'Open interest in USD', 'USD', [
    'as stated by the exchange, else coins × mark price',
    'now',
    'open-interest endpoints, mark prices',
    'USDT and USDC count as one dollar. Moves with price even where no position changes.',
  ]),
  metric('open-interest-share', 'Share of open interest', 'fraction', [
    'exchange / Σ exchanges',
    'now',
    'open interest in coins',
    'A share of the exchanges that were reached, not of the whole market.',
  ]),
  metric('open-interest-concentration', 'Concentration (HHI)', 'index 0..1', [
    'Σ share²',
    'now',
    'open interest in coins',
    '1 means that one exchange holds everything; depends on which exchanges were reached.',
  ]),
  metric('open-interest-market-cap', 'Open interest / market cap', 'percent', [
    'Σ open interest in USD, one-sided where the convention is known / market capitalisation in USD',
    'now; the capitalisation at most 2 hours old',
    'open-interest endpoints, CoinGecko',
    'A lower bound: only exchanges that were reached are counted. Not the leverage ratio over exchange reserves.',
  ]),
  metric('return-correlation-30d', 'Correlation of daily returns', 'coefficient -1..1', [
    'Pearson of returns between days that both series have; in brackets of their ranks (Spearman)',
    '30 days, at least 15 pairs of returns; n is stated',
    'hourly price bars of one exchange, FRED or your CSV file',
    'Closes differ by hours (midnight UTC and New York). Few pairs: below about 0.5 it may be chance.',
  ]),
  metric('open-interest-change-24h', 'Open interest change', 'percent', [
    'coins now / coins then − 1',
    '24 hours',
    'open interest history in coins',
    'In coins, so that a price move alone is no change.',
  ]),
  metric('open-interest-change-same-exchanges-24h', 'Open interest change, same exchanges', 'percent', [
    'Σ coins now / Σ coins then − 1 over the exchanges that have both; coins then = coins now × the exchange’s own then / now',
    '1 hour, 24 hours or 7 days',
    'readings with readings (then: within 5 minutes of an hour ago, within 30 of a day or a week ago), else the newest hour of an exchange’s history, at most 3 hours old, with the hour then',
    'Both ends count sides alike. Hours are never compared over one hour. Absent where these exchanges hold less than half of the coins.',
  ]),
  metric('open-interest-z-7d', 'Open interest z-score', 'standard deviations', [
    '(x − mean) / sd, x = change of log open interest in coins',
    WEEK,
    'open interest history in coins',
    'Not defined with less than half of the window or without spread.',
  ]),
  metric('open-interest-percentile-30d', 'Open interest rank', 'percentile 0..100', [
    'share of earlier readings below the current one, ties counted half',
    '30 days before the reading',
    'open interest history in coins',
    'The level trends, so that high percentiles come in runs.',
  ]),
  metric('open-interest-record-30d', 'Open interest at a record', 'yes or no', [
    'latest reading in coins > every earlier one',
    'the history at hand, at least 7 days; its length is named',
    'open interest history in coins',
    'A record within the window, not of all time. It says nothing about direction.',
  ]),
  metric('funding-per-interval', 'Funding rate', 'percent per stated interval', [
    'as stated by the exchange',
    'one funding interval, 1 to 8 hours',
    'funding endpoints',
    'Intervals differ between exchanges and symbols; never compared before they are normalised.',
  ]),
  metric('funding-annualised', 'Funding, annualised', 'percent per year', [
    'rate × 365 days / interval (simple); over exchanges Σ rate × OI / Σ OI',
    'now',
    'funding endpoints weighted by open interest in USD',
    'Stale rates, unstated intervals and exchanges without open interest are dropped and named.',
  ]),
  metric('funding-percentile-30d', 'Funding rank', 'percentile 0..100', [
    'share of earlier rates below the current one, ties counted half',
    '30 days before the reading',
    'funding history of the exchange with the largest open interest; it is named',
    'Many rates sit exactly at the exchange default, which makes ties.',
  ]),
  metric('funding-cap', 'Funding cap', 'percent per 8 h', [
    'the highest of the caps of the exchanges with a usable rate, each cap × 8 h / its interval',
    'now',
    'instrument or funding endpoints',
    'Where it is below 0.5 % the usual alarm level of 0.5 % per interval cannot be reached.',
  ]),
  metric('funding-change-24h', 'Funding change', 'percentage points per year', [
    'Σ (yearly rate now − yearly rate then) × OI / Σ OI, OI of now, over the exchanges that have both',
    '1 hour, 24 hours or 7 days',
    'running rates; then: the running rate read within 10 minutes of it, else the rate settled for that interval, which is said',
    'A running rate still moves until it is settled. Absent where these exchanges hold less than half of the OI.',
  ]),
  metric('long-short-ratio', 'Long/short ratio', 'ratio', [
    'long accounts / short accounts; over exchanges the median',
    'latest bar of the exchange',
    'long/short endpoints',
    'Counts accounts, not money. Above 1.5 is common; the percentile says more.',
  ]),
  metric('long-short-percentile-30d', 'Long/short rank', 'percentile 0..100', [
    'share of earlier ratios below the current one, ties counted half',
    '30 days before the reading',
    'long/short history of the same population',
    'Populations differ between exchanges and are never mixed.',
  ]),
  metric('return-24h', 'Price change', 'percent', [
    'last price now / last price then − 1',
    '3 days in a regime; named with the number',
    'hourly price bars of one exchange, the first by name that has them; it is named',
    'One exchange stands for the market.',
  ]),
  metric('price-change-24h', 'Price change over exchanges', 'percent', [
    'median over exchanges of price now / price then − 1, each with itself',
    '1 hour, 24 hours or 7 days',
    'mark price with mark price, else last price with last price; then: the nearest reading, or open or close of an hourly bar, within 5 minutes of an hour ago, within 30 of a day or a week ago',
    'Nothing is made up between two measured prices: without one so near then it is absent. The moment then is stated.',
  ]),
  metric('taker-ratio', 'Taker buy/sell ratio', 'ratio', [
    'taker buys / taker sells',
    'named with the number',
    'taker volume endpoints or bars',
    'Above 1, takers buy more than they sell. Imbalance = (r − 1) / (r + 1).',
  ]),
  metric('taker-ratio-change', 'Change of the taker ratio', 'percent', [
    'ratio of the last 24 h / mean of the ratios of 24 h in the week before − 1',
    '24 hours against 7 days',
    'taker volume endpoints or bars',
    'A rise from a very low ratio is still selling.',
  ]),
  metric('taker-imbalance-z-7d', 'Taker imbalance z-score', 'standard deviations', [
    '(x − mean) / sd, x = (B − S) / (B + S)',
    WEEK,
    'taker volume endpoints or bars',
    'B and S are taker buys and sells in coins.',
  ]),
  metric('spot-taker-imbalance-z-7d', 'Spot taker imbalance z-score', 'standard deviations', [
    '(x − mean) / sd, x = (B − S) / (B + S) of spot pairs',
    WEEK,
    'spot bars with taker volume, spot taker statistics, complete hours of spot trade streams',
    'B and S are taker buys and sells in coins on the spot pair against USDT; OKX states them by currency, not by pair.',
  ]),
  metric('spot-lead-z-7d', 'Lead of spot takers', 'standard deviations', [
    'spot taker imbalance z − taker imbalance z of the perpetuals',
    WEEK,
    'spot and perpetual taker flow',
    'Above zero: spot takers are the more unusual buyers. The two may rest on different exchanges, which are named.',
  ]),
  metric('net-taker-volume', 'Net taker volume', 'USD', [
    '(taker buys − taker sells in coins) × newest price',
    'named with the number',
    'taker volume endpoints or bars',
    'An absolute amount; what is large depends on the asset.',
  ]),
  metric('volume-24h', 'Futures volume', 'USD', [
    'Σ traded volume, each trade counted once',
    '24 hours',
    'ticker endpoints',
    'As the exchanges report it; wash trading cannot be told apart.',
  ]),
  metric('futures-volume-change', 'Futures volume change', 'percent', [
    'volume of the last 24 h / mean of the volumes of 24 h in the week before − 1',
    '24 hours against 7 days',
    'hourly bars with volume',
    'A rolling mean: each hour of the week ends one window of 24 h.',
  ]),
  metric('spot-volume-share', 'Spot share of volume', 'fraction', [
    'spot / (spot + futures)',
    'named with the number',
    'spot and futures tickers',
    'Only over exchanges that report both.',
  ]),
  metric('depth-1pct', 'Depth within 1 %', 'USD', [
    'Σ resting bids and asks within 1 % of the mid price',
    'now',
    BOOKS,
    'A lower bound where the returned book ends inside the band.',
  ]),
  metric('depth-z-7d', 'Depth index', 'standard deviations', [
    '(x − mean) / sd, x = log(bids + asks within 1 %)',
    WEEK,
    BOOKS,
    'Same exchanges throughout, hours that Perpscope itself has recorded. Other indices of depth have no published formula.',
  ]),
  metric('liquidations', 'Liquidations', 'USD', [
    'Σ notional of forced closures over the last 24 hours that a feed covers, one feed for each exchange',
    'named with the number',
    'liquidation feeds of the exchanges named, each with 24 covered hours',
    'A lower bound where a feed is sampled or not known to be complete. A day with an hour lacking is left out, not scaled up.',
  ]),
  metric('liquidations-z-7d', 'Liquidations z-score', 'standard deviations', [
    'Σ z·w / Σ w over feeds, z = (x − mean) / sd, x = log(1 + USD of the last 24 h of one feed), w = exp(mean) − 1',
    WEEK,
    'liquidation feeds, one for each exchange',
    'On a log scale because of heavy tails. Each feed is compared with itself only, so that a sampled one fakes no signal, and weighs as much as its usual day in USD.',
  ]),
  metric('short-liquidation-share', 'Share of shorts in liquidations', 'fraction', [
    'shorts liquidated / all liquidated, in USD',
    'named with the number',
    'liquidation feeds',
    'Side of the position that was closed, not of the closing order.',
  ]),
  metric('basis-annualised', 'Basis, annualised', 'percent per year', [
    '(mark of the future / index − 1) × 365 / days to expiry',
    'now',
    'dated futures and their index; the median over exchanges of the future nearest three months',
    'Simple, 365 days, nothing within two days of expiry. The premium of a perpetual is not a basis.',
  ]),
];

const BY_BASE_ID: ReadonlyMap<string, MetricDefinition> = new Map(
  METRICS.map((definition) => [baseMetricId(definition.id), definition]),
);

/** Returns the definition of a metric id, over whatever window; undefined for an unknown id. */
export function metricDefinition(id: string): MetricDefinition | undefined {
  return BY_BASE_ID.get(baseMetricId(id));
}

function metric(
  id: string,
  name: string,
  unit: string,
  [formula, window, sources, caveats]: readonly [string, string, string, string],
): MetricDefinition {
  return { id, name, unit, formula, window, sources, caveats };
}
