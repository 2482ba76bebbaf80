import type { LevelScore } from '../analysis/calibration/calibrate.ts';
import { scoreWords, type Unscored } from '../analysis/calibration/scoreWords.ts';
import { heatmapAssumptions } from '../analysis/heatmap/heatmapAssumptions.ts';
import type { PathBar, PriceBar } from '../analysis/heatmap/barPath.ts';
import type { PictureFrame } from '../analysis/heatmap/levelPicture.ts';
import { DEFAULT_LEVERAGE_WEIGHTS } from '../analysis/heatmap/leveragePriors.ts';
import type { ExchangeId } from '../core/ids.ts';
import { HOUR_MS } from '../core/units.ts';
import type { ChartInput, Charted, LiquidationModel } from './chartData.ts';
import { levelRun, type LevelRun } from './levelRun.ts';
import { heldPrices, levelSource, withFacts, type LevelSource } from './levelSources.ts';
import { marginTable, type ExchangeMargin, type MarginFacts } from './marginTables.ts';
import { withOlder } from './olderBars.ts';
import { openInterestSum } from './openInterestChart.ts';
import { realisedColumns } from './realisedLiquidations.ts';
import { closesOf, LEAST_BARS, priceBars, type LevelSeries, type PriceBars } from './priceBars.ts';

const ROWS = 160;
/** Levels are drawn as far beyond the prices shown; those at 5x lie there. */
const PADDING = 0.2;

/** What the liquidation chart is made of besides the history. */
export interface LiquidationInput extends ChartInput, Omit<MarginFacts, 'nameOf'> {
  /** What the store holds before the days in memory, newest first; nothing unless stated. */
  readonly older?: readonly LevelSeries[];
  /** The exchange whose levels are wanted alone; where it has none, all of them are shown. */
  readonly levelsOf?: ExchangeId;
}

/** An exchange as it is modelled. */
type Modelled = LevelSource &
  ExchangeMargin & {
    /** Its bars of the days in memory alone: what a score is of. */
    readonly recent: readonly PathBar[];
  };

/** Whose levels are drawn, out of what. */
export interface LevelPlan {
  readonly shown: ExchangeId | 'aggregate';
  readonly choices: readonly ExchangeId[];
  readonly exchanges: readonly Modelled[];
  readonly prices: Omit<PriceBars, 'bars'>;
  /** The bars of these prices as far back as they are held, and of the hours that are shown. */
  readonly held: readonly PriceBar[];
  readonly line: readonly PriceBar[];
}

/**
 * Returns what the levels of an asset are made of, added up over exchanges or of one of them, or what they lack. The aggregate is of the
 * exchanges whose open interest is added up.
 */
export function levelPlan(input: LiquidationInput): Charted<LevelPlan> {
  const { history, inOrder, hours, levelsOf, older = [] } = input;
  const sum = openInterestSum(history, hours);
  const reference = priceBars(history, hours);
  if (sum === undefined || reference === undefined) {
    const needed = `${hours / 2} h of open interest and ${LEAST_BARS} h of prices by the hour`;
    return { unavailable: `The model needs ${needed}, up to now.` };
  }
  const choices = sum.exchanges.toSorted(inOrder);
  const shown = choices.find((id) => id === levelsOf) ?? 'aggregate';
  const exchanges = (shown === 'aggregate' ? choices : [shown]).map((exchange): Modelled => {
    const recent = levelSource(history, exchange, reference);
    const all = withOlder(recent.bars, older, exchange, recent.prices);
    const source = { ...recent, ...withFacts(all), recent: recent.bars };
    const priceQuote = recent.bars[0]?.closeQuote ?? Number.NaN;
    return { ...source, ...marginTable(history, exchange, input, priceQuote) };
  });
  const prices = shown === 'aggregate' ? reference : (exchanges[0]?.prices ?? reference);
  const held = heldPrices(history, prices).bars;
  const line = held.filter(({ atMs }) => atMs >= history.nowMs - hours * HOUR_MS);
  if (line.length === 0) return { unavailable: 'The model found no levels in the history at hand.' };
  return { data: { shown, choices, exchanges, prices, held, line } };
}

