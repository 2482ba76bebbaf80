import type { InstrumentKey } from '../../../core/ids.ts';
import type { TakerVolume, Trade } from '../../../core/observation.ts';
import { TAKER_AMOUNTS } from '../../../core/takerAmounts.ts';
import { HOUR_MS, MINUTE_MS } from '../../../core/units.ts';
import { ORDER_TOLERANCE_MS } from './eventWindow.ts';

type Side = 'buy' | 'sell';

interface Sums {
  readonly last: Trade;
  readonly count: number;
  readonly base: Amounts;
  readonly usd: Amounts;
  readonly contracts: Amounts;
}

/** Sums of one unit, and how many trades stated it. */
interface Amounts {
  readonly buy: number;
  readonly sell: number;
  readonly count: number;
}

const NOTHING: Amounts = { buy: 0, sell: 0, count: 0 };
/** The running minute, the one before it and what came early or late. */
const MAX_MINUTES = 6;
const MAX_INSTRUMENTS = 2_000;

/**
 * Sums trades into taker volume by the minute, in the exchange's own time. A minute is given out once no trade of it
 * can come any more (60 s after its end), and only if the channel was live without a gap from its beginning on: a
 * part of a minute gives nothing, never a smaller number. A minute without trades gives nothing either.
 */
export class TakerMinutes {
  readonly #minutes = new Map<number, Map<InstrumentKey, Sums>>();
  /** Since when every trade has come; each instrument proves it for itself, for each has its own subscription. */
  readonly #coveredFromMs = new Map<InstrumentKey, number>();
  /** Of all instruments: a trade before this was missed. */
  #missedUntilMs = Number.NEGATIVE_INFINITY;

  /** The channel has a gap: nothing that is not complete yet will be. */
  uncover(): void {
    this.#coveredFromMs.clear();
    this.#minutes.clear();
    this.#missedUntilMs = Number.NEGATIVE_INFINITY;
  }

