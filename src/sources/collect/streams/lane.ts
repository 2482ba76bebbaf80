import type { Instrument } from '../../../core/instrument.ts';
import type { IssueCode } from '../../../core/issue.ts';
import type { Liquidation, LiquidationVolume, Observation, Trade } from '../../../core/observation.ts';
import type { ExchangeAdapter } from '../../exchanges/contract.ts';
import type { InstrumentTable } from '../../exchanges/decodeAnswer.ts';
import { applyChannel, type Frame } from '../../exchanges/decodeFrame.ts';
import { ListCorrections } from '../../exchanges/listCorrections.ts';
import type { StreamChannel } from '../../exchanges/stream.ts';
import { EventWindow, identityOf } from './eventWindow.ts';
import type { FillWindows } from './fillWindows.ts';
import {
  idleLane,
  resumedLane,
  stepLane,
  type LaneEffect,
  type LaneEvent,
  type LaneState,
  type Moment,
} from './laneState.ts';
import { LiquidationHours } from './liquidationHours.ts';
import { Pauses } from './silenceWitness.ts';
import { DROP_SHARE_MINIMUM, HIGH_DROP_SHARE, type StreamStatus } from './streamStatus.ts';
import { TakerHours, TakerMinutes } from './takerMinutes.ts';

/** Which instruments a lane reads, and which rows are kept. Replaced whole when the followed instruments change. */
export interface Followed {
  readonly instruments: readonly Instrument[];
  /** Those whose contract size is known. */
  readonly table: InstrumentTable;
  readonly keys: ReadonlySet<string>;
}

/** Issues that mean that something could not be read, as opposed to something that nobody follows. */
const UNREADABLE: ReadonlySet<IssueCode> = new Set(['decode', 'implausible', 'unknown-interval']);
/** A connection after another without data is given more time each, up to this factor. */
const MAX_PATIENCE = 6;

/** One channel on one socket: its state, its counters, and what is made of its frames. */
export class Lane {
  readonly channel: StreamChannel<never>;
  readonly part: number;
  topics: readonly string[] = [];
  lastError: string | undefined;
  overflow = 0;
  readonly #adapter: ExchangeAdapter;
  readonly #corrections: ListCorrections;
  readonly #window = new EventWindow();
  readonly #minutes = new TakerMinutes();
  readonly #hours: TakerHours | undefined;
  readonly #liquidations: LiquidationHours | undefined;
  readonly #fills: FillWindows | undefined;
  readonly #pauses = new Pauses();
  readonly #issues = new Map<IssueCode, number>();
  #state: LaneState;
  #isQuiet = false;
  /** When a witness was last asked and found that silence was true; wall time. */
  #quietAtMs = Number.NEGATIVE_INFINITY;
  /** Connections up to this one know nothing of the present topics. */
  #outdated = 0;
  #fruitless = 0;
  #messages = 0;
  #unreadable = 0;
  #duplicates = 0;
  #late = 0;
  #gaps = 0;

