/** The rows of bench/store.mjs: random walks in decimals as exchanges write them, the same for whoever stores them. */

export const FIELDS = Array.from({ length: 12 }, (_, index) => `value${index}`);
export const BAR_MS = 300_000;
export const PAGE_ROWS = 1_000;
export const START_MS = Date.UTC(2025, 0, 1);
/** Ten series of a year of five minutes, and 190 of 5,000 bars: 2.0 M rows. */
export const SERIES = Array.from({ length: 200 }, (_, index) => ({
  index,
  rows: index < 10 ? 105_120 : 5_000,
  exchange: `exchange${index % 10}`,
  asset: index < 10 ? 'BTC' : `COIN${index}`,
}));

/** @param {number} seed */
function randomOf(seed) {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/** Prices, amounts in coins, in USD, rates: level, size of a step, decimals. */
const WALKS = [
  [60_000, 30, 1],
  [60_000, 30, 1],
  [60_000, 30, 2],
  [2_500, 2, 2],
  [80_000, 40, 3],
  [5e9, 2e6, 0],
  [1_200, 200, 3],
  [900, 150, 3],
  [7e7, 1e7, 2],
  [0.0001, 0.000_02, 8],
  [1.4, 0.01, 4],
  [0.58, 0.002, 4],
];

/** Pages of all series in turn, as a back-fill brings them. */
export function* pages() {
  const states = SERIES.map(({ index }) => ({
    random: randomOf(index + 1),
    values: WALKS.map(([level = 0]) => level),
  }));
  for (let first = 0; first < 105_120; first += PAGE_ROWS)
    for (const series of SERIES) {
      const rows = Math.min(PAGE_ROWS, series.rows - first);
      const state = states[series.index];
      if (rows <= 0 || state === undefined) continue;
      const atMs = Float64Array.from({ length: rows }, (_, row) => START_MS + (first + row) * BAR_MS);
      const columns = WALKS.map(() => new Float64Array(rows));
      for (let row = 0; row < rows; row += 1)
        WALKS.forEach(([, step = 0, decimals = 0], field) => {
          const value = Math.abs((state.values[field] ?? 0) + (state.random() - 0.5) * 2 * step);
          state.values[field] = value;
          const column = columns[field];
          if (column !== undefined) column[row] = Math.round(value * 10 ** decimals) / 10 ** decimals;
        });
      yield { series, atMs, columns };
    }
}
