import type { Asset } from '../../core/ids.ts';
import { DAY_MS, HOUR_MS, MINUTE_MS } from '../../core/units.ts';
import { assetProfile, type SimulatedExchange } from './profiles.ts';
import { smoothStep, streamOf, uniformAt } from './random.ts';
import { BEFORE, type PerExchange, type Scenario } from './scenario.ts';

/** A price gap: a move made within minutes. `size` is the log return of the market (beta 1). */
export interface Gap {
  readonly atMs: number;
  readonly size: number;
  /** Staged by the scenario and part of its return; the others are filled again within a day or so. */
  readonly isStaged: boolean;
}

/** What the scenario asks of the market at each time. */
export interface Drivers {
  readonly scenario: Scenario;
  readonly anchorMs: number;
  readonly priceWindowStartMs: number;
  readonly openInterestWindowStartMs: number;
  /** Gaps that begin in (fromMs, toMs]. */
  gaps(fromMs: number, toMs: number): readonly Gap[];
  /** Log return of an asset that is still to come until the anchor: 0 at the anchor and after. */
  remainingReturn(asset: Asset, atMs: number): number;
  /** Log change of open interest reached at a time: 0 before the window, the scenario's whole change at its end. */
  openInterestChange(exchange: SimulatedExchange, asset: Asset, atMs: number): number;
  /** A driver at a time: the calm value, blended into the scenario's. */
  blend(read: (scenario: Scenario) => number, atMs: number): number;
}

/** How long a gap takes. */
const GAP_MS = 8 * MINUTE_MS;
const SLOT_MS = DAY_MS / 2;
const GAP_CHANCE_PER_SLOT = 0.14;

/** Returns the number of an exchange. */
export function of(numbers: PerExchange, exchange: SimulatedExchange): number {
  return numbers.except?.[exchange] ?? numbers.all;
}

/** Returns how much of a gap that began `sinceMs` ago is done, 0 to 1. */
export function gapProgress(sinceMs: number): number {
  return smoothStep(sinceMs / GAP_MS);
}

/** Builds the drivers of a scenario that ends at `anchorMs`. */
export function createDrivers(seed: number, scenario: Scenario, anchorMs: number): Drivers {
  const { price, openInterest, flow } = scenario;
  const stream = streamOf(seed, 'gaps');
  const priceWindowStartMs = anchorMs - price.windowHours * HOUR_MS;
  const openInterestWindowStartMs = anchorMs - openInterest.windowHours * HOUR_MS;
  // Gaps of chance would blur what the scenario stages, so none begins while it unfolds.
  const quietFromMs = Math.min(priceWindowStartMs, openInterestWindowStartMs) - DAY_MS;
  const staged: readonly Gap[] = price.gaps.map((gap) => ({
    atMs: anchorMs - gap.hoursBefore * HOUR_MS,
    size: Math.log1p(gap.returnPct / 100),
    isStaged: true,
  }));
  const stagedSum = staged.reduce((sum, gap) => sum + gap.size, 0);

  const lastDayMs = Math.max(priceWindowStartMs, anchorMs - DAY_MS);
  const evenShare = (anchorMs - lastDayMs) / (anchorMs - priceWindowStartMs);
  const lastDayShare = price.lastDayShare ?? evenShare;
  const within = (atMs: number, fromMs: number, toMs: number): number =>
    toMs === fromMs ? 0 : Math.min(1, Math.max(0, (atMs - fromMs) / (toMs - fromMs)));
  const progress = (atMs: number): number =>
    (1 - lastDayShare) * within(atMs, priceWindowStartMs, lastDayMs) +
    lastDayShare * within(atMs, lastDayMs, anchorMs);

  const gapOfSlot = (slot: number): Gap | undefined => {
    if (uniformAt(stream, slot * 4) >= GAP_CHANCE_PER_SLOT) return undefined;
    const atMs = Math.round((slot + uniformAt(stream, slot * 4 + 1)) * SLOT_MS);
    if (atMs > quietFromMs && atMs <= anchorMs) return undefined;
    const sign = uniformAt(stream, slot * 4 + 2) < 0.5 ? -1 : 1;
    return { atMs, size: sign * (0.008 + 0.012 * uniformAt(stream, slot * 4 + 3)), isStaged: false };
  };

  return {
    scenario,
    anchorMs,
    priceWindowStartMs,
    openInterestWindowStartMs,
    gaps(fromMs, toMs) {
      const found = staged.filter((gap) => gap.atMs > fromMs && gap.atMs <= toMs);
      for (let slot = Math.floor(fromMs / SLOT_MS); slot <= Math.floor(toMs / SLOT_MS); slot += 1) {
        const gap = gapOfSlot(slot);
        if (gap !== undefined && gap.atMs > fromMs && gap.atMs <= toMs) found.push(gap);
      }
      return found;
    },
    remainingReturn(asset, atMs) {
      const total = Math.log1p(price.returnPct / 100);
      const share = progress(atMs);
      const done = staged.reduce((sum, gap) => sum + gap.size * gapProgress(atMs - gap.atMs), 0);
      return assetProfile(asset).beta * (total - (total - stagedSum) * share - done);
    },
    openInterestChange(exchange, asset, atMs) {
      const length = anchorMs - openInterestWindowStartMs;
      const share = Math.min(1, Math.max(0, (atMs - openInterestWindowStartMs) / length));
      const weight = openInterest.assetWeight?.[asset] ?? 1;
      const change = Math.log1p((of(openInterest.changePct, exchange) * weight) / 100);
      // A little faster towards the end, so that a record is a record at the anchor and not some hours before.
      return change * share ** 1.5;
    },
    blend(read, atMs) {
      const hoursBefore = (anchorMs - atMs) / HOUR_MS;
      const share = smoothStep((flow.fromHours - hoursBefore) / (flow.fromHours - flow.fullHours));
      return read(BEFORE) + (read(scenario) - read(BEFORE)) * share;
    },
  };
}