/**
 * Returns the modelled levels at which positions would be liquidated (ADR 0039), with what is known of how well they foretell. The
 * weights of leverage are those fitted for the score, else the assumed ones.
 */
export function liquidationChart(
  plan: LevelPlan,
  { history, nameOf }: Pick<ChartInput, 'history' | 'nameOf'>,
  scored: LevelScore | Unscored,
): LiquidationModel {
  const { shown, choices, exchanges, prices, line } = plan;
  const fitted = scored !== 'no-liquidations' && 'weights' in scored ? scored : undefined;
  const weights = fitted?.weights ?? DEFAULT_LEVERAGE_WEIGHTS;
  const priceQuote = line.at(-1)?.closeQuote ?? Number.NaN;
  const run = levelRun({ exchanges, weights, frame: frameOf(line), priceQuote });
  const { picture, placedLong, placedShort, largest, openInterestBase } = run;
  const ids = exchanges.map(({ exchange }) => exchange);
  const realised = realisedColumns(history, ids, picture.columnAtMs, line);
  return {
    levels: {
      ...picture,
      columnAtMs: picture.columnAtMs.slice(),
      priceEdges: picture.priceEdges.slice(),
      longCells: picture.longCells.slice(),
      shortCells: picture.shortCells.slice(),
    },
    ...{ shown, choices, exchanges: ids },
    filledFromMs: Math.min(...exchanges.flatMap(({ bars }) => bars[0]?.atMs ?? [])),
    assumedMargin: exchanges.flatMap(({ isAssumed, exchange }) => (isAssumed ? [exchange] : [])),
    ...{ price: closesOf(line), priceFrom: prices.exchange, priceType: prices.priceType, priceQuote },
    ...{ openInterestBase, largest, weights },
    placed: {
      ...(placedLong === undefined ? {} : { long: placedLong }),
      ...(placedShort === undefined ? {} : { short: placedShort }),
    },
    ...(realised === undefined ? {} : { realised }),
    score: { verdict: fitted?.verdict ?? 'not-scored', words: scoreWords(scored) },
    assumptions: [
      ...heatmapAssumptions({
        ...{ weights, areFitted: fitted !== undefined },
        exchanges: factsOf(exchanges, run, nameOf),
      }),
      ...(exchanges.some(({ bars, recent }) => bars.length > recent.length)
        ? [
            'The score is of levels filled from the last 30 d alone, and so are the weights that are fitted for it.',
          ]
        : []),
      `Levels more than ${100 * PADDING} % outside the prices shown are counted but not drawn.`,
    ],
  };
}

/** A column an hour, from the first price shown to the last, and all rows that levels of the prices shown may lie in. */
function frameOf(bars: readonly PriceBar[]): PictureFrame {
  const [firstMs, lastMs] = [bars[0]?.atMs ?? 0, bars.at(-1)?.atMs ?? 0];
  return {
    ...{ firstMs, columnMs: HOUR_MS, columns: (lastMs - firstMs) / HOUR_MS + 1, rows: ROWS },
    lowQuote: bars.reduce((low, bar) => Math.min(low, bar.lowQuote), Infinity) * (1 - PADDING),
    highQuote: bars.reduce((high, bar) => Math.max(high, bar.highQuote), 0) * (1 + PADDING),
  };
}

function factsOf(
  exchanges: readonly Modelled[],
  { impossible }: LevelRun,
  nameOf: (exchange: ExchangeId) => string,
): Parameters<typeof heatmapAssumptions>[0]['exchanges'] {
  return exchanges.map((one, at) => {
    const { exchange, prices, table, bars, hasVolume, withoutPrices, withoutOpenInterest } = one;
    return {
      ...{ name: nameOf(exchange), marginSource: table.source, margin: table.margin },
      ...(prices.exchange === exchange
        ? {}
        : { pricesOf: `the ${prices.priceType} of ${nameOf(prices.exchange)}` }),
      ...{ impossible: impossible[at] ?? [], bars: bars.length, hasVolume },
      ...(bars[0] === undefined ? {} : { fromMs: bars[0].atMs }),
      ...{ withoutPrices, withoutOpenInterest },
    };
  });
}
