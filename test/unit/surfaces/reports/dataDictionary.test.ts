import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { dataDictionaryMarkdown } from '../../../../src/surfaces/reports/dataDictionary.ts';

describe('data dictionary', () => {
  it('lists every metric with formula and window', () => {
    const text = dataDictionaryMarkdown();
    assert.match(text, /- Id: `open-interest-z-7d`/);
    assert.ok(!/undefined/.test(text));
  });
});
