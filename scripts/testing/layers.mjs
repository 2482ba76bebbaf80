/** The test layers, in the order in which they run; `npm test` fails for a layer that finds no test. */

/**
 * @typedef {object} Layer
 * @property {string} name
 * @property {'dist' | 'vsix'} [subject] what is tested in place of the sources
 * @property {RegExp} [leftOut] titles of tests that are not repeated
 * @property {string} glob
 * @property {string} script run under Node 24 with the layer's name
 * @property {'refused' | 'allowed'} network
 * @property {1 | 2} [lane] beside which others it runs; without it in the first lane, whose output is written as it comes
 * @property {true} [isAlone] begins when everything before it has ended: what it measures is time
 * @property {number} timeoutMs of one test
 * @property {number} silenceMs a layer of which no test ends for so long hangs
 */

const mochaLayer = 'scripts/testing/layer.mjs';

/**
 * The tests of requests and sockets, and those of the command line: they run on the sources with the other tests of
 * their folder, then again on the built files, then on the files of the installed VSIX.
 */
export const requestSuite = {
  glob: 'test/loopback/{transport*,sharedPauses,streams,streamsTransport,streamsNetwork,cli}.test.ts',
  /**
   * A day of refused sockets takes 10 s of counting in the sources; the flood measures the same hub, not the socket;
   * many hosts are timed by the clock on the wall, once.
   */
  leftOut: /F7 refused for 24 h|ws-flood: repetitions by the thousand|HTTP client: many hosts/,
};

/**
 * Three lanes for two cores, of about the same length: those who start processes and editors wait for them half of the time.
 * @type {readonly Layer[]}
 */
export const layers = [
  { name: 'unit', script: mochaLayer, network: 'refused', timeoutMs: 20_000 },
  {
    name: 'conformance',
    script: mochaLayer,
    network: 'refused',
    timeoutMs: 20_000,
  },
  {
    name: 'loopback',
    script: mochaLayer,
    lane: 2,
    network: 'allowed',
    timeoutMs: 30_000,
  },
  {
    name: 'host',
    script: 'test/host/run.mjs',
    lane: 1,
    network: 'allowed',
    timeoutMs: 60_000,
  },
  {
    name: 'browser',
    script: mochaLayer,
    network: 'allowed',
    timeoutMs: 60_000,
  },
  {
    name: 'processes',
    script: mochaLayer,
    // Commands are run as the pages state them: the built ones.
    subject: 'dist',
    lane: 2,
    network: 'allowed',
    timeoutMs: 60_000,
  },
  {
    name: 'requests-dist',
    script: mochaLayer,
    ...requestSuite,
    subject: 'dist',
    lane: 1,
    network: 'allowed',
    timeoutMs: 30_000,
  },
  {
    name: 'requests-vsix',
    script: mochaLayer,
    ...requestSuite,
    subject: 'vsix',
    lane: 1,
    network: 'allowed',
    timeoutMs: 30_000,
  },
  {
    name: 'floods',
    script: mochaLayer,
    isAlone: true,
    network: 'allowed',
    timeoutMs: 30_000,
  },
].map((layer) => ({ glob: `test/${layer.name}/**/*.test.ts`, silenceMs: 180_000, ...layer }));