  /**
   * `corrections`: what payloads of all sources have said against the lists of instruments. `fills`: shared by all lanes
   * of an exchange.
   */
  constructor(
    adapter: ExchangeAdapter,
    channel: StreamChannel<never>,
    part: number,
    now: Moment,
    corrections = new ListCorrections(),
    fills?: FillWindows,
  ) {
    this.#adapter = adapter;
    this.#corrections = corrections;
    this.channel = channel;
    this.part = part;
    this.#state = idleLane(now);
    const hasStatistic = adapter.polls.some(
      (poll) => poll.about === channel.about && poll.yields.includes('taker-volume'),
    );
    this.#hours = hasStatistic ? undefined : new TakerHours();
    if (channel.yields.some((kind) => kind === 'trade' || kind === 'open-interest')) this.#fills = fills;
    const name = channel.id.replace(/^[^/]*\//, '');
    if (channel.yields.includes('liquidation'))
      this.#liquidations = new LiquidationHours(name, channel.coverage ?? 'unverified');
  }

  get state(): LaneState {
    return this.#state;
  }

  get medianPauseMs(): number | undefined {
    return this.#pauses.medianMs;
  }

  /** Before the first connection: another process had the channel complete until then, and ended. */
  resumeAfter(from: Moment, now: Moment): void {
    this.#state = resumedLane(from, now);
    this.#gaps += 1;
  }

  /** Moves the state machine; returns what the runner must do. */
  handle(event: LaneEvent, now: Moment): readonly LaneEffect[] {
    const { rhythm, staleAfterMs } = this.channel;
    const rules = { rhythm, staleAfterMs: staleAfterMs * 2 ** Math.min(this.#fruitless, MAX_PATIENCE) };
    const before = this.#state;
    const { lane, effects } = stepLane(before, event, now, rules);
    this.#state = lane;
    if (event.type === 'witness') {
      this.#isQuiet = event.verdict === 'quiet';
      if (this.#isQuiet) this.#quietAtMs = before.askedAt?.wallMs ?? this.#quietAtMs;
    }
    if (event.type === 'lost') this.#uncover();
    for (const effect of effects) {
      if (effect.type === 'replace-connection')
        this.#fruitless = lane.dataAt === undefined ? this.#fruitless + 1 : 0;
      if (effect.type !== 'gap-opened') continue;
      this.#gaps += 1;
      this.#uncover();
    }
    // Proved by nothing yet: what is summed from here on begins anew.
    if (lane.state !== 'live' && before.state === 'live') this.#uncover();
    return effects;
  }

  /** The topics are others: a minute that began before knows nothing of the new ones. */
  setTopics(topics: readonly string[]): void {
    this.topics = topics;
    this.#outdated = this.#state.newest;
    this.#uncover();
  }

  /** What it brings is not for this market, for this reason. */
  refuse(reason: string): void {
    this.lastError = reason;
    this.count('unsupported');
  }

  /** A frame could not even be unpacked. */
  countUnreadable(): void {
    this.#messages += 1;
    this.#unreadable += 1;
    this.count('decode');
  }

  /**
   * Decodes one frame. Returns rows of followed instruments that are new, with minutes and hours of taker volume in
   * place of trades, and whether the frame is valid data.
   */
  read(frame: Frame, followed: Followed, monoMs: number): { rows: Observation[]; isValid: boolean } {
    this.#messages += 1;
    const { table } = followed;
    const { rows, issues } = applyChannel(this.#adapter, this.channel, frame, table, this.#corrections);
    for (const { code } of issues) this.count(code);
    const isUnreadable = issues.some(({ code }) => UNREADABLE.has(code));
    const kept = this.#withoutRepetitions(
      rows.filter((row) => followed.keys.has(row.instrument)),
      monoMs,
    );
    // Part of a stream may hold nothing of use, which is normal while the rest of it comes.
    // And what contradicts the list was read: it is the list that fails.
    const isContradiction = issues.length > 0 && issues.every(({ code }) => code === 'contradiction');
    const isEmpty = issues.length === 0 && this.#state.state === 'live';
    const isValid = rows.length > 0 || isContradiction || isEmpty;
    if (isValid) this.#fruitless = 0;
    if (rows.length > 0) {
      this.#isQuiet = false;
      if (this.channel.rhythm === 'events') this.#pauses.add(monoMs);
    }
    this.#liquidations?.add(kept.filter((row) => row.kind === 'liquidation'));
    this.#fills?.add(kept, table);
    const summed = this.#summed(kept);
    if (isUnreadable) {
      this.#unreadable += 1;
      // What it held is of unknown time: sums begin anew after it.
      this.#uncover();
    }
    return { rows: summed, isValid };
  }

  /**
   * Liquidations of the hours that have ended and over which the channel was live; asked for every second.
   * `exchangeNowMs` is now by the exchange's clock, undefined while that is not known.
   */
  liquidationHours(followed: Followed, now: Moment, exchangeNowMs: number | undefined): LiquidationVolume[] {
    if (this.#liquidations === undefined || this.#state.state !== 'live' || exchangeNowMs === undefined)
      return [];
    if (this.#state.connection <= this.#outdated) return [];
    const kind = this.channel.about ?? 'perpetual';
    // Without a contract size an event is not read, and its absence would be a zero.
    const instruments = followed.instruments.filter(
      (one) => one.kind === kind && followed.table.has(one.key),
    );
    // Topics that are split over sockets are only part of what is followed here.
    const own = instruments.filter((one) =>
      this.channel.topics([one]).every((topic) => this.topics.includes(topic)),
    );
    this.#liquidations.cover(own, exchangeNowMs);
    const quietAtMs = this.#quietAtMs + exchangeNowMs - now.wallMs;
    return this.#liquidations.drain(exchangeNowMs, now.wallMs, Math.max(this.#window.newestMs, quietAtMs));
  }

  #uncover(): void {
    this.#minutes.uncover();
    this.#fills?.uncover();
    this.#liquidations?.uncover();
  }

  status(
    now: Moment,
  ): Omit<StreamStatus, 'exchange' | 'socket' | 'reconnects' | 'nextAttemptAtMs' | 'isSimulated'> {
    const { state, since, dataAt } = this.#state;
    const dropShare = this.#messages === 0 ? 0 : this.#unreadable / this.#messages;
    const isSilent = now.monoMs - (dataAt ?? since).monoMs > this.channel.staleAfterMs;
    return {
      stream: this.channel.id,
      part: this.part,
      topics: this.topics.length,
      state,
      sinceMs: since.wallMs,
      isQuiet:
        this.channel.rhythm === 'events' &&
        (state === 'live' || state === 'subscribed') &&
        (isSilent || this.#isQuiet),
      ...(dataAt === undefined ? {} : { lastDataAtMs: dataAt.wallMs }),
      messages: this.#messages,
      drops: {
        issues: Object.fromEntries(this.#issues),
        duplicates: this.#duplicates,
        late: this.#late,
        overflow: this.overflow,
      },
      dropShare,
      isDropShareHigh: this.#messages >= DROP_SHARE_MINIMUM && dropShare > HIGH_DROP_SHARE,
      gaps: this.#gaps,
      ...(this.lastError === undefined ? {} : { lastError: this.lastError }),
    };
  }

  /** Something was not used, for this reason. */
  count(code: IssueCode): void {
    this.#issues.set(code, (this.#issues.get(code) ?? 0) + 1);
  }

  #withoutRepetitions(rows: readonly Observation[], monoMs: number): Observation[] {
    const occurrences = new Map<string, number>();
    return rows.filter((row) => {
      if (row.kind !== 'trade' && row.kind !== 'liquidation') return true;
      const verdict = this.#window.judge(row, monoMs, occurrenceOf(row, occurrences));
      if (verdict === 'duplicate') this.#duplicates += 1;
      if (verdict === 'late') {
        this.#late += 1;
        this.#fills?.uncover();
        if (row.kind === 'trade') this.#minutes.missed(row.atMs, this.#window.newestMs);
        else this.#liquidations?.missed(row.atMs);
      }
      return verdict === 'new';
    });
  }

  #summed(rows: readonly Observation[]): Observation[] {
    const trades = rows.filter((row) => row.kind === 'trade');
    if (trades.length === 0) return [...rows];
    const minutes = this.#minutes.add(trades, this.#window.newestMs);
    const others = rows.filter((row) => row.kind !== 'trade');
    return [...others, ...minutes, ...(this.#hours?.add(minutes) ?? [])];
  }
}

/** Which of several equal events of one frame this is; those with an id are told apart by it. */
function occurrenceOf(row: Trade | Liquidation, seen: Map<string, number>): number {
  if ((row.kind === 'trade' ? row.tradeId : row.eventId) !== undefined) return 0;
  const identity = identityOf(row);
  const count = seen.get(identity) ?? 0;
  seen.set(identity, count + 1);
  return count;
}
