import type { MachineClock } from '../../core/clock.ts';
import { formatDuration } from './format.ts';

/** Returns what a reader must know of a machine whose clock is wrong, as two sentences. */
export function machineClockText({ behindMs, exchanges }: MachineClock): string {
  const length = `${formatDuration(Math.abs(behindMs))} ${behindMs > 0 ? 'slow' : 'fast'}`;
  const whose = exchanges === 1 ? 'one exchange' : `${exchanges} exchanges`;
  return `This machine's clock is ${length} by the clocks of ${whose}. Ages are counted by the exchanges' clocks.`;
}
