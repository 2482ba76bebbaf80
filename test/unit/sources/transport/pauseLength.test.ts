import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import {
  capped,
  parseRetryAfter,
  pauseAfter,
  shortenedText,
} from '../../../../src/sources/transport/pauseLength.ts';

const NOW = Date.UTC(2026, 10, 1, 12, 0, 0);
const DAY = 86_400_000;

describe('parseRetryAfter', () => {
  it('takes seconds in full', () => {
    assert.equal(parseRetryAfter('2', undefined, NOW), 2_000);
    assert.equal(parseRetryAfter(' 7200 ', undefined, NOW), 7_200_000);
    assert.equal(parseRetryAfter('259200', undefined, NOW), 259_200_000);
    assert.equal(parseRetryAfter('0.5', undefined, NOW), 1_000);
    assert.equal(parseRetryAfter('0', undefined, NOW), 1_000);
  });

  it('takes a date, measured against the clock of the server', () => {
    const until = new Date(NOW + 600_000).toUTCString();
    assert.equal(parseRetryAfter(until, undefined, NOW), 600_000);
    assert.equal(parseRetryAfter(until, new Date(NOW).toUTCString(), NOW + 3_600_000), 600_000);
    assert.equal(parseRetryAfter('Sun Nov  1 12:10:00 2026', undefined, NOW), 600_000);
    assert.equal(parseRetryAfter('Sunday, 01-Nov-26 12:10:00 GMT', undefined, NOW), 600_000);
    assert.equal(parseRetryAfter(new Date(NOW - 5_000).toUTCString(), undefined, NOW), 1_000);
  });

  it('says nothing about what it cannot read', () => {
    for (const text of [undefined, '', 'soon', '-5', '1e9', 'Infinity', 'Mon, nonsense GMT', '2026-11-01'])
      assert.equal(parseRetryAfter(text, undefined, NOW), undefined, text);
  });

  it('measures a date against the clock here where the date beside it makes no sense', () => {
    const until = new Date(NOW + 120_000).toUTCString();
    for (const date of [
      'Thu, 01 Jan 1970 00:00:00 GMT',
      'Sun, 01 Nov 2015 12:00:00 GMT',
      'Mon, 01 Nov 2021 12:00:00 GMT',
    ])
      assert.equal(parseRetryAfter(until, date, NOW), 120_000, date);
    // Both make sense: the server knows best what it means by its own time.
    assert.equal(parseRetryAfter(until, new Date(NOW - 3_600_000).toUTCString(), NOW), 3_720_000);
    assert.equal(parseRetryAfter(until, new Date(NOW + 3_600_000).toUTCString(), NOW), 1_000);
  });
});

describe('pauseAfter', () => {
  const limits = [{ weight: 20, windowMs: 2_000 }];
  const ms = (status: number, headerMs?: number, wordsMs?: number, windows = limits): number | undefined =>
    pauseAfter({ status, headerMs, wordsMs }, windows)?.ms;

  it('obeys the header, and has a default by status', () => {
    assert.equal(ms(429, 2_000), 2_000);
    assert.equal(ms(418, 7_200_000), 7_200_000);
    assert.equal(ms(429), 60_000);
    assert.equal(ms(429, undefined, undefined, [{ weight: 1_000, windowMs: 300_000 }]), 300_000);
    assert.equal(ms(418), 120_000);
    assert.equal(ms(403), 600_000);
    assert.equal(ms(403, 5_000), 600_000);
    assert.equal(ms(403, 3_600_000), 3_600_000);
    assert.equal(ms(451), 3_600_000);
    assert.equal(ms(451, 2_000), 3_600_000);
  });

  it('takes trouble of the exchange for a pause only where it names one', () => {
    assert.equal(ms(503), undefined);
    assert.equal(ms(500), undefined);
    assert.equal(ms(404), undefined);
    assert.equal(ms(503, 3_600_000), 3_600_000);
    assert.equal(ms(400, undefined, 7_200_000), 7_200_000);
    assert.equal(ms(418, 60_000, 7_200_000), 60_000);
  });

  it('takes what nobody waits for as the longest ban there is, and says so', () => {
    for (const asked of [9_999_999_999_000, 1e18, Infinity]) {
      const pause = pauseAfter({ status: 429, headerMs: asked }, limits);
      assert.equal(pause?.ms, 3 * DAY);
      assert.equal(pause?.askedMs, asked);
    }
    assert.equal(shortenedText(capped(9_999_999_999_000)), ', asked for 317 years, taken as 3 days');
    assert.equal(shortenedText(capped(Infinity)), ', asked for more than 1,000 years, taken as 3 days');
    assert.equal(shortenedText(capped(3 * DAY)), '');
    assert.equal(ms(503, 10 * DAY), DAY);
    assert.equal(ms(418, 3 * DAY), 3 * DAY);
  });
});
