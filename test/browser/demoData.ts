import type { DataSource } from '../../src/core/ids.ts';
import type { CardPayload, CardWish } from '../../src/surfaces/protocol/cards.ts';
import type {
  FundingHeatmap,
  LargestLevel,
  LiquidationHeatmap,
  OpenInterestChart,
  OpenInterestLine,
  PanelSnapshot,
  RealisedLiquidations,
  RegimeBand,
  RegimeRun,
  RegimeTimeline,
} from '../../src/surfaces/protocol/payloads.ts';

const HOUR_MS = 3_600_000;
const EXCHANGES = [
  { id: 'binance', label: 'Binance', sides: 'one', share: 96_000, intervalHours: 8 },
  { id: 'okx', label: 'OKX', sides: 'one', share: 34_000, intervalHours: 8 },
  { id: 'bybit', label: 'Bybit', sides: 'one', share: 58_000, intervalHours: 8 },
  { id: 'gate', label: 'Gate', sides: 'both, halved', share: 41_000, intervalHours: 8 },
  { id: 'hyperliquid', label: 'Hyperliquid', sides: 'unverified', share: 27_000, intervalHours: 1 },
] as const;

/** Time of the newest number in the demo data, epoch ms. */
export const DEMO_AS_OF_MS = Date.UTC(2026, 10, 22, 4, 30);
/** First and last index (exclusive) of the gap in Bybit's open interest. */
export const GAP = { line: 2, from: 150, to: 190 } as const;

export interface DemoOptions {
  readonly seed?: number;
  readonly source?: DataSource;
  readonly version?: number;
  /** Exchanges are still being asked. */
  readonly isPartial?: boolean;
  /** Levels that foretold nothing. */
  readonly isBlind?: boolean;
  /** Nothing is stored of what was liquidated. */
  readonly isQuiet?: boolean;
  /** Without the regime under open interest: its colours are those of lines. */
  readonly isBare?: boolean;
}

