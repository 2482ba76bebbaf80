import { storePathFor } from '../store/storePath.ts';
import type { Engine } from '../engine.ts';
import type { MarketSnapshot } from '../market/snapshot.ts';
import { offlineWords, troubleLines } from '../surfaces/reports/troubleGroups.ts';
import { unlistedWords } from '../surfaces/reports/unlistedWords.ts';
import { readAssets, type Arguments } from './arguments.ts';
import type { CommandIo } from './commandIo.ts';
import { engineFor, readExchanges, readTimeoutMs } from './engineFor.ts';

/** A command refreshes once: what an editor asks for over minutes is asked for at once. */
const PAST_MS = 6_000;

/** Runs one refresh as the options say, hands it to `use`, ends the engine. Returns the exit code. */
export async function withRefresh(
  args: Arguments,
  io: CommandIo,
  use: (snapshot: MarketSnapshot, engine: Engine) => Promise<void> | void,
): Promise<number> {
  const assets = readAssets(args.values['asset']);
  const exchanges = readExchanges(args.values['exchanges']);
  const timeoutMs = readTimeoutMs(args);
  let isHistoryLost = false;
  const engine = await engineFor(args, io, { onHistoryLost: () => (isHistoryLost = true) });
  try {
    const request = { assets, timeoutMs, pastMs: PAST_MS, signal: io.signal };
    const snapshot = await engine.market.refresh(
      exchanges === undefined ? request : { ...request, exchanges },
    );
    await use(snapshot, engine);
    const code = exitCodeOf(snapshot, io);
    if (isHistoryLost) return code === 1 ? 1 : 3;
    sayWhereKept(args.values['store'], snapshot, io);
    return code;
  } finally {
    await engine.dispose();
  }
}

/** A simulated market has a file of its own; who looks for the one that was named must know. */
function sayWhereKept(store: string | undefined, { source }: MarketSnapshot, io: CommandIo): void {
  if (store === undefined || source === 'live') return;
  io.note(`SIMULATED market: its history is kept apart, in ${storePathFor(store, source)}`);
}

/**
 * Says which exchanges did not answer and why. 0 = every request was answered (old numbers included), 3 = some were not,
 * 1 = there is no number at all, which is an error.
 */
export function exitCodeOf(snapshot: MarketSnapshot, io: Pick<CommandIo, 'note' | 'fail'>): number {
  const { assets } = snapshot;
  const lines = troubleLines(assets);
  const unlisted = assets.flatMap((asset) => unlistedWords(asset) ?? []);
  const hasNumbers = assets.some(({ exchanges }) =>
    exchanges.some((one) => one.instruments.some(({ observations }) => observations.length > 0)),
  );
  if (hasNumbers) {
    for (const line of [...unlisted, ...lines]) io.note(line);
    return lines.length > 0 ? 3 : 0;
  }
  const offline = offlineWords(assets);
  if (offline !== undefined) io.fail('network', `${offline} With --simulated a simulated market is read.`);
  else io.fail('no-numbers', unlisted.join(' ') || 'no exchange gave a number');
  for (const line of lines) io.note(line);
  return 1;
}
