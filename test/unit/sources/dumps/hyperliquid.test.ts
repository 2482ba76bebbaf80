import assert from 'node:assert/strict';
import { isDeepStrictEqual } from 'node:util';
import { describe, it } from 'mocha';
import type { Observation } from '../../../../src/core/observation.ts';
import { DAY_MS, HOUR_MS } from '../../../../src/core/units.ts';
import type { SeriesId } from '../../../../src/series/catalogue.ts';
import { readRange } from '../../../../src/series/range/readRange.ts';
import { bytesSource } from '../../../../src/sources/dumps/byteSource.ts';
import { DUMP_LIMITS } from '../../../../src/sources/dumps/limits.ts';
import { readDump, type DumpRead } from '../../../../src/sources/dumps/readDump.ts';
import { createHyperliquidDumps } from '../../../../src/sources/simulator/dumps/hyperliquidHost.ts';
import { createSimulatedMarket } from '../../../../src/sources/simulator/market.ts';
import { createMemoryStore } from '../../../../src/store/memoryStore.ts';
import { FETCHED_MS, formatOf } from '../../../support/dumpFiles.ts';
import { observe } from '../../market/builders.ts';

const DAY = Date.UTC(2024, 1, 1);
const row = (day: number, coin: string, usd: unknown) => ({
  time: new Date(DAY + day * DAY_MS).toISOString().slice(0, 19),
  ...{ coin, open_interest: usd },
});

function read(text: string | Uint8Array, coin = 'BTC'): Promise<DumpRead> {
  const source = bytesSource('open_interest', Buffer.from(text), DUMP_LIMITS);
  const options = { receivedAtMs: FETCHED_MS, wants: (symbol: string) => symbol === coin };
  return readDump(source, formatOf('hyperliquid/open_interest'), options);
}
const fileOf = (rows: readonly unknown[]): string => JSON.stringify({ chart_data: rows });

describe('the statistics of Hyperliquid', () => {
  it('are dollars of both sides by day, of the coin that is asked for, and no coins', async () => {
    const { chunks, report } = await read(
      fileOf([row(0, 'BTC', 2e9), row(0, 'ETH', 1e9), row(1, 'BTC', 2.5e9), row(1, 'ETH', 1e9)]),
    );
    const [chunk] = chunks;
    assert.deepEqual([chunks.length, report.rows, report.unwanted], [1, 4, 2]);
    const { shared, atMs, columns } = chunk!;
    assert.deepEqual(
      [shared.instrument, shared['sides'], shared['barMs'], shared['usdBasis']],
      ['hyperliquid:BTC', 'both', DAY_MS, 'venue'],
    );
    assert.deepEqual([...atMs], [DAY, DAY + DAY_MS]);
    assert.deepEqual(columns, { openInterestUsd: new Float64Array([2e9, 2.5e9]) });
  });

  it('have a hole where a day is missing between two, and none before a coin was listed', async () => {
    const { report } = await read(
      fileOf([row(0, 'BTC', 1), row(1, 'BTC', null), row(2, 'BTC', 'soon'), row(3, 'BTC', 4), row(3, 'BTC', 4)]),
    ); // prettier-ignore
    assert.deepEqual(report.bad, { absent: 1, number: 1 });
    assert.deepEqual(
      report.series.map(({ kept, repeats, holes }) => [kept, repeats, holes]),
      [[2, 1, [{ fromMs: DAY + DAY_MS, toMs: DAY + 3 * DAY_MS, cause: 'bad-rows' }]]],
    );
  });

  it('are refused as a whole where the file was cut, is no JSON or holds no rows', async () => {
    const whole = fileOf([row(0, 'BTC', 1), row(1, 'BTC', 2)]);
    for (const text of [whole.slice(0, -20), '<html></html>', '{"error":"gone"}', fileOf([])])
      await assert.rejects(read(text), { code: 'decode' }, text);
  });

  it('are read as the simulated host gives them, to the last day of the real file', async () => {
    const nowMs = Date.UTC(2026, 10, 1);
    const market = createSimulatedMarket({ seed: 3, scenario: 'calm', anchorMs: nowMs });
    const bytes = await createHyperliquidDumps(market, 'as-published').find('/open_interest', nowMs)!.make(0);
    const { report } = await read(bytes, 'ETH');
    const [own] = report.series;
    assert.deepEqual([report.bad, own?.holes], [{}, []]);
    assert.deepEqual([own?.firstAtMs, own?.lastAtMs], [Date.UTC(2023, 5, 13), Date.UTC(2026, 3, 3)]);
    assert.equal(own?.kept, (Date.UTC(2026, 3, 4) - Date.UTC(2023, 5, 13)) / DAY_MS);
  });

  it('are means of days and so part of no line and no sum of levels', async () => {
    const levels: Observation[] = ['hyperliquid', 'okx'].flatMap((exchange) =>
      [HOUR_MS, DAY_MS].flatMap((barMs) =>
        Array.from({ length: (3 * DAY_MS) / barMs }, (_, at) => {
          const atMs = DAY + at * barMs;
          const amounts = { openInterestBase: 100 + at, openInterestUsd: 5e6 + at };
          return observe(exchange, 'open-interest', { ...amounts, atMs, receivedAtMs: atMs + barMs, barMs, sides: 'one' }); // prettier-ignore
        }),
      ),
    );
    const [without, beside] = [createMemoryStore('live'), createMemoryStore('live')];
    await Promise.all([without, beside].map((store) => store.append(levels)));
    await beside.append((await read(fileOf([0, 1, 2].map((day) => row(day, 'BTC', 9e9))))).chunks);
    for (const id of ['open-interest', 'open-interest-usd', 'open-interest-daily'] satisfies SeriesId[])
      for (const stepMs of [HOUR_MS, DAY_MS]) {
        if (id === 'open-interest-daily' && stepMs < DAY_MS) continue;
        const about = { asset: 'BTC', id, stepMs, fromMs: DAY, toMs: DAY + 3 * DAY_MS, nowMs: DAY + 4 * DAY_MS, isSummed: true }; // prettier-ignore
        const found = await Promise.all(
          [without, beside].map(async (store) => {
            const parts: unknown[] = [];
            for await (const { sum, columns } of (await readRange(store, about)).rows()) parts.push(sum, columns); // prettier-ignore
            return parts;
          }),
        );
        assert.ok(
          found[0]?.length && isDeepStrictEqual(found[1], found[0]),
          `${id} by ${stepMs / HOUR_MS} h`,
        );
      }
  });
});
