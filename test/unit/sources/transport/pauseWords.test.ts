import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { pauseInWords } from '../../../../src/sources/transport/pauseWords.ts';

const NOW = Date.UTC(2026, 10, 1, 12, 0, 0);

describe('pauseInWords', () => {
  it('reads until when, and for how long', () => {
    const banned = `Way too many requests; IP(1.2.3.4) banned until ${NOW + 7_200_000}. Please use the websocket.`;
    assert.equal(pauseInWords(JSON.stringify({ code: -1003, msg: banned }), undefined, NOW), 7_200_000);
    assert.equal(pauseInWords(`blocked until ${(NOW + 60_000) / 1_000}`, undefined, NOW), 60_000);
    assert.equal(pauseInWords(`banned until ${NOW - 5_000}`, undefined, NOW), 1_000);
    assert.equal(pauseInWords('Too many requests. Please retry after 30 seconds', undefined, NOW), 30_000);
    assert.equal(pauseInWords('try again in 5 minutes', undefined, NOW), 300_000);
    assert.equal(pauseInWords('wait for 250 ms', undefined, NOW), 1_000);
    assert.equal(pauseInWords('Your IP is banned for 2 hours', undefined, NOW), 7_200_000);
  });

  it('says nothing of words that name no time', () => {
    for (const text of [
      '',
      'banned',
      'too many requests, 20 per 2 s',
      'open until 1573456789123',
      'retry later',
      `x${' '.repeat(3_000)}banned until 1573456789123`,
    ])
      assert.equal(pauseInWords(text, undefined, NOW), undefined, text.slice(0, 40));
  });

  it('reads the other kinds in which exchanges say it', () => {
    for (const [text, ms] of [
      ['retry after 5', 5_000],
      ['Too many requests, retry after 5.', 5_000],
      ['retry in 1.5 seconds', 1_500],
      ['Please wait 30 seconds', 30_000],
      ['{"retry_after":30}', 30_000],
      ['{"error":"slow down","retryAfter": "30"}', 30_000],
      ['{"retry_after_ms":4500}', 4_500],
      ['banned until 2026-11-01T12:10:00Z', 600_000],
      ['IP blocked until 2026-11-01 12:10:00 UTC', 600_000],
      ['suspended until 2026-11-01T14:10:00.000+02:00', 600_000],
    ] as const)
      assert.equal(pauseInWords(text, undefined, NOW), ms, text);
    for (const text of [
      'retry after 2026-11-02',
      'retry 3 times',
      'wait',
      'until 2026-11-02T00:00:00Z',
      'entry in 5',
    ])
      assert.equal(pauseInWords(text, undefined, NOW), undefined, text);
  });

  it('measures a time by the clock of the server, whatever the clock here says', () => {
    const banned = `banned until ${NOW + 120_000}`;
    for (const aheadMs of [0, -3 * 3_600_000, -26 * 3_600_000, 3_600_000])
      assert.equal(pauseInWords(banned, new Date(NOW).toUTCString(), NOW + aheadMs), 120_000);
    // A date that makes no sense is none.
    assert.equal(pauseInWords(banned, 'Thu, 01 Jan 1970 00:00:00 GMT', NOW), 120_000);
  });
});
