/**
 * How patient a run is. Limits of time are there to end what hangs; they were chosen on a machine that counts as far as `countOnce` does in
 * 100 ms, and on a slower one they would end what merely takes longer.
 */
const usualMs = 100;
/** Three lanes of tests share two cores, and a machine may be several times slower later than when it is measured. */
const crowding = 6;
const slowest = 18;
const tries = 7;

/** @returns {number} how many times longer than usual things take in a run on this machine, 6 to 18; by the middle of seven tries */
export function measurePace() {
  const sortedMs = Array.from({ length: tries }, countOnce).sort((a, b) => a - b);
  const middleMs = sortedMs[tries >> 1] ?? usualMs;
  return Math.min(slowest, crowding * Math.max(1, middleMs / usualMs));
}

/** @returns {number} what the run was started with (`PERPSCOPE_PACE`); 1 where nothing was measured */
export const pace = () => Number(process.env['PERPSCOPE_PACE'] ?? 1);

/**
 * Gives every test and hook as many times its limit as the machine is slower.
 * @param {import('mocha').Suite} suite
 */
export function stretchLimits(suite, factor = pace()) {
  const { getHooks } = /** @type {{ getHooks(when: string): import('mocha').Hook[] }} */ (
    /** @type {unknown} */ (suite)
  );
  const hooks = ['beforeAll', 'afterAll', 'beforeEach', 'afterEach'].flatMap((when) =>
    getHooks.call(suite, when),
  );
  for (const one of [...suite.tests, ...hooks]) one.timeout(Math.round(one.timeout() * factor));
  for (const inner of suite.suites) stretchLimits(inner, factor);
}

function countOnce() {
  const startMs = performance.now();
  let sum = 0;
  for (let count = 0; count < 1e8; count += 1) sum += count;
  return sum > 0 ? performance.now() - startMs : Infinity;
}
