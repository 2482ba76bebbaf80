import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { after, before, describe, it } from 'mocha';
import { isPerpscopeError } from '../../src/core/errors.ts';
import { DAY_MS, HOUR_MS } from '../../src/core/units.ts';
import { startDumpServer, type DumpServer } from '../../src/sources/simulator/dumps/dumpServer.ts';
import { startSimulator, type Simulator } from '../../src/sources/simulator/server.ts';
import { parseEndpoints } from '../../src/sources/transport/endpoints.ts';
import { FakeClock } from '../support/fakeClock.ts';
import { readServed } from '../support/servedDumps.ts';

const NOW_MS = Date.UTC(2026, 10, 1, 12);
const UM = '/data/futures/um';
const metricsPath = (day: string): string => `${UM}/daily/metrics/BTCUSDT/BTCUSDT-metrics-${day}.zip`;
const METRICS = metricsPath('2026-06-24');

describe('simulated hosts of dump files', () => {
  const clock = new FakeClock(NOW_MS);
  let dumps: DumpServer;
  let simulator: Simulator;
  before(async () => {
    const market = { seed: 9, scenario: 'calm', anchorMs: NOW_MS } as const;
    dumps = await startDumpServer({ market, clock });
    simulator = await startSimulator({ ...market, clock, dumps: dumps.addresses });
  });
  after(() => Promise.all([simulator.close(), dumps.close()]));

  const get = (
    path: string,
    headers: Record<string, string> = {},
    host: keyof DumpServer['addresses'] = 'binance',
  ) => fetch(`${dumps.addresses[host]}${path}`, { headers });
  const bytes = async (response: Response): Promise<Buffer> => Buffer.from(await response.arrayBuffer());

  it('stand in the endpoints file, one address each', () => {
    const parsed = parseEndpoints(simulator.endpoints, Object.keys(simulator.endpoints), 'test');
    const found = ['binance', 'okx', 'gate', 'hyperliquid'].map((id) => parsed.get(id)?.dumps);
    assert.deepEqual(found, Object.values(dumps.addresses));
    assert.equal(new Set(found).size, 4);
    assert.ok(found.every((address) => address?.startsWith('http://127.0.0.1:')));
    assert.equal(parsed.get('bybit')?.dumps, undefined);
  });

  it('serve a file with its length, date, ETag and checksum, in parts, and not again to who has it', async () => {
    const whole = await get(METRICS);
    const body = await bytes(whole);
    const header = (name: string): string | null => whole.headers.get(name);
    assert.deepEqual([whole.status, header('content-length')], [200, String(body.length)]);
    assert.equal(header('etag'), `"${createHash('md5').update(body).digest('hex')}"`);
    const modifiedMs = Date.parse(header('last-modified') ?? '');
    const lateHours = (modifiedMs - Date.UTC(2026, 5, 25)) / HOUR_MS;
    assert.ok(lateHours >= 36 && lateHours <= 44, `${lateHours} h after the end of its day`);
    assert.equal(header('x-perpscope-simulated'), '1');
    const checksumText = await (await get(`${METRICS}.CHECKSUM`)).text();
    const { report } = await readServed(METRICS, body, { checksumText });
    assert.equal(report.checksum, 'agrees');
    assert.equal((await get(METRICS, { 'if-none-match': header('etag') ?? '' })).status, 304);
    const part = await get(METRICS, { range: 'bytes=100-199' });
    assert.deepEqual([part.status, await bytes(part)], [206, body.subarray(100, 200)]);
    const headed = await fetch(`${dumps.addresses.binance}${METRICS}`, { method: 'HEAD' });
    assert.deepEqual([headed.status, headed.headers.get('content-length')], [200, String(body.length)]);
    assert.deepEqual(Buffer.from(await dumps.bytesOf(METRICS)), body);
  });

  it('have no file before it is published, and say so as a bucket does', async () => {
    for (const [path, host] of [
      [metricsPath('2026-10-31'), 'binance'],
      [metricsPath('2026-11-01'), 'binance'],
      [`${metricsPath('2026-10-31')}.CHECKSUM`, 'binance'],
      [metricsPath('2030-01-01'), 'binance'],
      [`${UM}/monthly/fundingRate/BTCUSDT/BTCUSDT-fundingRate-2026-11.zip`, 'binance'],
      [`${UM}/monthly/fundingRate/BTCUSDT/BTCUSDT-fundingRate-2026-10.zip`, 'binance'],
      ['/cdn/okex/traderecords/candlesticks/daily/20261101/BTC-USDT-SWAP-candlesticks-2026-11-01.zip', 'okx'],
      ['/futures_usdt/candlesticks_1h/202610/BTC_USDT-202610.csv.gz', 'gate'],
      [
        '/cdn/okex/traderecords/swaprates/monthly/202605/BTC-USDT-SWAP-fundingrates-2026-05.zip.CHECKSUM',
        'okx',
      ],
    ] as const) {
      const answer = await get(path, {}, host);
      assert.equal(answer.status, 404, path);
      assert.match(await answer.text(), /<Code>NoSuchKey<\/Code>/);
    }
    // The same files appear as time goes on.
    const later = new FakeClock(NOW_MS + 4 * DAY_MS);
    const market = { seed: 9, scenario: 'calm', anchorMs: NOW_MS } as const;
    const then = await startDumpServer({ market, clock: later });
    try {
      assert.equal((await fetch(then.addresses.binance + metricsPath('2026-11-01'))).status, 200);
      const month = `${UM}/monthly/fundingRate/BTCUSDT/BTCUSDT-fundingRate-2026-10.zip`;
      assert.equal((await fetch(then.addresses.binance + month)).status, 200);
    } finally {
      await then.close();
    }
  });

  it('list folders and published files page by page', async () => {
    const list = async (query: string): Promise<string> =>
      (await get(`/?delimiter=/&prefix=${query}`)).text();
    const found = (text: string, tag: string): string[] =>
      [...text.matchAll(new RegExp(`<${tag}>([^<]+)</${tag}>`, 'g'))].map(([, value]) => value ?? '');
    assert.deepEqual(found(await list('data/futures/um/'), 'Prefix').slice(1), [
      'data/futures/um/daily/',
      'data/futures/um/monthly/',
    ]);
    const prefix = 'data/futures/um/daily/metrics/BTCUSDT/';
    const keys: string[] = [];
    for (let marker: string | undefined = ''; marker !== undefined;) {
      const page = await list(`${prefix}&marker=${marker}`);
      const own = found(page, 'Key');
      assert.ok(own.length > 0 && own.length <= 1_000);
      keys.push(...own);
      marker = found(page, 'NextMarker')[0];
    }
    assert.equal(keys[0], `${prefix}BTCUSDT-metrics-2021-12-01.zip`);
    assert.equal(keys.at(-1), `${prefix}BTCUSDT-metrics-2026-10-29.zip.CHECKSUM`);
    assert.equal(keys.length, (2 * (Date.UTC(2026, 9, 30) - Date.UTC(2021, 11, 1))) / DAY_MS);
    for (const key of [keys[0] ?? '', keys.at(-1) ?? '']) assert.equal((await get(`/${key}`)).status, 200);
  });

  it('issue a file anew on demand: other bytes, another ETag and date, and a checksum of its own', async () => {
    const path = metricsPath('2026-06-20');
    const old = await get(path);
    const oldBody = await bytes(old);
    await clock.advance(HOUR_MS);
    dumps.reissue(path);
    const anew = await get(path, { 'if-none-match': old.headers.get('etag') ?? '' });
    const body = await bytes(anew);
    assert.deepEqual([anew.status, body.equals(oldBody)], [200, false]);
    assert.equal(Date.parse(anew.headers.get('last-modified') ?? ''), clock.nowMs());
    const checksumText = await (await get(`${path}.CHECKSUM`)).text();
    const { report } = await readServed(path, body, { checksumText });
    assert.deepEqual([report.checksum, report.series[0]?.kept], ['agrees', 288]);
    assert.equal(dumps.defectsOf(path).revised.length, 3);
    assert.throws(() => dumps.reissue('/data/nothing.zip'), /no host/);
  });

  it('go wrong as they are told: the reader refuses what it gets, or nothing comes whole', async () => {
    const isDecode = (error: unknown): boolean => isPerpscopeError(error, 'decode');
    const checksumText = await (await get(`${METRICS}.CHECKSUM`)).text();
    for (const kind of ['cut', 'flipped', 'page'] as const) {
      dumps.setFault(METRICS, { kind }, 1);
      const answer = await get(METRICS);
      assert.equal(answer.status, 200);
      const body = await bytes(answer);
      await assert.rejects(readServed(METRICS, body, { checksumText }), isDecode, kind);
      // Without a checksum a cut or damaged archive is found as well.
      await assert.rejects(readServed(METRICS, body), isDecode, kind);
    }
    dumps.setFault(METRICS, { kind: 'wrong-checksum' }, 1);
    const body = await bytes(await get(METRICS));
    const wrong = await (await get(`${METRICS}.CHECKSUM`)).text();
    assert.match(wrong, /^[0-9a-f]{64} {2}BTCUSDT-metrics-2026-06-24\.zip\n$/);
    await assert.rejects(readServed(METRICS, body, { checksumText: wrong }), isDecode);
    dumps.setFault(METRICS, { kind: 'truncated' }, 1);
    await assert.rejects(get(METRICS).then(bytes));
    dumps.setFault(/metrics/, { kind: 'rate-limited', retryAfterSeconds: 7 }, 1);
    const limited = await get(METRICS);
    assert.deepEqual([limited.status, limited.headers.get('retry-after')], [429, '7']);
    dumps.setFault(/metrics/, { kind: 'unavailable' });
    dumps.setFault(/metrics/, { kind: 'not-found' }, 1);
    assert.deepEqual([(await get(METRICS)).status, (await get(METRICS)).status], [404, 503]);
    dumps.clearFaults();
    assert.deepEqual(await bytes(await get(METRICS)), body);
    dumps.setFault(METRICS, { kind: 'drip', pieceBytes: 4_000, everyMs: 1 }, 1);
    assert.deepEqual(await bytes(await get(METRICS)), body);
    dumps.setFault(METRICS, { kind: 'late', afterMs: 5 }, 1);
    assert.deepEqual(await bytes(await get(METRICS)), body);
    dumps.setFault(METRICS, { kind: 'stalled' }, 1);
    const stopped = new AbortController();
    const stalled = await fetch(`${dumps.addresses.binance}${METRICS}`, { signal: stopped.signal });
    const reader = stalled.body!.getReader();
    assert.ok(((await reader.read()).value?.length ?? 0) < body.length);
    stopped.abort();
    await assert.rejects(reader.read());
    assert.equal((await fetch(`${dumps.addresses.binance}${METRICS}`, { method: 'POST' })).status, 405);
    assert.deepEqual(
      dumps.requests.slice(-2).map(({ method, status, path }) => [method, status, path]),
      [
        ['GET', 200, METRICS],
        ['POST', 405, METRICS],
      ],
    );
  });

  it('are linked to by OKX, newest first, as days and months of UTC+8, and every link leads to a file', async () => {
    type Answer = {
      code: string;
      data: {
        details: {
          instFamily: string;
          dateRangeStart: string;
          dateRangeEnd: string;
          groupDetails: { filename: string; url: string; dateTs: string }[];
        }[];
      }[];
    };
    const ask = async (query: Record<string, string>): Promise<{ status: number; body: Answer }> => {
      const url = new URL(`${simulator.endpoints['okx']?.rest}/api/v5/public/market-data-history`);
      for (const [name, value] of Object.entries({ instType: 'SWAP', ...query }))
        url.searchParams.set(name, value);
      const response = await fetch(url);
      return { status: response.status, body: (await response.json()) as Answer };
    };
    const range = (begin: string, end: string) => ({
      begin: String(Date.parse(begin)),
      end: String(Date.parse(end)),
    });
    // 17:00 UTC is the next day of UTC+8.
    const days = await ask({ module: '2', instFamilyList: 'BTC-USDT,ETH-USDT', dateAggrType: 'daily', ...range('2026-06-23T17:00Z', '2026-06-25T15:00Z') }); // prettier-ignore
    const [bitcoin, ether] = days.body.data[0]?.details ?? [];
    assert.deepEqual(
      bitcoin?.groupDetails.map(({ filename }) => filename),
      ['2026-06-25', '2026-06-24'].map((day) => `BTC-USDT-SWAP-candlesticks-${day}.zip`),
    );
    assert.deepEqual(
      [ether?.instFamily, bitcoin?.dateRangeStart, bitcoin?.dateRangeEnd],
      ['ETH-USDT', ...['2026-06-23T16:00Z', '2026-06-24T16:00Z'].map((text) => String(Date.parse(text)))],
    );
    const months = await ask({ module: '3', instFamilyList: 'BTC-USD', dateAggrType: 'monthly', ...range('2023-04-30T17:00Z', '2023-06-30T15:00Z') }); // prettier-ignore
    const all = await ask({ module: '3', instFamilyList: 'ANY', dateAggrType: 'daily', ...range('2026-06-24', '2026-06-24') }); // prettier-ignore
    const links = [days, months, all].flatMap(({ body }) =>
      (body.data[0]?.details ?? []).flatMap(({ groupDetails }) => groupDetails),
    );
    assert.deepEqual(links.slice(4).map(({ filename }) => filename), ['BTC-USD-SWAP-fundingrates-2023-06.zip', 'BTC-USD-SWAP-fundingrates-2023-05.zip', 'allswap-fundingrates-2026-06-24.zip']); // prettier-ignore
    for (const { url, filename, dateTs } of links) {
      assert.ok(url.startsWith(`${dumps.addresses.okx}/cdn/okex/traderecords/`), url);
      const answer = await fetch(url);
      const { report } = await readServed(new URL(url).pathname, await bytes(answer));
      assert.deepEqual([report.fileName, report.fromMs], [filename, Number(dateTs)]);
    }
    // The newest days are not out yet, and twenty is the most.
    const newest = await ask({ module: '2', instFamilyList: 'BTC-USDT', dateAggrType: 'daily', ...range('2026-09-01', '2026-11-01') }); // prettier-ignore
    const names = newest.body.data[0]?.details[0]?.groupDetails.map(({ filename }) => filename) ?? [];
    assert.deepEqual([names.length, names[0]], [18, 'BTC-USDT-SWAP-candlesticks-2026-10-30.zip']);
    const none = await ask({ module: '1', instFamilyList: 'BTC-USDT', dateAggrType: 'daily', ...range('2026-06-24', '2026-06-24') }); // prettier-ignore
    assert.deepEqual([none.body.code, none.body.data[0]?.details], ['0', []]);
    for (const wrong of [
      { module: '2', instFamilyList: 'BTC-USDT', dateAggrType: 'daily', begin: '1' },
      {
        module: '3',
        instFamilyList: 'BTC-USDT',
        dateAggrType: 'daily',
        ...range('2026-06-24', '2026-06-24'),
      },
      { module: '2', instFamilyList: 'ANY', dateAggrType: 'monthly', ...range('2026-06-24', '2026-06-24') },
      {
        module: '9',
        instFamilyList: 'BTC-USDT',
        dateAggrType: 'daily',
        ...range('2026-06-24', '2026-06-24'),
      },
    ]) {
      const answer = await ask(wrong as Record<string, string>);
      assert.equal(answer.status, 400);
      assert.notEqual(answer.body.code, '0');
    }
  });
});
