import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { runFlood } from '../support/flood.ts';

// Half a minute in CI, less at a desk; `npm run soak` takes ten.
const usual = process.env['CI'] === undefined ? 20 : 30;
const seconds = Number(process.env['PERPSCOPE_FLOOD_SECONDS'] ?? usual);

describe('a flood of messages', () => {
  it(`5,000 a second over 5 sockets for ${seconds} s: none lost, the event loop stays free, memory flat`, async function () {
    this.timeout((seconds + 60) * 1_000);
    const result = await runFlood({ seconds, sockets: 5, perSecond: 5_000 });
    const told = JSON.stringify(result);
    assert.equal(result.lost, 0, told);
    assert.equal(result.dropped, 0, told);
    assert.equal(result.gaps, 0, told);
    assert.ok(result.received > seconds * 4_500, told);
    assert.ok(result.delayP99Ms < 50, told);
    assert.ok(result.ownDelayMaxMs < 250, told);
    // Two minutes of ids are remembered per channel, whose memory is still filling.
    assert.ok(result.heapGrownBytes < 64 * 1_048_576, told);
  });
});
