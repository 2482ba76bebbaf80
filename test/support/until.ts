import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import { pace } from '../../scripts/testing/pace.mjs';

const POLL_MS = 50;

/**
 * Waits for something to become true and returns it; fails with what it was in the end. The limit grows with how slow the machine is, as
 * those of the tests do.
 */
export async function until<T>(
  what: string,
  read: () => T | Promise<T>,
  isRight: (value: T) => boolean,
  limitMs = 25_000,
): Promise<T> {
  const deadlineMs = Date.now() + limitMs * pace();
  for (;;) {
    const value = await read();
    if (isRight(value)) return value;
    if (Date.now() > deadlineMs) assert.fail(`${what}: in the end ${JSON.stringify(value)}`);
    await sleep(POLL_MS);
  }
}