  /** A trade of about this time could not be counted: its minute gives nothing. `newestMs` bounds a wrong time. */
  missed(atMs: number, newestMs: number): void {
    const nextMs = (Math.floor(Math.min(atMs, newestMs) / MINUTE_MS) + 1) * MINUTE_MS;
    if (nextMs > this.#missedUntilMs) this.#missedUntilMs = nextMs;
  }

  /**
   * Takes new trades of one frame and returns the minutes that are complete now. `newestMs` is the time of the newest
   * trade of the channel.
   */
  add(trades: readonly Trade[], newestMs: number): TakerVolume[] {
    for (const instrument of new Set(trades.map((trade) => trade.instrument))) {
      if (this.#coveredFromMs.has(instrument)) continue;
      const own = trades.filter((trade) => trade.instrument === instrument);
      // The first frame may repeat the past, and its newest trade may be late: the later of trade and receipt counts,
      // within the tolerance, for the clock here may be wrong.
      const seenMs = Math.max(...own.map((trade) => trade.atMs));
      const receivedMs = Math.max(...own.map((trade) => trade.receivedAtMs));
      this.#coveredFromMs.set(
        instrument,
        Math.max(seenMs, Math.min(receivedMs, seenMs + ORDER_TOLERANCE_MS)),
      );
    }
    for (const trade of trades) this.#addOne(trade);
    return this.#drain(newestMs);
  }

  #addOne(trade: Trade): void {
    const startMs = Math.floor(trade.atMs / MINUTE_MS) * MINUTE_MS;
    const minute = this.#minutes.get(startMs) ?? new Map<InstrumentKey, Sums>();
    if (!this.#minutes.has(startMs)) {
      if (this.#minutes.size >= MAX_MINUTES) return this.uncover();
      this.#minutes.set(startMs, minute);
    }
    const before = minute.get(trade.instrument);
    if (before === undefined && minute.size >= MAX_INSTRUMENTS) return this.uncover();
    const { takerSide: side, sizeBase, notionalUsd, sizeContracts } = trade;
    minute.set(trade.instrument, {
      last: before !== undefined && before.last.receivedAtMs > trade.receivedAtMs ? before.last : trade,
      count: (before?.count ?? 0) + 1,
      base: plus(before?.base, side, sizeBase),
      usd: plus(before?.usd, side, notionalUsd),
      contracts: plus(before?.contracts, side, sizeContracts),
    });
  }

  #drain(newestMs: number): TakerVolume[] {
    const rows: TakerVolume[] = [];
    for (const [startMs, minute] of [...this.#minutes].sort(([a], [b]) => a - b)) {
      if (startMs + MINUTE_MS + ORDER_TOLERANCE_MS > newestMs) continue;
      this.#minutes.delete(startMs);
      if (startMs < this.#missedUntilMs) continue;
      for (const [instrument, sums] of minute) {
        const coveredFromMs = this.#coveredFromMs.get(instrument) ?? Number.POSITIVE_INFINITY;
        if (startMs >= coveredFromMs) rows.push(rowOf(sums, startMs));
      }
    }
    return rows;
  }
}

function plus(before: Amounts = NOTHING, side: Side, amount: number | undefined): Amounts {
  if (amount === undefined) return before;
  return { ...before, [side]: before[side] + amount, count: before.count + 1 };
}

/** A unit that not every trade stated would be a smaller number: it is left out. */
function rowOf({ last, count, base, usd, contracts }: Sums, atMs: number): TakerVolume {
  const { exchange, venueSymbol, baseAsset, instrument, market, receivedAtMs, endpoint } = last;
  return {
    kind: 'taker-volume',
    exchange,
    venueSymbol,
    baseAsset,
    instrument,
    ...(market === undefined ? {} : { market }),
    atMs,
    receivedAtMs,
    endpoint,
    barMs: MINUTE_MS,
    ...(base.count === count ? { takerBuyBase: base.buy, takerSellBase: base.sell } : {}),
    ...(usd.count === count ? { takerBuyUsd: usd.buy, takerSellUsd: usd.sell } : {}),
    ...(contracts.count === count
      ? { takerBuyContracts: contracts.buy, takerSellContracts: contracts.sell }
      : {}),
  };
}

const MINUTES = HOUR_MS / MINUTE_MS;

/** Sums complete minutes into hours: 60 of 60, else nothing. For exchanges that publish no such statistic. */
export class TakerHours {
  readonly #hours = new Map<
    InstrumentKey,
    { readonly atMs: number; readonly minutes: Map<number, TakerVolume> }
  >();

  /** Takes minutes in order of time and returns the hours that they complete. */
  add(minutes: readonly TakerVolume[]): TakerVolume[] {
    return minutes.flatMap((minute) => {
      const atMs = Math.floor(minute.atMs / HOUR_MS) * HOUR_MS;
      const known = this.#hours.get(minute.instrument);
      if (known !== undefined && known.atMs > atMs) return [];
      const hour = known?.atMs === atMs ? known : { atMs, minutes: new Map<number, TakerVolume>() };
      if (known === undefined && this.#hours.size >= MAX_INSTRUMENTS) return [];
      this.#hours.set(minute.instrument, hour);
      hour.minutes.set(minute.atMs, minute);
      if (hour.minutes.size < MINUTES) return [];
      this.#hours.delete(minute.instrument);
      return [hourOf([...hour.minutes.values()], atMs, minute)];
    });
  }
}

function hourOf(minutes: readonly TakerVolume[], atMs: number, last: TakerVolume): TakerVolume {
  const { exchange, venueSymbol, baseAsset, instrument, market, receivedAtMs, endpoint } = last;
  const sums = TAKER_AMOUNTS.flatMap((field) => {
    const values = minutes.map((minute) => minute[field]);
    const isWhole = values.every((value) => value !== undefined);
    return isWhole ? [[field, values.reduce<number>((sum, value) => sum + (value ?? 0), 0)]] : [];
  });
  const known = { exchange, venueSymbol, baseAsset, instrument, atMs, receivedAtMs, endpoint };
  const about = market === undefined ? known : { ...known, market };
  return { kind: 'taker-volume', ...about, barMs: HOUR_MS, ...Object.fromEntries(sums) };
}
