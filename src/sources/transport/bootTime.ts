import { readFileSync } from 'node:fs';
import { uptime } from 'node:os';

/** Time that goes on evenly from one start of the machine to the next, for all of its processes. */
export interface BootTime {
  /** Differs from one start of the machine to the next. */
  readonly bootId: string;
  /** Ms since the machine started, time asleep included. */
  sinceBootMs(): number;
}

/**
 * Returns the time since this machine's start, or undefined where nothing tells one start from another. Only Linux does:
 * elsewhere a longer time since the start says nothing about how often the machine was started in between.
 */
export function machineBootTime(): BootTime | undefined {
  try {
    const bootId = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
    return /^[0-9a-f-]{36}$/.test(bootId) ? { bootId, sinceBootMs: () => uptime() * 1_000 } : undefined;
  } catch {
    return undefined;
  }
}
