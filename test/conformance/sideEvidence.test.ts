import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { allRows } from '../../src/core/chunk.ts';
import { HealthBook } from '../../src/market/healthBook.ts';
import { ExchangeSession } from '../../src/sources/collect/exchangeSession.ts';
import { MarketTime } from '../../src/sources/collect/marketTime.ts';
import { adapterOf } from '../../src/sources/exchanges/registry.ts';
import { sideRows } from '../../src/surfaces/reports/sideRows.ts';
import { FakeClock } from '../support/fakeClock.ts';
import { metaAndContexts } from '../support/hyperliquidAnswer.ts';
import { recordedFolder, recordedPayloads } from '../support/recorded.ts';
import { fakeHttp } from '../unit/sources/collect/fakeExchange.ts';

/** What health says of sides after one refresh of the real session, about one coin, whose answers are these. */
async function sideWords(answer: unknown): Promise<string[]> {
  const adapter = adapterOf('hyperliquid');
  assert.ok(adapter !== undefined);
  const clock = new FakeClock();
  const http = fakeHttp(clock);
  http.on('/info', ({ body }: { body?: { type?: string } }) =>
    body?.type === 'metaAndAssetCtxs' ? answer : new Error('not recorded'),
  );
  const session = new ExchangeSession({
    adapter,
    baseUrl: adapter.restBaseUrl,
    http,
    clock,
    time: new MarketTime(clock),
  });
  const book = new HealthBook();
  const result = await session.refresh(['BTC']);
  assert.ok(
    allRows(result.observations).every(({ baseAsset }) => baseAsset === 'BTC'),
    'only what is followed is kept',
  );
  book.record([result], clock.nowMs());
  return sideRows(book.of('hyperliquid', 'Hyperliquid', [], clock.nowMs()).sideEvidence).map(
    ({ value }) => value,
  );
}

describe('the sides of open interest of a whole exchange', () => {
  const coins = (lotsOf: (index: number) => number) =>
    Array.from({ length: 22 }, (_, index) => ({
      name: index === 0 ? 'BTC' : `COIN${index}`,
      szDecimals: index % 6,
      openInterest: (lotsOf(index) / 10 ** (index % 6)).toFixed(index % 6),
    }));

  it('are told from the open interest of all coins, though one is followed', async () => {
    assert.deepEqual(await sideWords(metaAndContexts(coins((index) => 123_456 + 2 * index)))
      .then((words) => words.map((text) => text.replace(/\. .*/s, ''))), [
      'Open interest counts both sides: 22 of 22 values are even lots (chance 2e-7)',
    ]); // prettier-ignore
  });

  it('are undecided where half of the values are odd', async () => {
    const [words] = await sideWords(metaAndContexts(coins((index) => 123_456 + index)));
    assert.match(words ?? '', /^Undecided: 11 of 22 values are even lots/);
  });

  it('are both in the recorded answer of Hyperliquid: 25 of 25', async function () {
    if (recordedFolder === undefined) this.skip();
    const payloads = recordedPayloads('hyperliquid');
    const recorded = (file: string): any =>
      payloads.find((one) => one.file === `hyperliquid/${file}`)?.envelope.response;
    const { universe } = recorded('instruments-3.json');
    const contexts = recorded('tickers-2.json').data.ctxs[0][1];
    // The list is the beginning of the universe that the pushed contexts are about.
    const [words] = await sideWords([{ universe }, contexts.slice(0, universe.length)]);
    assert.match(
      words ?? '',
      /^Open interest counts both sides: 25 of 25 values are even lots \(chance 3e-8\)/,
    );
  });
});

/** What health says of Gate after one refresh of the real session, with the sizes that two of its answers state. */
async function gateWords(total: string, position: number): Promise<string[]> {
  const adapter = adapterOf('gate');
  assert.ok(adapter !== undefined);
  const clock = new FakeClock();
  const http = fakeHttp(clock);
  const contract = {
    name: 'BTC_USDT', type: 'direct', quanto_multiplier: '0.0001', in_delisting: false, funding_interval: 28_800,
    funding_rate: '0.0001', mark_price: '90000', index_price: '90010', last_price: '90001', order_size_min: 1,
    position_size: position,
  }; // prettier-ignore
  const path = '/api/v4/futures/usdt';
  http.on(`${path}/contracts`, [contract]);
  http.on(`${path}/contracts/BTC_USDT`, contract);
  http.on(`${path}/tickers`, [{ contract: 'BTC_USDT', last: '90001', total_size: total, volume_24h: '5000', mark_price: '90000' }]); // prettier-ignore
  const time = new MarketTime(clock);
  const session = new ExchangeSession({ adapter, baseUrl: adapter.restBaseUrl, http, clock, time });
  const book = new HealthBook();
  const result = await session.refresh(['BTC']);
  const sizes = allRows(result.observations).flatMap((row) =>
    row.kind === 'open-interest' && row.barMs === undefined ? [row.openInterestBase] : [],
  );
  assert.deepEqual(sizes, [position / 10_000], 'the reading is the one-sided field alone');
  book.record([result], clock.nowMs());
  return book.of('gate', 'Gate', [], clock.nowMs()).sideEvidence.map(({ evidence }) => evidence.words);
}

describe('the two statements of Gate', () => {
  it('tell which sides its tickers count', async () => {
    const told = '1 of 1 values are';
    assert.deepEqual(await gateWords('1000000', 1_000_000), [`Open interest counts one side: ${told} 1 times the one-sided field`]); // prettier-ignore
    assert.deepEqual(await gateWords('2000000', 1_000_000), [`Open interest counts both sides: ${told} 2 times the one-sided field`]); // prettier-ignore
    assert.match((await gateWords('1500000', 1_000_000))[0] ?? '', /^Undecided/);
    assert.deepEqual(await gateWords('0', 1_000_000), []);
  });
});
