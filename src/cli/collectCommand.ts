import { isPerpscopeError, PerpscopeError } from '../core/errors.ts';
import { jsonLine } from '../core/outsideText.ts';
import { SECOND_MS } from '../core/units.ts';
import type { Engine } from '../engine.ts';
import { readAssets, readNumber, type Arguments } from './arguments.ts';
import { collectLine, collectStatus, type CollectLive } from './collectStatus.ts';
import type { CommandIo } from './commandIo.ts';
import { engineFor, readExchanges, readTimeoutMs } from './engineFor.ts';

const DEFAULT_EVERY_S = 60;
const DEFAULT_ASSETS = 'BTC,ETH';
/** Who is slower than most is told of in the next line. */
const GRACE_MS = 2 * SECOND_MS;
/** Between two looks at what the terminal shows. */
const TICK_MS = SECOND_MS;
/** A round that others have asked for in this part of the time between two rounds serves as well. */
const SERVED_SHARE = 0.75;

/**
 * `perpscope collect`: asks the exchanges again and again, receives what they push and keeps it, until it is stopped. Of
 * several processes on one history one collects; the others wait to take its place. Returns the exit code: 0 where it
 * was stopped, 1 where the history cannot be kept.
 */
export async function collectCommand(args: Arguments, io: CommandIo): Promise<number> {
  const assets = readAssets(args.values['assets'] ?? DEFAULT_ASSETS, '--assets');
  const exchanges = readExchanges(args.values['exchanges']);
  const timeoutMs = readTimeoutMs(args);
  const everyMs =
    (readNumber('every', args.values['every'], { min: 15, max: 3_600 }) ?? DEFAULT_EVERY_S) * SECOND_MS;
  const lost = new AbortController();
  const engine = await engineFor(args, io, {
    streams: true,
    share: 'collect',
    onHistoryLost: () => lost.abort(new PerpscopeError('store', 'the history cannot be kept')),
  });
  const signal = AbortSignal.any([io.signal, lost.signal]);
  if (args.values['store'] === undefined)
    io.note('nothing is kept: --store FILE names the file of the history');
  try {
    const request = { assets, timeoutMs, signal, graceMs: GRACE_MS, servedByMs: everyMs * SERVED_SHARE };
    await collect(engine, exchanges === undefined ? request : { ...request, exchanges }, {
      ...{ io, signal, everyMs },
      isJson: args.flags.has('json'),
    });
    return lost.signal.aborted ? 1 : 0;
  } finally {
    io.status?.(undefined);
    await engine.dispose();
  }
}

interface Collecting {
  readonly io: CommandIo;
  readonly signal: AbortSignal;
  readonly everyMs: number;
  readonly isJson: boolean;
}

async function collect(
  engine: Engine,
  request: Parameters<Engine['market']['refresh']>[0],
  { io, signal, everyMs, isJson }: Collecting,
): Promise<void> {
  const { market } = engine;
  let toldAsOfMs: number | undefined;
  // Each round is told of as it ends, whoever collects: the next may begin at once.
  const listening = market.onDidChange((state) => {
    if (!isJson || state.isRefreshing || state.isPushed === true || state.snapshot === undefined) return;
    if (state.snapshot.asOfMs === toldAsOfMs) return;
    toldAsOfMs = state.snapshot.asOfMs;
    io.write(`${jsonLine(collectLine(state, liveOf(engine)))}\n`);
  });
  let running: Promise<unknown> | undefined;
  let lastMs = Number.NEGATIVE_INFINITY;
  let toldBy: string | undefined;
  while (!signal.aborted) {
    if (running === undefined && io.clock.monotonicMs() - lastMs >= everyMs) {
      lastMs = io.clock.monotonicMs();
      running = market
        .refresh(request)
        .catch((error: unknown) => sayFailure(error, signal, io))
        .finally(() => (running = undefined));
    }
    const { state } = market;
    const { isHere } = liveOf(engine);
    const by = isHere ? 'here' : 'elsewhere';
    if (state.snapshot !== undefined && by !== toldBy && io.status === undefined)
      io.note(isHere ? 'this process collects; stop with Ctrl-C' : 'another process collects; this one takes its place when it ends'); // prettier-ignore
    if (state.snapshot !== undefined) toldBy = by;
    io.status?.(collectStatus(state, liveOf(engine)));
    await io.clock.sleep(TICK_MS, signal).catch(() => undefined);
  }
  await running;
  listening.dispose();
}

function liveOf({ market, streamStatus }: Engine): CollectLive {
  const isHere = market.health().collecting?.isHere !== false;
  return { streams: streamStatus()?.streams ?? [], isHere, nowMs: market.nowMs() };
}

function sayFailure(error: unknown, signal: AbortSignal, io: CommandIo): void {
  if (signal.aborted) return;
  const message = error instanceof Error ? error.message : String(error);
  io.fail(isPerpscopeError(error) ? error.code : 'store', message);
}
