import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { bitget } from '../../src/sources/exchanges/bitget/adapter.ts';
import { gate } from '../../src/sources/exchanges/gate/adapter.ts';
import { okx } from '../../src/sources/exchanges/okx/adapter.ts';
import { decodeEnvelope, instrumentsAmong } from '../support/decodeEnvelope.ts';
import { recordedFolder, recordedPayloads } from '../support/recorded.ts';

/** What tardis-dev makes of a frame: raw units, the side of a liquidation is that of its order. */
interface TardisRow {
  readonly type: string;
  readonly symbol: string;
  readonly timestamp: string;
  readonly lastPrice?: number | null;
  readonly openInterest?: number | null;
  readonly price?: number;
  readonly amount?: number;
  readonly side?: string;
}

/** Frames whose only rows are book tickers or updates of books, which are not read. */
const UNREAD: readonly string[] = ['book_ticker', 'book_change'];

describe('recorded frames with an independent reading', function () {
  before(function () {
    if (recordedFolder === undefined) this.skip();
  });
  for (const adapter of [okx, bitget, gate]) {
    const payloads = recordedPayloads(adapter.id);
    const instruments = instrumentsAmong(
      adapter,
      payloads.map(({ envelope }) => envelope),
    );
    for (const { file, envelope } of payloads) {
      const tardis = envelope.expected?.['tardis'] as readonly TardisRow[] | undefined;
      if (tardis === undefined) continue;
      it(`${file} agrees with tardis, or is refused by name`, () => {
        const { observations, issues } = decodeEnvelope(adapter, envelope, instruments);
        const read = tardis.filter(({ type }) => !UNREAD.includes(type));
        if (read.length === 0 && observations.length === 0)
          return assert.ok(
            issues.some(({ code }) => code === 'unsupported'),
            JSON.stringify(issues),
          );
        for (const theirs of read) {
          const own = observations.filter(
            (one) => one.venueSymbol === theirs.symbol && one.atMs === Date.parse(theirs.timestamp),
          );
          assert.ok(own.length > 0, `no counterpart of ${JSON.stringify(theirs)}`);
          for (const one of own) {
            if (one.kind === 'mark-price') assert.equal(one.lastPriceQuote, theirs.lastPrice);
            // Raw contracts there: ten of them are one FIL.
            if (one.kind === 'open-interest')
              assert.equal(one.openInterestBase, (theirs.openInterest ?? 0) / 10);
            if (one.kind === 'liquidation') {
              assert.equal(one.priceQuote, theirs.price);
              // `amount` is quote currency of Bitget; see the evidence table.
              assert.equal(one.notionalUsd, theirs.amount);
              assert.equal(one.liquidatedSide, theirs.side === 'sell' ? 'long' : 'short');
            }
          }
        }
      });
    }
  }
});
