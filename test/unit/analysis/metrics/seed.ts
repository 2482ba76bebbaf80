/** Seed of the random tests in this run; PERPSCOPE_SEED repeats one. Printed in the titles of the tests. */
export const seed = Number(process.env['PERPSCOPE_SEED'] ?? Date.now() % 2 ** 31);
