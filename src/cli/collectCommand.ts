import { isPerpscopeError, PerpscopeError } from '../core/errors.ts';
import { jsonLine } from '../core/outsideText.ts';
import { SECOND_MS } from '../core/units.ts';
import type { Engine } from '../engine.ts';
import { readAssets, readNumber, type Arguments } from './arguments.ts';
import { collectLine, collectStatus } from './collectStatus.ts';
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
  { market, streamStatus }: Engine,
  request: Parameters<Engine['market']['refresh']>[0],
  { io, signal, everyMs, isJson }: Collecting,
): Promise<void> {
  let running: Promise<unknown> | undefined;
  let lastMs = Number.NEGATIVE_INFINITY;
  let toldAsOfMs: number | undefined;
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
    const { collecting } = market.health();
    const isHere = collecting?.isHere !== false;
    // Whoever collects, each round is told of once.
    const by = isHere ? 'here' : 'elsewhere';
    if (state.snapshot !== undefined && by !== toldBy && io.status === undefined)
      io.note(isHere ? 'this process collects; stop with Ctrl-C' : 'another process collects; this one takes its place when it ends'); // prettier-ignore
    if (state.snapshot !== undefined) toldBy = by;
    const live = { streams: streamStatus()?.streams ?? [], isHere, nowMs: market.nowMs() };
    const isNew = !state.isRefreshing && state.isPushed !== true && state.snapshot?.asOfMs !== toldAsOfMs;
    if (isJson && isNew && state.snapshot !== undefined) io.write(`${jsonLine(collectLine(state, live))}\n`);
    if (isNew) toldAsOfMs = state.snapshot?.asOfMs;
    io.status?.(collectStatus(state, live));
    await io.clock.sleep(TICK_MS, signal).catch(() => undefined);
  }
  await running;
}

function sayFailure(error: unknown, signal: AbortSignal, io: CommandIo): void {
  if (signal.aborted) return;
  const message = error instanceof Error ? error.message : String(error);
  io.fail(isPerpscopeError(error) ? error.code : 'store', message);
}
