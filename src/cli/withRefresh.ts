import type { Engine } from '../engine.ts';
import type { MarketSnapshot } from '../market/snapshot.ts';
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
  const engine = await engineFor(args, io);
  try {
    const request = { assets, timeoutMs, pastMs: PAST_MS, signal: io.signal };
    const snapshot = await engine.market.refresh(
      exchanges === undefined ? request : { ...request, exchanges },
    );
    for (const asset of snapshot.assets) {
      const words = unlistedWords(asset);
      if (words !== undefined) io.note(`${words}\n`);
    }
    await use(snapshot, engine);
    return exitCodeOf(snapshot, io);
  } finally {
    await engine.dispose();
  }
}

/** 0 = every request was answered (old numbers included), 3 = some were not, 1 = there is no number at all. */
export function exitCodeOf(snapshot: MarketSnapshot, io: CommandIo): number {
  const exchanges = snapshot.assets.flatMap((asset) =>
    asset.exchanges.map((one) => ({ asset: asset.asset, ...one })),
  );
  const troubled = exchanges.filter(
    (one) => one.status === 'failed' || one.status === 'limited' || one.failedRequests > 0,
  );
  const hasNumbers = exchanges.some((one) =>
    one.instruments.some((instrument) => instrument.observations.length > 0),
  );
  for (const one of troubled)
    io.note(`${one.displayName} ${one.asset}: ${one.status}, ${one.reason ?? 'no reason given'}\n`);
  if (!hasNumbers) return 1;
  return troubled.length > 0 ? 3 : 0;
}
