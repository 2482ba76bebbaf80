import { Emitter } from '../../src/core/emitter.ts';
import { PerpscopeError } from '../../src/core/errors.ts';
import type { Logger } from '../../src/core/logger.ts';
import { EngineService } from '../../src/compose/engineService.ts';
import type { EngineThread } from '../../src/compose/workerThread.ts';
import type { Engine, EngineOptions } from '../../src/engine.ts';
import type { RefreshRequest } from '../../src/market/market.ts';
import type { RulesChoice } from '../../src/market/rulesChoice.ts';
import type { MarketState } from '../../src/market/snapshot.ts';

/** An engine that does what a test says, and notes what it is told. */
export interface FakeEngine {
  readonly engine: Engine;
  readonly options: EngineOptions;
  readonly asked: string[];
  /** The columns of charts that it made. */
  readonly columns: Float64Array[];
  readonly requests: RefreshRequest[];
  /** Each choice of rules that it was told of, and how many refreshes it had been asked for then. */
  readonly rules: (RulesChoice & { readonly refreshes: number })[];
  become(state: MarketState): void;
  /** Answers the refresh that runs. */
  answer(error?: Error): void;
  watchers: number;
  offsetMs: number;
}

const idle: MarketState = { phase: 'idle', source: 'live', isRefreshing: false, regimes: new Map() };

export function fakeEngine(options: EngineOptions, nowMs: () => number): FakeEngine {
  const changed = new Emitter<MarketState>();
  let settle: (error?: Error) => void = () => undefined;
  const market = {
    state: idle,
    onDidChange: changed.event,
    nowMs: () => nowMs() + fake.offsetMs,
    refresh: (request: RefreshRequest) => {
      fake.asked.push('refresh');
      fake.requests.push(request);
      return new Promise<void>((resolve, reject) => {
        settle = (error) => (error === undefined ? resolve() : reject(error));
        request.signal?.addEventListener('abort', () => reject(new PerpscopeError('aborted', 'called off')));
      });
    },
    watch: () => {
      fake.watchers += 1;
      return { dispose: () => void (fake.watchers -= 1) };
    },
    health: () => ({ asOfMs: 7, source: 'live', exchanges: [] }),
    listedAssets: () => ['BTC', 'ETH'],
  };
  const fake: FakeEngine = {
    options,
    asked: [],
    columns: [],
    requests: [],
    rules: [],
    watchers: 0,
    offsetMs: 0,
    become: (state) => changed.fire(state),
    answer: (error) => settle(error),
    engine: {
      market: market as unknown as Engine['market'],
      adapters: [{ id: 'okx', displayName: 'OKX' }] as unknown as Engine['adapters'],
      charts: ({ charts }) => {
        fake.asked.push(`charts ${charts.join()}`);
        const column = { atMs: Float64Array.of(1, 2), values: Float64Array.of(3, Number.NaN) };
        fake.columns.push(column.atMs, column.values);
        const lines = [{ id: 'okx', sides: 'one' as const, base: column, usd: column }];
        const openInterest = { data: { lines, aggregated: [], carried: [] } };
        return Promise.resolve({ source: 'live', charts: { openInterest } });
      },
      lines: ({ series, stepMs }) => {
        fake.asked.push(`lines ${series.join()}`);
        const values = Float64Array.of(3, Number.NaN);
        fake.columns.push(values);
        const lines = series.map((one) => ({ series: one, id: 'okx' as const, firstMs: 0, values }));
        return Promise.resolve({ source: 'live', stepMs, lines, sums: [], apart: 0 });
      },
      chooseRules: (choice) => {
        fake.rules.push({ ...choice, refreshes: fake.requests.length });
        return Promise.resolve();
      },
      streamStatus: () => undefined,
      redact: (text) => text.replaceAll('secret-key-of-the-user', '[key removed]'),
      transportState: () => ({ pauses: fake.asked.length }),
      dispose: () => {
        fake.asked.push('dispose');
        return Promise.resolve();
      },
    },
  };
  return fake;
}

/** A thread without a thread: the engine's side runs here, and nothing but copies crosses. */
export class FakeThread implements EngineThread {
  readonly ended: Promise<string>;
  #end: (why: string) => void = () => undefined;
  #listener: (message: unknown) => void = () => undefined;
  #isOver = false;
  /** What came while it hung. */
  #held: unknown[] | undefined;
  fake: FakeEngine | undefined;
  readonly service: EngineService;
  /** Every message that crossed, in both directions. */
  readonly crossed: unknown[] = [];

  constructor(nowMs: () => number, failure?: () => Error | undefined) {
    this.ended = new Promise((resolve) => (this.#end = resolve));
    this.service = new EngineService({
      nowMs,
      post: (message, transfer) => {
        const copy = structuredClone(message, { transfer: [...transfer] });
        this.crossed.push(copy);
        queueMicrotask(() => {
          if (!this.#isOver) this.#listener(copy);
        });
      },
      create: (options) => {
        const error = failure?.();
        if (error !== undefined) return Promise.reject(error);
        this.fake = fakeEngine(options, nowMs);
        return Promise.resolve(this.fake.engine);
      },
      onStopped: () => this.die('with exit code 0'),
    });
  }

  post(message: unknown): void {
    const copy: unknown = structuredClone(message);
    this.crossed.push(copy);
    queueMicrotask(() => {
      if (this.#held !== undefined) this.#held.push(copy);
      else if (!this.#isOver) this.service.receive(copy);
    });
  }

  onMessage(listener: (message: unknown) => void): void {
    this.#listener = listener;
  }

  /** Takes messages and does nothing, as in a loop that does not end. */
  hang(): void {
    this.#held ??= [];
  }

  /** The loop has ended after all. */
  goOn(): void {
    const held = this.#held ?? [];
    this.#held = undefined;
    for (const message of held) this.service.receive(message);
  }

  die(why: string): void {
    this.#isOver = true;
    this.#end(why);
  }

  end(why = 'with exit code 1'): Promise<void> {
    this.die(why);
    return Promise.resolve();
  }
}

/** Notes what is logged. */
export function notingLogger(): Logger & { readonly lines: string[] } {
  const lines: string[] = [];
  const note = (message: string): void => void lines.push(message);
  return { lines, debug: note, info: note, warn: note, error: note };
}
