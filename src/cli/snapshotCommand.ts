import type { MarketSnapshot } from '../market/snapshot.ts';
import { snapshotText } from '../surfaces/reports/snapshotText.ts';
import { readAssets, type Arguments } from './arguments.ts';
import type { CommandIo } from './commandIo.ts';
import { engineFor, readExchanges, readTimeoutMs } from './engineFor.ts';

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

/** `perpscope snapshot`: the numbers of the moment per exchange and in aggregate. Returns the exit code. */
export async function snapshotCommand(args: Arguments, io: CommandIo): Promise<number> {
  const assets = readAssets(args.values['asset']);
  const exchanges = readExchanges(args.values['exchanges']);
  const timeoutMs = readTimeoutMs(args);
  const engine = await engineFor(args, io);
  try {
    const request = {
      assets,
      timeoutMs,
      signal: io.signal,
      ...(exchanges === undefined ? {} : { exchanges }),
    };
    const snapshot = await engine.market.refresh(request);
    io.write(args.flags.has('json') ? `${JSON.stringify(snapshot)}\n` : snapshotText(snapshot));
    return exitCodeOf(snapshot, io);
  } finally {
    await engine.dispose();
  }
}
