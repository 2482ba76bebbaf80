/** What an exchange can do to the others beside the faults that the simulator has by name. */

/** @typedef {(request: import('node:http').IncomingMessage, response: import('node:http').ServerResponse, forward: () => Promise<Response>) => Promise<void>} Way */

const MARK = { 'x-perpscope-simulated': '1' };

/** @param {number} ms */
const wait = (ms) => new Promise((done) => setTimeout(done, ms));

/** @type {Readonly<Record<string, Way>>} */
export const DOOR_WAYS = {
  /** Nine seconds an answer, and the list of instruments has always another page. */
  async 'slow-pages'(request, response, forward) {
    let text = await (await forward()).text();
    if ((request.url ?? '').includes('instruments-info'))
      text = text.replace(/"nextPageCursor":"[^"]*"/, `"nextPageCursor":"more${Math.random()}"`);
    await wait(9_000);
    response.writeHead(200, MARK).end(text);
  },
  /** Millions of values in an answer of a legal size. */
  async 'many-values'(_request, response) {
    response.writeHead(200, MARK).end(`[${'{},'.repeat(2_700_000)}{}]`);
  },
  /** All is well, but for what the exchange says of the budget: it is spent. */
  async 'spent-budget'(_request, response, forward) {
    const answer = await forward();
    const spent = {
      'x-bapi-limit-status': '0',
      'x-mbx-used-weight-1m': '1e308',
      'x-mbx-used-weight-1d': '999999',
    };
    response.writeHead(answer.status, { ...MARK, ...spent }).end(await answer.text());
  },
  async 'unavailable-for-an-hour'(_request, response) {
    response.writeHead(503, { ...MARK, 'retry-after': '3600' }).end('{}');
  },
  async 'limited-for-ever'(_request, response) {
    response.writeHead(429, { ...MARK, 'retry-after': '9999999999' }).end('{}');
  },
};

/** The simulator's faults of answers, by name. */
export const FAULT_WAYS = /** @type {const} */ ([
  'geo-block',
  'rate-limit',
  'ban',
  'forbidden',
  'server-error',
  'garbage',
  'empty',
  'null-fields',
  'wrong-symbol',
  'stall',
  'slow-header',
  'slow-drip',
  'endless-body',
  'gzip-bomb',
  'br-bomb',
  'zstd-bomb',
  'refuse',
  'no-connect',
]);
