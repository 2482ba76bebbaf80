const SIGNALS = ['SIGINT', 'SIGTERM'] as const;
/** Time for a command that was asked to stop to do so in good order, also on a machine that has much else to do. Who waits no longer asks again. */
const GRACE_MS = 15_000;

/**
 * Calls `stop` at the first signal that asks the process to end. A second one ends it at once, and so does the system's
 * own way some seconds after the first, for whoever does not stop.
 */
export function stopOnSignals(stop: () => void, graceMs = GRACE_MS): void {
  const onFirst = (signal: NodeJS.Signals): void => {
    // Without a listener a signal does what it does to any process.
    for (const one of SIGNALS) process.off(one, onFirst);
    setTimeout(() => process.kill(process.pid, signal), graceMs).unref();
    stop();
  };
  for (const signal of SIGNALS) process.on(signal, onFirst);
}