function randomOf(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

function timesBack(count: number, stepMs: number): Float64Array {
  const last = Math.floor(DEMO_AS_OF_MS / stepMs) * stepMs;
  return Float64Array.from({ length: count }, (_, index) => last - (count - 1 - index) * stepMs);
}

function priceWalk(count: number, random: () => number): Float64Array {
  let price = 91_000;
  return Float64Array.from({ length: count }, () => (price *= 1 + (random() - 0.49) * 0.012));
}

function header(source: DataSource) {
  return { asset: 'BTC', source, asOfMs: DEMO_AS_OF_MS, coverage: { fresh: 4, of: 5 } } as const;
}

/** Hours that a regime lasts, label, family, direction; a family of `gap` is a time that nobody watched. */
const REGIMES = [
  [30, 'neutral', 'quiet', 0],
  [18, 'leverage build-up', 'stake-rising', 0],
  [40, 'leverage-led rally', 'new-longs', 1],
  [9, 'gap', 'gap', 0],
  [26, 'short squeeze', 'short-covering', 1],
  [12, 'spot-led rally', 'short-covering', 1],
  [20, 'crowded long', 'stake-rising', 0],
  [31, 'long squeeze', 'long-unwinding', -1],
  [14, 'unknown', 'unknown', 0],
  [22, 'new shorts', 'new-shorts', -1],
  [27, 'illiquid sell-off', 'new-shorts', -1],
  [8, 'neutral', 'quiet', 0],
  [2, 'deleveraging', 'stake-falling', 0],
  [16, 'neutral', 'quiet', 0],
  [25, 'short squeeze', 'short-covering', 1],
] as const;

/** Regimes up to the newest number; every third begins weak. */
export function demoRegime(): RegimeBand {
  const runs: RegimeRun[] = [];
  const hours = REGIMES.reduce((sum, [length]) => sum + length, 0);
  let atMs = DEMO_AS_OF_MS - hours * HOUR_MS;
  const fromMs = atMs;
  REGIMES.forEach(([length, label, family, direction], index) => {
    const weakHours = index % 3 === 1 ? Math.floor(length / 3) : 0;
    const add = (partHours: number, isWeak: boolean): void => {
      const known = { confidence: isWeak ? 0.41 : 0.784, rarity: isWeak ? 0.24 : 0.031 };
      const basis = { rarityBasis: 'own-history' as const };
      const numbers = { ...basis, ...(label === 'unknown' ? { confidence: null, rarity: null } : known) };
      const toMs = atMs + partHours * HOUR_MS;
      if (family !== 'gap' && partHours > 0)
        runs.push({ fromMs: atMs, toMs, label, family, isWeak, direction, ...numbers });
      atMs = toMs;
    };
    add(weakHours, true);
    add(length - weakHours, false);
  });
  return { runs, fromMs, longestPauseMs: 15 * 60_000 };
}

export function demoTimeline({ seed = 1, source = 'live' }: DemoOptions = {}): RegimeTimeline {
  const atMs = timesBack(300, HOUR_MS);
  const values = priceWalk(atMs.length, randomOf(seed));
  return {
    ...header(source),
    ...demoRegime(),
    kind: 'regime-timeline',
    ...{ price: { atMs, values }, priceLabel: 'Mark price, Binance', quoteAsset: 'USDT' },
    notes: ['One perpetual per exchange.'],
  };
}

export function demoOpenInterest({
  seed = 1,
  source = 'live',
  isBare = false,
}: DemoOptions = {}): OpenInterestChart {
  const random = randomOf(seed);
  const atMs = timesBack(336, HOUR_MS);
  const prices = priceWalk(atMs.length, random);
  const lines = EXCHANGES.map(({ id, label, sides, share }, index): OpenInterestLine => {
    let size = share;
    const base = Float64Array.from(atMs, (_, at) => {
      size *= 1 + (random() - 0.495) * 0.015;
      const isGap = index === GAP.line && at >= GAP.from && at < GAP.to;
      return isGap ? NaN : Math.round(size * 1000) / 1000;
    });
    const usd = base.map((value, at) => value * (prices[at] ?? NaN));
    return { id, label, sides, base: { atMs, values: base }, usd: { atMs, values: usd } };
  });
  const sum = (pick: (line: OpenInterestLine) => Float64Array): Float64Array =>
    Float64Array.from(atMs, (_, at) => lines.reduce((total, line) => total + (pick(line)[at] ?? NaN), 0));
  const aggregate: OpenInterestLine = {
    id: 'aggregate',
    label: 'All exchanges',
    sides: 'one',
    base: { atMs, values: sum((line) => line.base.values) },
    usd: { atMs, values: sum((line) => line.usd.values) },
  };
  return {
    ...header(source),
    kind: 'open-interest',
    ...(isBare ? {} : { regime: demoRegime() }),
    lines: [aggregate, ...lines],
    notes: [
      'Perpetual and dated futures, hourly. All exchanges: the sum, only where each of them has a number.',
    ],
  };
}

export function demoFunding({ seed = 1, source = 'live' }: DemoOptions = {}): FundingHeatmap {
  const random = randomOf(seed + 100);
  const columnAtMs = timesBack(84, 8 * HOUR_MS);
  const columns = columnAtMs.length;
  const cells = new Float32Array(EXCHANGES.length * columns);
  EXCHANGES.forEach((_, row) => {
    for (let column = 0; column < columns; column++) {
      const wave = 0.09 * Math.sin(column / 9 + row * 0.4) + 0.05;
      const isMissing = (row === 3 && column < 14) || (row === 1 && column === 40);
      cells[row * columns + column] = isMissing ? NaN : wave + (random() - 0.5) * 0.08;
    }
  });
  return {
    ...header(source),
    kind: 'funding-heatmap',
    rows: EXCHANGES.map(({ id, label, intervalHours }) => ({ id, label, intervalHours })),
    columnAtMs,
    columnMs: 8 * HOUR_MS,
    cells,
    notes: [
      'Settled funding, annualised: rate × (8,760 h ÷ interval). Hyperliquid: mean of its settlements in 8 h.',
    ],
  };
}

function demoLevel(
  side: LargestLevel['side'],
  nearFraction: number,
  price: number,
  notionalQuote: number,
): LargestLevel {
  const farFraction = nearFraction + 0.0025;
  const [near, far] = [nearFraction, farFraction].map((one) => price * (side === 'long' ? 1 - one : 1 + one));
  return {
    ...{ side, nearFraction, farFraction, notionalQuote },
    ...{ lowQuote: Math.min(near ?? 0, far ?? 0), highQuote: Math.max(near ?? 0, far ?? 0) },
    ...{ leastQuote: notionalQuote * 0.6, mostQuote: notionalQuote * 1.5 },
  };
}

/** Liquidations in one of four columns, more of them where the price went further; the first third is not known. */
function demoRealised(prices: Float64Array, random: () => number): RealisedLiquidations {
  const of = (sign: number): Float64Array =>
    prices.map((price, at) => {
      if (at < prices.length / 3) return NaN;
      const move = (sign * (price - (prices[at - 1] ?? price))) / price;
      return move > 0.003 ? 4e6 * (move / 0.006) ** 2 * (0.5 + random()) : 0;
    });
  const step = (at: number, pick: (...prices: number[]) => number): number =>
    pick(prices[at] ?? NaN, prices[at - 1] ?? prices[at] ?? NaN);
  return {
    ...{ longUsd: of(-1), shortUsd: of(1), of: 'Gate, OKX', isLowerBound: true },
    lowQuote: prices.map((_, at) => step(at, Math.min)),
    highQuote: prices.map((_, at) => step(at, Math.max)),
  };
}

export function demoLiquidations({
  seed = 1,
  source = 'live',
  isBlind = false,
  isQuiet = false,
}: DemoOptions = {}): LiquidationHeatmap {
  const random = randomOf(seed + 200);
  const columnMs = 2 * HOUR_MS;
  const columnAtMs = timesBack(168, columnMs);
  const columns = columnAtMs.length;
  const prices = priceWalk(columns, random);
  const low = Math.min(...prices) * 0.93;
  const high = Math.max(...prices) * 1.07;
  const rows = 180;
  const priceEdges = Float64Array.from({ length: rows + 1 }, (_, edge) => low + ((high - low) * edge) / rows);
  const [longCells, shortCells] = [new Float32Array(rows * columns), new Float32Array(rows * columns)];
  const levels = new Float64Array(rows);
  const binOf = (price: number): number => Math.floor(((price - low) / (high - low)) * rows);
  prices.forEach((price, column) => {
    const grown = 3e7 * random() ** 6;
    for (const leverage of [10, 25, 50, 100])
      for (const side of [-1, 1]) {
        const bin = binOf(price * (1 + side * (1 / leverage - 0.004) * (1 + (random() - 0.5) * 0.2)));
        if (bin >= 0 && bin < rows) levels[bin] = (levels[bin] ?? 0) + grown / leverage ** 0.4;
      }
    const crossed = binOf(price);
    for (let bin = crossed - 1; bin <= crossed + 1; bin++) levels[bin] = 0;
    for (let bin = 0; bin < rows; bin++) {
      const cells = bin < crossed ? longCells : shortCells;
      cells[bin * columns + column] = levels[bin] ?? 0;
    }
  });
  return {
    ...header(source),
    kind: 'liquidation-heatmap',
    columnAtMs,
    columnMs,
    ...{ rows, priceEdges, longCells, shortCells, shown: 'aggregate' },
    choices: EXCHANGES.slice(0, 3).map(({ id, label }) => ({ id, label })),
    placed: { long: 0.62, short: 0.58 },
    score: isBlind
      ? {
          verdict: 'not-above-placebo',
          words:
            'On this history these levels foretold nothing that chance would not: lift 1.02 (placebo 1.03), rank correlation 0.04 (placebo 0.05) on 264 h.',
        }
      : {
          verdict: 'above-placebo',
          words:
            'Levels foretold liquidations better than chance on 264 h of this history: lift 1.41 (placebo 1.03), rank correlation 0.33 (placebo 0.05).',
        },
    largest: [
      demoLevel('short', 0.0125, prices.at(-1) ?? NaN, 41e6),
      demoLevel('long', 0.0175, prices.at(-1) ?? NaN, 33e6),
      demoLevel('long', 0.0375, prices.at(-1) ?? NaN, 29e6),
    ],
    ...(isQuiet ? {} : { realised: demoRealised(prices, randomOf(seed + 300)) }),
    quoteAsset: 'USDT',
    price: { atMs: columnAtMs.map((atMs) => atMs + columnMs / 2), values: prices },
    priceLabel: 'Mark price, Binance',
    assumptions: [
      'Isolated margin; cross margin moves levels further from the price.',
      'Leverage of new positions: 10× 40 %, 25× 30 %, 50× 20 %, 100× 10 %.',
      'New open interest is split evenly between longs and shorts.',
    ],
    notes: ['Levels of open positions by price bin, 2-hour columns.'],
  };
}

/** A full panel of seeded numbers. */
export function demoSnapshot(options: DemoOptions = {}): PanelSnapshot {
  const { source = 'live', version = 1, isPartial = false } = options;
  return {
    ...(isPartial ? { isPartial } : {}),
    version,
    asset: 'BTC',
    source,
    assets: ['BTC', 'ETH', 'SOL'],
    isLoading: false,
    regime: { label: 'crowded long', confidence: 0.62, asOfMs: DEMO_AS_OF_MS },
    charts: [demoOpenInterest(options), demoFunding(options), demoLiquidations(options)],
  };
}

/** From when on the demo's cards have numbers. */
export const DEMO_OLDEST_MS = DEMO_AS_OF_MS - 400 * 86_400_000;

/** The start of the newest day that one exchange of a card lacks. */
export const DEMO_LACKING_MS = Math.floor(DEMO_AS_OF_MS / 86_400_000 / 40) * 40 * 86_400_000;

/** Of what order the numbers of a card are: amounts, or parts and rates. */
const LEVELS: Partial<Record<CardPayload['card'], number>> = {
  'spot-share': 0.3 / 900,
  funding: 0.1 / 900,
  'over-spot': 0.0005 / 900,
  'basis-index': 0.0005 / 900,
  'term-structure': 0.08 / 900,
};

/** As long as labels are that name a feed. */
const LONG_LABEL = 'OKX longs (GET /api/v5/public/liquidation-orders)';

/** Lines of a card: two exchanges and their sum, with a day that one of them lacks. Rates are settled every 8 h. */
export function demoCard(
  { card, asset, stepMs: wanted, fromMs, toMs }: CardWish,
  source: CardPayload['source'],
): CardPayload {
  const isSettled = card === 'funding';
  const stepMs = isSettled ? HOUR_MS : wanted;
  const firstMs = Math.ceil(Math.max(fromMs, DEMO_OLDEST_MS) / stepMs) * stepMs;
  const length = Math.max(0, Math.ceil((Math.min(toMs, DEMO_AS_OF_MS) - firstMs) / stepMs));
  const size = (LEVELS[card] ?? 1) * (asset === 'BTC' ? 1 : 17);
  const turn = asset === 'BTC' ? 0 : 2;
  const isDistance = card === 'over-spot' || card === 'basis-index';
  const isBelowZero = card.includes('delta') || isSettled || isDistance;
  const wave = (level: number, phase: number): Float64Array =>
    Float64Array.from({ length }, (_, at) => {
      const hours = (firstMs + at * stepMs) / HOUR_MS;
      const isLacking = (phase === 1 && Math.floor(hours / 24) % 40 === 0) || (isSettled && hours % 8 !== 0);
      return isLacking
        ? Number.NaN
        : size * (level * (1 + 0.3 * Math.sin(hours / 31 + phase + turn)) - (isBelowZero ? level : 0));
    });
  const [one, other] = [wave(900, 0), wave(600, 1)];
  const sum = one.map((value, at) => value + (other[at] ?? Number.NaN));
  const held = isSettled ? { holdsMs: new Float64Array(length).fill(8 * HOUR_MS) } : {};
  const hasSum = !isSettled && !isDistance && card !== 'price' && card !== 'term-structure';
  return {
    ...{ card, asset, source, stepMs, notes: hasSum ? ['Aggregate = Binance + OKX.'] : [] },
    lines: [
      ...(hasSum ? [{ id: 'aggregate', label: 'Aggregate of 2', firstMs, values: sum } as const] : []),
      { id: 'binance', label: 'Binance', firstMs, values: one, ...held },
      { id: 'okx', label: card === 'liquidations' ? LONG_LABEL : 'OKX', firstMs, values: other, ...held },
    ],
  };
}
