import { jsonLine } from '../core/outsideText.ts';
import { snapshotText } from '../surfaces/reports/snapshotText.ts';
import type { Arguments } from './arguments.ts';
import type { CommandIo } from './commandIo.ts';
import { withRefresh } from './withRefresh.ts';

/** `perpscope snapshot`: the numbers of the moment per exchange and in aggregate. Returns the exit code. */
export function snapshotCommand(args: Arguments, io: CommandIo): Promise<number> {
  return withRefresh(args, io, (snapshot) =>
    io.write(args.flags.has('json') ? `${jsonLine(snapshot)}\n` : snapshotText(snapshot)),
  );
}
