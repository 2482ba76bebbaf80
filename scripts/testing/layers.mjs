/** The test layers, in the order in which they run; `npm test` fails for a layer that finds no test. */

/**
 * @typedef {object} Layer
 * @property {string} name
 * @property {string} glob
 * @property {string} script run under Node 24 with the layer's name
 * @property {'refused' | 'allowed'} network
 * @property {number} timeoutMs of one test
 * @property {number} layerTimeoutMs of the whole layer
 */

const mochaLayer = 'scripts/testing/layer.mjs';

/** @type {readonly Layer[]} */
export const layers = [
  { name: 'unit', script: mochaLayer, network: 'refused', timeoutMs: 10_000, layerTimeoutMs: 180_000 },
  { name: 'conformance', script: mochaLayer, network: 'refused', timeoutMs: 20_000, layerTimeoutMs: 180_000 },
  { name: 'loopback', script: mochaLayer, network: 'allowed', timeoutMs: 30_000, layerTimeoutMs: 600_000 },
  { name: 'browser', script: mochaLayer, network: 'allowed', timeoutMs: 60_000, layerTimeoutMs: 300_000 },
  {
    name: 'host',
    script: 'test/host/run.mjs',
    network: 'allowed',
    timeoutMs: 60_000,
    layerTimeoutMs: 600_000,
  },
].map((layer) => ({ ...layer, glob: `test/${layer.name}/**/*.test.ts` }));
